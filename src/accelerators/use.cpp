#include "accelerators/use.hpp"

#include <algorithm>

namespace colibri::accelerators {

void Use::add(const std::vector<Reading>& readings, int64_t now_ms) {
  std::optional<double> largest = 0;
  for (const Reading& reading : readings) {
    ever_used_ = ever_used_ || reading.touched;
    if (!reading.utilization) largest.reset();
    if (largest) largest = std::max(*largest, *reading.utilization);
  }
  if (!largest || *largest >= kBusyPercent) busy_ms_ = now_ms;
  last_.push_back(largest);
  if (last_.size() > kPolls) last_.pop_front();
}

std::optional<int64_t> Use::never_used_since() const {
  if (ever_used_ || last_.size() < kPolls) return std::nullopt;
  return since_ms_;
}

std::optional<int64_t> Use::idle_since() const {
  const auto idle = [](const std::optional<double>& each) { return each && *each < kBusyPercent; };
  if (last_.size() < kPolls || !std::ranges::all_of(last_, idle)) return std::nullopt;
  return busy_ms_;
}

}  // namespace colibri::accelerators
