#include "history/thinning.hpp"

#include <algorithm>
#include <limits>

namespace colibri::history {
namespace {

constexpr int64_t kHourMs = 3'600'000, kDayMs = 24 * kHourMs;

}  // namespace

std::vector<int64_t> thin(std::vector<RevisionAge> revisions, int64_t now_ms,
                          const Keeping& keeping) {
  std::ranges::sort(revisions, std::greater(), &RevisionAge::number);
  std::vector<int64_t> out;
  // From the newest to the oldest, so that the first of a span is the one to stay.
  int64_t last_hour = std::numeric_limits<int64_t>::max(), last_day = last_hour;
  for (const RevisionAge& revision : revisions) {
    if (revision.pinned || &revision == revisions.data()) continue;
    const int64_t age = now_ms - revision.time_ms;
    if (age < keeping.all_ms) continue;
    const int64_t hour = revision.time_ms / kHourMs, day = revision.time_ms / kDayMs;
    const bool by_hour = age < keeping.hourly_ms;
    const bool stays = by_hour ? hour != last_hour : age < keeping.daily_ms && day != last_day;
    (by_hour ? last_hour : last_day) = by_hour ? hour : day;
    if (!stays) out.push_back(revision.number);
  }
  return out;
}

}  // namespace colibri::history
