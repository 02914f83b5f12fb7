#pragma once
// Waiting for time to pass.
#include <chrono>

#include "async/task.hpp"

namespace colibri::async {

using Clock = std::chrono::steady_clock;
using Duration = Clock::duration;

// Throws operation_aborted when the awaiting coroutine is cancelled.
Task<void> sleep_for(Duration duration);

// Wall clock in milliseconds since 1970, as all `*_ms` fields count.
[[nodiscard]] int64_t now_ms();

}  // namespace colibri::async
