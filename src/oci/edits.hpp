#pragma once
// What a device wants to have changed in a container: CDI's container edits, in the words of OCI.
// They go from the engine to the supervisor in supervisor.json, and from there into config.json.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace colibri::oci {

struct DeviceNode {
  std::string path;       // In the container.
  std::string host_path;  // On the host.
  char type = 0;          // 'c' or 'b'; 0: what the host's node is.
  int64_t major = 0, minor = 0;
  std::string permissions = "rw";  // For the device cgroup. Making nodes (m) is never allowed.

  friend bool operator==(const DeviceNode&, const DeviceNode&) = default;
};

struct BindMount {
  std::string host_path;
  std::string path;  // In the container.
  std::vector<std::string> options;

  friend bool operator==(const BindMount&, const BindMount&) = default;
};

struct Hook {
  std::string
      name;  // createRuntime, createContainer, startContainer, poststart, poststop, prestart
  std::string path;
  std::vector<std::string> args, env;
  int64_t timeout_s = 0;  // 0: none.

  friend bool operator==(const Hook&, const Hook&) = default;
};

struct Edits {
  std::map<std::string, std::string> env;
  std::vector<DeviceNode> devices;
  std::vector<BindMount> mounts;
  std::vector<Hook> hooks;
  std::vector<uint32_t> gids;  // Of the first process, besides 0.
  bool locks_memory = false;   // It needs memory that is never swapped, without a limit.

  friend bool operator==(const Edits&, const Edits&) = default;

  [[nodiscard]] bool empty() const { return *this == Edits(); }
  // Adds `more`; of the same variable, node or mount point the later one counts.
  void merge(Edits more);
};

[[nodiscard]] json::Object to_json(const Edits& edits);
// `invalid` names what is malformed.
[[nodiscard]] Result<Edits> edits_from_json(const json::Object& object);

}  // namespace colibri::oci
