#pragma once
// What makes a runtime that was started ahead somebody's (docs/protocol.md 3.3).
#include <cstdint>
#include <string>
#include <vector>

#include "link/supervisor_config.hpp"

namespace colibri::link {

struct Claim {
  std::string request;
  int64_t left_ms = 0, idle_ms = 0, idle_left_ms = 0;  // As Deadlines has them.
  int64_t orphan_ms = 0;
  double cpus = 0;  // 0: no limit, for these three.
  uint64_t memory_bytes = 0;
  uint64_t pids = 0;
  std::vector<LentAccelerator> accelerators;
  oci::Edits edits;
};

[[nodiscard]] json::Object to_json(const Claim& claim);
// `invalid` names what is missing or malformed.
[[nodiscard]] Result<Claim> claim_from_json(const json::Object& object);

}  // namespace colibri::link
