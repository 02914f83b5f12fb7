#include "lease/usage.hpp"

#include <algorithm>
#include <cmath>

namespace colibri::lease {

int64_t week_start(int64_t now_ms) {
  // 1970 began on a Thursday: the first Monday was four days later.
  constexpr int64_t kFirstMondayMs = 4LL * 24 * 60 * 60 * 1000;
  int64_t into_week = (now_ms - kFirstMondayMs) % kWeekMs;
  if (into_week < 0) into_week += kWeekMs;
  return now_ms - into_week;
}

double faded_ms(const Usage& usage, int64_t half_life_ms, int64_t now_ms) {
  const auto passed = static_cast<double>(std::max<int64_t>(0, now_ms - usage.as_of_ms));
  return usage.faded_ms * std::exp2(-passed / static_cast<double>(half_life_ms));
}

double used_this_week_ms(const Usage& usage, int64_t now_ms) {
  return usage.week_start_ms == week_start(std::max(now_ms, usage.as_of_ms)) ? usage.week_ms : 0;
}

void charge(Usage& usage, double amount_ms, int64_t half_life_ms, int64_t now_ms) {
  now_ms = std::max(now_ms, usage.as_of_ms);
  usage.week_ms = used_this_week_ms(usage, now_ms) + amount_ms;
  usage.week_start_ms = week_start(now_ms);
  usage.faded_ms = faded_ms(usage, half_life_ms, now_ms) + amount_ms;
  usage.as_of_ms = now_ms;
}

}  // namespace colibri::lease
