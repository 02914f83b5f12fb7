#pragma once
// Reads how much of an accelerator is used now: NVIDIA through the driver's library, AMD through
// /sys, declared ones from a file or a program. Whatever can't be told is told as such, never as 0.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "link/supervisor_config.hpp"

namespace colibri::accelerators {

struct Reading {
  std::optional<uint64_t> memory_used;  // bytes
  uint64_t memory_total = 0;            // 0: unknown.
  std::optional<double> utilization;    // Percent of the last moment in which it computed.
  bool touched = false;                 // A program has it open, or memory on it.
  std::string lost;                     // It is gone, and why; empty while it is there.
};

// One accelerator's meter. Blocks for as long as a driver likes, at most a second for a program;
// one thread at a time, always the same one for all meters.
class Meter {
 public:
  virtual ~Meter() = default;
  virtual Reading read() = 0;
};

// The meter of each, in their order. Those of NVIDIA share one library.
[[nodiscard]] std::vector<std::unique_ptr<Meter>> make_meters(
    const std::vector<link::LentAccelerator>& accelerators);

// A declared meter's text: {"memory_used": bytes, "memory_total": bytes, "utilization": percent or
// null, "lost": "why"}, all of them optional. What is malformed is unknown.
[[nodiscard]] Reading read_declared(std::string_view text, uint64_t memory_total);

}  // namespace colibri::accelerators
