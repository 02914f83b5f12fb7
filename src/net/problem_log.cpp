#include "net/problem_log.hpp"

#include "base/log.hpp"

namespace colibri::net {

void ProblemLog::tell(const std::string& problem) {
  const auto now = async::Clock::now();
  if (told_.size() > kMostKept) told_.clear();
  const auto [it, fresh] = told_.try_emplace(problem);
  Told& told = it->second;
  if (!fresh && now - told.at < std::chrono::minutes(1)) {
    ++told.since;
    return;
  }
  if (told.since > 0) {
    log::error("{} ({} times more in the last minute)", problem, told.since);
  } else {
    log::error("{}", problem);
  }
  told = {.at = now};
}

}  // namespace colibri::net
