#pragma once
// What the supervisor and its kernels had to say, for the runtime's owner to read ("View runtime
// logs"): the last lines with their time, in memory. Any thread.
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace colibri::supervisor {

class RuntimeLog {
 public:
  static constexpr size_t kMostLines = 1000;
  static constexpr size_t kMostBytes = 256u << 10;
  static constexpr size_t kLongestLine = 4096;  // Of a longer one the rest is left out.

  struct Line {
    int64_t time_ms = 0;
    std::string source;  // supervisor or kernel
    std::string level;   // debug, info, warning or error
    std::string text;
  };
  void add(Line line);

  // Text as a process prints it, in pieces that need not end with their lines. Colours and other
  // control sequences go; the level is guessed from what loggers write.
  void add_text(const std::string& source, std::string_view text);

  // Oldest first, as docs/protocol.md 3 has it.
  [[nodiscard]] json::Array to_json() const;

 private:
  void keep(Line line);

  mutable std::mutex mutex_;
  std::deque<Line> lines_;
  size_t bytes_ = 0;
  std::map<std::string, std::string> begun_;  // Lines without their end, by source.
};

}  // namespace colibri::supervisor
