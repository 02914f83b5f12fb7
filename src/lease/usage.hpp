#pragma once
// What somebody has used of accelerators: an amount that fades with a half-life, which orders the
// queue, and what was used this week, which a quota limits. In weighted accelerator-milliseconds:
// an accelerator of weight 2 for one second is 2000. Pure.
#include <cstdint>

namespace colibri::lease {

struct Usage {
  double faded_ms = 0;        // As of as_of_ms.
  int64_t as_of_ms = 0;       // 0: nothing yet.
  int64_t week_start_ms = 0;  // The week that week_ms is of.
  double week_ms = 0;

  friend bool operator==(const Usage&, const Usage&) = default;
};

inline constexpr int64_t kWeekMs = 7LL * 24 * 60 * 60 * 1000;

// Weeks begin on Monday, 0:00 UTC.
[[nodiscard]] int64_t week_start(int64_t now_ms);

// What is left of it now. A time before as_of_ms counts as as_of_ms: clocks are set.
[[nodiscard]] double faded_ms(const Usage& usage, int64_t half_life_ms, int64_t now_ms);
[[nodiscard]] double used_this_week_ms(const Usage& usage, int64_t now_ms);

// Adds what was used up to now.
void charge(Usage& usage, double amount_ms, int64_t half_life_ms, int64_t now_ms);

}  // namespace colibri::lease
