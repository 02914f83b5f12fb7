#pragma once
// One log for a process: spdlog to stderr, a line a fact, in words. Nothing secret goes in: no
// token, password, cookie, or output of a user's code.
#include <spdlog/spdlog.h>

#include <cstdint>
#include <functional>
#include <string>

namespace colibri::log {

using spdlog::debug;
using spdlog::error;
using spdlog::info;
using spdlog::warn;

// Time, level, text. `program` stands before each line of a supervisor, so that logs can be merged.
void start(const char* program, bool verbose);

// A line as it was logged; `level` is debug, info, warning or error.
struct Line {
  int64_t time_ms = 0;
  std::string level, text;
};
// Each line goes there too, on the thread that logs it. It must not log, nor block.
void also_tell(std::function<void(Line)> listener);

}  // namespace colibri::log
