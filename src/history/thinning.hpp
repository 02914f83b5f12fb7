#pragma once
// Which revisions may go as they grow old. What somebody pinned stays; of what was made by itself
// all stay at first, then the last of each hour, then the last of each day. docs/user-guide.md
// tells people so.
#include <cstdint>
#include <vector>

namespace colibri::history {

// How old a revision may be, in milliseconds. Each at least as long as the one before.
struct Keeping {
  int64_t all_ms = 24LL * 60 * 60 * 1000;
  int64_t hourly_ms = 7 * 24LL * 60 * 60 * 1000;
  int64_t daily_ms = 365 * 24LL * 60 * 60 * 1000;
};

struct RevisionAge {
  int64_t number = 0;
  int64_t time_ms = 0;
  bool pinned = false;
};

// The numbers that may go. The newest revision always stays. `revisions` in any order.
[[nodiscard]] std::vector<int64_t> thin(std::vector<RevisionAge> revisions, int64_t now_ms,
                                        const Keeping& keeping);

}  // namespace colibri::history
