#pragma once
// Joins a kernel's small pieces of text into few frames, and holds back a flood (docs/protocol.md
// 3): a frame goes out 50 ms after its first byte, or at 64 KiB, or when something else of the
// kernel follows. Past 8 MiB in one execution at most the last 64 KiB go out each 200 ms; the rest
// is counted. Pure: the time is a parameter.
#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "link/messages.hpp"

namespace colibri::supervisor {

class StreamCoalescer {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr auto kDelay = std::chrono::milliseconds(50);
  static constexpr auto kFloodInterval = std::chrono::milliseconds(200);
  static constexpr size_t kFrameBytes = 64u << 10;
  static constexpr uint64_t kFloodBytes = 8u << 20;
  static constexpr size_t kRememberedExecutions = 64;

  // Takes text in; what must go out now is appended to `out`.
  void add(link::StreamText text, Time now, std::vector<link::StreamText>& out);

  // Gives out what is held, because something else follows. A flood stays held when its share of
  // the interval is used up, unless `last`: then nothing of the execution may follow.
  void flush(Time now, bool last, std::vector<link::StreamText>& out);

  // When on_time() must be called; nothing while nothing is held.
  [[nodiscard]] std::optional<Time> due() const;
  void on_time(Time now, std::vector<link::StreamText>& out);

 private:
  struct Held {
    link::StreamText text;
    Time due;
    bool flood = false;
  };
  struct Flow {
    uint64_t bytes = 0;     // Taken in, in all.
    Time interval_start{};  // Of a flood.
    size_t interval_bytes = 0;
  };

  Flow& flow(const ExecutionId& execution);
  void hold_flood(link::StreamText text, Flow& flow, Time now);
  bool give_flood(Held& held, Time now, bool last, std::vector<link::StreamText>& out);

  std::vector<Held> held_;  // At most one piece that is no flood; it is the last.
  std::map<std::string, Flow> flows_;
  std::deque<std::string> order_;
};

// Cuts `text` to its last `bytes` at most, at the start of a line where one is near, else between
// characters; returns what was cut off as {lines, bytes}.
[[nodiscard]] std::pair<uint64_t, uint64_t> keep_tail(std::string& text, size_t bytes);

}  // namespace colibri::supervisor
