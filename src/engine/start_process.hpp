#pragma once
// Starts a program that outlives us. Internal to this module.
#include <string>
#include <vector>

#include "base/result.hpp"

namespace colibri::engine {

// Runs argv[0] (a path) in its own session, in "/", with stdin from /dev/null, stdout and stderr
// appended to `log` (0600), no other descriptor of ours, default signals and a small environment.
// Returns its process id. It is our child: reap it when it ends.
[[nodiscard]] Result<int> start_process(std::vector<std::string> argv, const std::string& log);

}  // namespace colibri::engine
