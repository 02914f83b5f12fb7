#pragma once
// Starts programs apart from us: one that outlives us, or one that is spoken with by its stdin and
// stdout.
#include <string>
#include <vector>

#include "base/result.hpp"

namespace colibri::engine {

// Runs argv[0] (a path) in its own session, in "/", with stdin from /dev/null, stdout and stderr
// appended to `log` (0600), no other descriptor of ours, default signals and a small environment.
// Returns its process id. It is our child: reap it when it ends.
[[nodiscard]] Result<int> start_process(std::vector<std::string> argv, const std::string& log);

// The same in our folder, with our environment and stderr, and with these as stdin and stdout; an
// `input` of -1 is /dev/null.
[[nodiscard]] Result<int> start_child(std::vector<std::string> argv, int input, int output);

}  // namespace colibri::engine
