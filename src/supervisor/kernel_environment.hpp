#pragma once
// The environment that a kernel starts with: ours, the image's, the lease's and the kernelspec's,
// the later ones winning.
#include <map>
#include <string>
#include <vector>

#include "jupyter/kernelspec.hpp"
#include "link/supervisor_config.hpp"

namespace colibri::supervisor {

using Environment = std::map<std::string, std::string>;

// In the run_dir of a runtime without a container: its command `colibri`, first in its PATH.
inline constexpr const char* kHostPrograms = "/bin";
// In the kernels' directory: where programs in the runtime find the agent.
inline constexpr const char* kAgentSocket = "/agent.sock";
// As they see it.
[[nodiscard]] std::string agent_socket_path(const link::SupervisorConfig& config);

// Without the kernelspec's part, for finding that. `path` is the image manifest's; with sandbox
// none it is this process's own PATH, and `home` its HOME.
[[nodiscard]] Environment base_environment(const link::SupervisorConfig& config,
                                           const std::string& path, const std::string& home);

// The final list for the kernel, "NAME=value".
[[nodiscard]] std::vector<std::string> kernel_environment(Environment base,
                                                          const jupyter::Kernelspec& spec);

// Member "path" of the manifest's text, or the usual one.
[[nodiscard]] std::string path_of_manifest(const std::string& manifest);

}  // namespace colibri::supervisor
