#pragma once
// A runtime's meters over its time: every two seconds at first, and further apart the longer it
// lives, so that the whole session stays in a fixed number of points. Pure.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace colibri::runtimes {

class MeterHistory {
 public:
  static constexpr size_t kMostPoints = 900;
  static constexpr int64_t kEveryMs = 2000;
  static constexpr size_t kMostAccelerators = 16;

  // `meters` as in docs/protocol.md 2.3. It comes from a supervisor: what is no number counts as 0,
  // and of an accelerator as not told.
  void add(const json::Object& meters, int64_t now_ms);

  [[nodiscard]] bool empty() const { return points_.empty(); }
  // How far its points are apart.
  [[nodiscard]] int64_t every_ms() const { return every_ms_; }
  // `points` of GET /api/sessions/{session}/resources (docs/protocol.md 7).
  [[nodiscard]] json::Object to_json() const;
  // The last meters as they came; empty when there are none.
  [[nodiscard]] const json::Object& latest() const { return latest_; }

 private:
  struct Accelerator {
    std::optional<double> memory_used, memory_total, utilization;
  };
  struct Point {
    int64_t time_ms = 0;
    double memory_used = 0, memory_limit = 0, disk_used = 0, disk_total = 0, cpu = 0;
    std::map<std::string, Accelerator> accelerators;
  };

  static Point point(const json::Object& meters, int64_t now_ms);
  // One for two: the later one, with what was largest in either.
  static Point joined(const Point& first, Point second);
  void thin();

  std::vector<Point> points_;
  int64_t every_ms_ = kEveryMs;
  json::Object latest_;
};

}  // namespace colibri::runtimes
