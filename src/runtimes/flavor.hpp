#pragma once
// A kind of runtime that people can ask for, and what is known of it now.
#include <cstdint>
#include <optional>
#include <string>

#include "engine/engine.hpp"

namespace colibri::runtimes {

// What a runtime at a Jupyter server of its person's own is called, which no flavor may be.
inline constexpr const char* kLocalFlavor = "local";

struct Flavor {
  std::string name = "cpu";
  std::string title = "CPU";
  engine::Resources resources = {};
  std::string accelerator = {};         // Model of accelerators that it has; empty: none.
  int accelerators = 1;                 // How many of them.
  std::string image = {};               // Empty: the server's default.
  std::optional<int64_t> life_ms = {};  // Instead of the terms'.
  std::optional<int64_t> idle_ms = {};
  bool high_ram = false;  // What Colab calls so: metadata.colab.machine_shape "hm".

  [[nodiscard]] int needed() const { return accelerator.empty() ? 0 : accelerators; }
};

// For one person, as GET /api/flavors tells it (docs/protocol.md 2.5).
struct FlavorState {
  Flavor flavor;
  std::string kind = "cpu";  // cpu, gpu or tpu
  std::string accelerator_title;
  uint64_t accelerator_bytes = 0;  // Of one.
  double tflops = 0;
  bool scheduled = false;  // The engine has a queue of its own: who waits there is not known.
  int64_t total = 0, free = 0, waiting = 0;
  std::optional<int64_t> expected_wait_ms, hours_left_ms, renews_ms;
};

}  // namespace colibri::runtimes
