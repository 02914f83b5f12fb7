#pragma once
// A GPU or TPU of this host that can be lent to one runtime: what people see of it, and what the
// administrator may declare about one that nothing here knows how to find.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace colibri::accelerators {

enum class Kind { nvidia, tpu, amd, declared };

[[nodiscard]] std::string_view to_string(Kind kind);

struct Accelerator {
  // Lasting and unique on the host: "GPU-<uuid>", "MIG-<uuid>", "tpu0", "amd0", "NAME-0".
  std::string id;
  Kind kind = Kind::declared;
  std::string model;  // What a flavor asks for: "T4", "H100", "v5e".
  std::string title;  // For a person: "NVIDIA H100 80GB HBM3".
  uint64_t memory_bytes = 0;
  double tflops = 0;  // Of dense bf16 or fp16, in 10^12 a second; 0: unknown.

  friend bool operator==(const Accelerator&, const Accelerator&) = default;
};

// An entry of `accelerators:` in colibri.yaml. "{n}" in devices, cdi, env and meters stands for the
// number of each, from 0 to count-1; its id is MODEL-n.
struct Declared {
  std::string model;
  std::string title;
  uint64_t memory_bytes = 0;
  double tflops = 0;
  int count = 1;
  std::vector<std::string> devices;  // Nodes on the host, seen under the same path inside.
  std::vector<std::string> cdi;      // Names of CDI devices: "vendor.com/class=name".
  std::map<std::string, std::string> env;
  // Where its meters come from, one of both or none: a file, or a program's output.
  std::string meter_file;
  std::vector<std::string> meter_command;

  friend bool operator==(const Declared&, const Declared&) = default;
};

// For a supervisor on another machine, as link::SupervisorConfig::declared.
[[nodiscard]] json::Object to_json(const Declared& declared);
// `invalid` names the field that is missing or of the wrong type.
[[nodiscard]] Result<Declared> declared_from_json(const json::Object& object);

}  // namespace colibri::accelerators
