#pragma once
// Commands that somebody's role did not allow, counted for the log: a flood of them must not become
// one of lines. Internal to this module.
#include <chrono>
#include <cstdint>
#include <map>
#include <utility>

#include "async/timer.hpp"
#include "base/id.hpp"

namespace colibri::notebooks {

class Denials {
 public:
  // One more. Returns of how many to tell now: those since the last telling, or 0 when that was
  // less than a minute ago.
  uint64_t note(const UserId& user, async::Clock::time_point now) {
    Count& count = counts_[user];
    ++count.untold;
    if (count.was_told && now - count.told_at < std::chrono::minutes(1)) return 0;
    count.was_told = true;
    count.told_at = now;
    return std::exchange(count.untold, 0);
  }
  // Those of one who leaves that were not told.
  uint64_t take(const UserId& user) {
    const auto found = counts_.find(user);
    return found == counts_.end() ? 0 : std::exchange(found->second.untold, 0);
  }

 private:
  struct Count {
    uint64_t untold = 0;
    bool was_told = false;
    async::Clock::time_point told_at;
  };
  std::map<UserId, Count> counts_;  // Of those who were here.
};

}  // namespace colibri::notebooks
