#pragma once
// The log for troubles that come with every request while they last (a full disk): each is told
// once a minute, with how often it came meanwhile.
#include <map>
#include <string>

#include "async/timer.hpp"

namespace colibri::net {

class ProblemLog {
 public:
  void tell(const std::string& problem);

 private:
  struct Told {
    async::Clock::time_point at;
    size_t since = 0;
  };
  static constexpr size_t kMostKept = 100;
  std::map<std::string, Told> told_;
};

}  // namespace colibri::net
