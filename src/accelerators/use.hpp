#pragma once
// Whether somebody who has accelerators uses them: from readings, over time. Pure.
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "accelerators/meter.hpp"

namespace colibri::accelerators {

// Of all accelerators of one runtime together: using one of them is use.
class Use {
 public:
  explicit Use(int64_t now_ms) : since_ms_(now_ms), busy_ms_(now_ms) {}

  // A poll of all of them. A sample tells of less than a second, so that slow polls miss bursts:
  // what counts is the largest of the last polls.
  void add(const std::vector<Reading>& readings, int64_t now_ms);

  // Nobody ever opened one, put something on it or computed with it, since then.
  [[nodiscard]] std::optional<int64_t> never_used_since() const;
  // Since when all of them compute nothing; nothing while one does, or can't tell (a MIG slice):
  // who can't be seen working is not taken for idle.
  [[nodiscard]] std::optional<int64_t> idle_since() const;

 private:
  static constexpr size_t kPolls = 5;
  static constexpr double kBusyPercent = 5;

  int64_t since_ms_, busy_ms_;
  bool ever_used_ = false;
  std::deque<std::optional<double>> last_;  // The largest of each poll; nothing: unknown.
};

}  // namespace colibri::accelerators
