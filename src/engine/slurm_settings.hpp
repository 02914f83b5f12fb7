#pragma once
// How a site runs runtimes as jobs of Slurm: `slurm` in colibri.yaml.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "accelerators/accelerator.hpp"
#include "engine/user_ranges.hpp"

namespace colibri::engine {

struct SlurmSettings {
  std::string partition, account, qos;      // Empty: Slurm's defaults.
  std::map<std::string, std::string> gres;  // By model: {"T4": "gpu:t4"}; else "gpu:" and its name.
  std::string shared_directory;  // Absolute, on a file system that all nodes have; ours alone.
  std::string supervisor;        // Its path on the nodes; empty: beside our own program.
  std::string node_directory = "/tmp";  // On each node's own disk: content of runtimes, sockets.
  std::string programs;                 // Folder of sbatch, squeue and scancel; empty: PATH.
  std::vector<std::string> arguments;   // More of them for sbatch.
  int64_t poll_ms = 3'000;              // How often Slurm is asked about all jobs.
  int64_t warning_ms = 300'000;         // How long before a job's end the supervisor hears of it.

  // Where supervisors dial, "host:port", and the fingerprint of the server's certificate.
  std::string link;
  std::string link_certificate;

  // Of nodes, as the configuration declares them: "{n}" is the number that Slurm gives each.
  std::vector<accelerators::Declared> accelerators;
  // As LocalSettings has these; users are those of each node.
  uint32_t first_uid = kFirstUid;
  std::vector<std::string> network_allow;
  int64_t unused_notice_ms = 600'000;
  int64_t reclaim_idle_ms = 0;
};

}  // namespace colibri::engine
