#pragma once
// One log for a process: spdlog to stderr, a line a fact, in words. Nothing secret goes in: no
// token, password, cookie, or output of a user's code.
#include <spdlog/spdlog.h>

namespace colibri::log {

using spdlog::debug;
using spdlog::error;
using spdlog::info;
using spdlog::warn;

// Time, level, text. `program` stands before each line of a supervisor, so that logs can be merged.
void start(const char* program, bool verbose);

}  // namespace colibri::log
