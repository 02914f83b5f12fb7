#pragma once
// Which revisions may go as they grow old. What somebody pinned stays; of what was made by itself
// all of the last day stay, then the last of each hour for a week, then the last of each day for a
// year. docs/user-guide.md tells people so.
#include <cstdint>
#include <vector>

namespace colibri::history {

struct RevisionAge {
  int64_t number = 0;
  int64_t time_ms = 0;
  bool pinned = false;
};

// The numbers that may go. The newest revision always stays. `revisions` in any order.
[[nodiscard]] std::vector<int64_t> thin(std::vector<RevisionAge> revisions, int64_t now_ms);

}  // namespace colibri::history
