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

// The same by a clock that nobody sets: what now_ms() was when the program first asked, and the
// time that has passed since. What it says is of use in this process alone; for people and for the
// store add wall_shift_ms().
[[nodiscard]] int64_t lasting_ms();
[[nodiscard]] int64_t wall_shift_ms();

}  // namespace colibri::async
