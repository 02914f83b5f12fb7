#include "link/claim.hpp"

#include "link/fields.hpp"

namespace colibri::link {

json::Object to_json(const Claim& claim) {
  return {{"type", "claim"},
          {"request", claim.request},
          {"left_ms", claim.left_ms},
          {"idle_ms", claim.idle_ms},
          {"idle_left_ms", claim.idle_left_ms},
          {"orphan_ms", claim.orphan_ms},
          {"cpus", claim.cpus},
          {"memory_bytes", claim.memory_bytes},
          {"pids", claim.pids},
          {"accelerators", lent_to_json(claim.accelerators)},
          {"edits", oci::to_json(claim.edits)}};
}

Result<Claim> claim_from_json(const json::Object& object) {
  Fields fields(object, "a claim");
  Claim claim{.request = fields.text("request"),
              .left_ms = fields.integer_or("left_ms", 0),
              .idle_ms = fields.integer_or("idle_ms", 0),
              .idle_left_ms = fields.integer_or("idle_left_ms", 0),
              .orphan_ms = fields.integer_or("orphan_ms", 0),
              .cpus = fields.number_or("cpus", 0),
              .memory_bytes = fields.count_or("memory_bytes", 0),
              .pids = fields.count_or("pids", 0),
              .accelerators = {},
              .edits = {}};
  const auto edits = fields.object_or_empty("edits");
  if (!fields.ok()) return fields.error();
  auto accelerators = lent_from_json(object);
  if (!accelerators) return std::unexpected(accelerators.error());
  claim.accelerators = *std::move(accelerators);
  if (edits.empty()) return claim;
  auto read = oci::edits_from_json(edits);
  if (!read) return std::unexpected(read.error());
  claim.edits = *std::move(read);
  return claim;
}

}  // namespace colibri::link
