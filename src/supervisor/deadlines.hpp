#pragma once
// How long a runtime may live and lie idle, as its supervisor keeps it: the server says so while
// there is one, and what it said last holds while it is away. Counted by a clock that nobody sets.
// Pure.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "async/timer.hpp"

namespace colibri::supervisor {

class Deadlines {
 public:
  using Time = async::Clock::time_point;
  // While the server has a link it sees what we don't (keys pressed), and ends what is idle itself.
  static constexpr auto kServersTime = std::chrono::minutes(2);

  // `life_left_ms` 0: for ever. `idle_ms` 0: never idle.
  void set(int64_t life_left_ms, int64_t idle_ms, int64_t idle_left_ms, Time now);
  // Something ran or was asked for: the idle time starts anew.
  void used(Time now);

  // Why it must end now: "deadline" or "idle".
  [[nodiscard]] std::optional<std::string_view> due(Time now, bool busy, bool linked) const;

  // In milliseconds, at least 1; 0: for ever.
  [[nodiscard]] int64_t life_left_ms(Time now) const;
  [[nodiscard]] int64_t idle_left_ms(Time now) const;

 private:
  std::optional<Time> life_, idle_;
  std::chrono::milliseconds idle_time_{0};
};

}  // namespace colibri::supervisor
