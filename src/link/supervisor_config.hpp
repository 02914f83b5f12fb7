#pragma once
// supervisor.json: what an engine writes (mode 0600, it holds the token) and a supervisor reads.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "oci/edits.hpp"

namespace colibri::link {

// An accelerator that is lent to the runtime, and where its meters are read: the driver's library
// (nvidia), its folder in /sys (amd), a file or a program's output (declared).
struct LentAccelerator {
  std::string id, kind, model, title;
  uint64_t memory_bytes = 0;
  std::string meter_path;
  std::vector<std::string> meter_command;

  friend bool operator==(const LentAccelerator&, const LentAccelerator&) = default;
};

struct SupervisorConfig {
  RuntimeId runtime;
  std::string token;             // For this runtime only; never in argv or a log.
  std::string link;              // Path of the server's Unix socket, or host:port with TLS.
  std::string link_certificate;  // With TLS: the sha-256 of the one certificate to accept, hex.
  std::string runtime_dir;       // This runtime's folder: overlay, spool, logs.
  std::string run_dir;  // A short folder (0700) of this runtime for sockets (paths <= 107 bytes).
  std::string image_rootfs;      // Empty with sandbox none.
  std::string image_manifest;    // Path of manifest.json; empty with sandbox none.
  std::string sandbox = "auto";  // auto, none, or the name or path of an OCI runtime
  uint32_t uid_base = 0;
  uint32_t uid_count = 65536;
  // Where another range of uid_count is looked for when a runtime of this host has that one: this
  // many from uid_first on. 0: nowhere.
  uint32_t uid_first = 0;
  uint32_t uid_ranges = 0;
  double cpus = 0;                         // 0: all
  uint64_t memory_bytes = 0;               // 0: no limit
  uint64_t pids = 0;                       // 0: no limit
  uint64_t disk_bytes = 0;                 // Of all that it writes; 0: no limit.
  bool disk_required = false;              // Does not start where the host can't limit it.
  std::string network = "slirp4netns";     // slirp4netns, none
  std::vector<std::string> network_allow;  // Private networks that it may reach.
  std::string cgroup;                      // "/colibri/<runtime>"
  std::map<std::string, std::string> env;
  bool disk_kept = false;  // The files of an earlier runtime are in runtime_dir: go on with these.
  // Of a runtime that begins some time later, on another machine: a folder there (absolute) in
  // which the supervisor makes its own of runtime_dir and run_dir, which are empty then.
  std::string node_dir;
  // Variables of the supervisor's own environment that kernels get too, where they are set.
  std::vector<std::string> pass_env;
  int job_accelerators = 0;  // How many the batch system was asked for; which, our job knows.
  // Of these when they are of a kind that nothing finds: as accelerators::declared_from_json().
  json::Array declared;
  int64_t ends_ms = 0;     // The deadline, ms since 1970; 0: none.
  int64_t life_ms = 0;     // Without ends_ms: from the supervisor's start to its deadline.
  int64_t idle_ms = 0;     // How long it may lie idle, until the server says more; 0: for ever.
  int64_t warning_ms = 0;  // How long before a kill by the batch system its SIGUSR1 comes.
  int64_t orphan_ms = 0;   // How long it lives without a server; 0: until ends_ms.
  std::string kernel_name = "python3";
  // Started for nobody yet: a Claim says whose it is, and brings limits and accelerators. These
  // devices, of which it has no nodes, it may be given then.
  bool pooled = false;
  std::vector<oci::DeviceNode> may_get;
  bool spare_kernel = false;  // A second kernel waits for a restart.
  std::vector<LentAccelerator> accelerators;
  oci::Edits edits;                    // That the accelerators need in the container.
  int64_t unused_notice_ms = 600'000;  // Of an accelerator that was never used; 0: none.
  int64_t reclaim_idle_ms = 0;  // The runtime ends when no accelerator was used so long; 0: never.
};

[[nodiscard]] json::Array lent_to_json(const std::vector<LentAccelerator>& accelerators);
// The member `accelerators` of an object; none where it is missing.
[[nodiscard]] Result<std::vector<LentAccelerator>> lent_from_json(const json::Object& object);

[[nodiscard]] json::Object to_json(const SupervisorConfig& config);
// `invalid` names the field that is missing or of the wrong type.
[[nodiscard]] Result<SupervisorConfig> supervisor_config_from_json(const json::Object& object);

}  // namespace colibri::link
