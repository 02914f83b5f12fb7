#pragma once
// The OCI runtime configuration (config.json) of a runtime's container, as a pure function of a few
// facts. What protects the host is decided here and in seccomp.cpp, and nowhere else.
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "oci/edits.hpp"

namespace colibri::oci {

struct Spec {
  std::string rootfs;  // Absolute; mounted, writable, with every bind mount already in place.
  std::string hostname;
  std::vector<std::string> args;  // The first process.
  std::vector<std::string> env;

  // Ids 0 to uid_count-1 inside are uid_base and up on the host.
  uint32_t uid_base = 0;
  uint32_t uid_count = 65536;
  // Namespaces that exist already, as paths that the OCI runtime can open. Empty: a new one.
  std::string user_namespace;
  std::string network_namespace;

  std::string cgroup;         // Absolute, below the root of the hierarchies.
  uint64_t memory_bytes = 0;  // 0: no limit, for these three.
  double cpus = 0;
  int64_t pids = 0;
  bool limit_swap = false;  // The kernel counts swap: allow none beyond the memory.
  uint64_t open_files = 1024;
  uint64_t locked_memory = 0;  // Bytes that may be locked, where `edits` ask for it.
  uint64_t shm_bytes = 64u << 20;

  // Of the devices that it may use. Each node is mounted from its host_path, which must be a node
  // that the runtime's users may open, for nobody can make one in a user namespace; its type and
  // numbers open the device cgroup. `env` is not looked at: it is for the kernels.
  Edits edits;
  // Devices that it has no nodes of, and may be given nodes of later.
  std::vector<DeviceNode> may_get = {};
};

// The whole of config.json. Root inside has what apt-get, pip and su need and nothing towards the
// host: no new privileges, the capabilities of default_capabilities(), the calls of seccomp(), no
// device but the harmless ones, kernel knobs masked or read-only.
[[nodiscard]] json::Object build_config(const Spec& spec);

// Docker's default set less NET_RAW, MKNOD and AUDIT_WRITE.
[[nodiscard]] const std::vector<std::string>& default_capabilities();

// The `linux.seccomp` object: calls not named in it fail with EPERM.
[[nodiscard]] json::Object seccomp();

}  // namespace colibri::oci
