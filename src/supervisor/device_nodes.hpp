#pragma once
// The device nodes of a runtime. Nobody in a user namespace can make one, and those of the host may
// belong to root alone; so the supervisor makes nodes that belong to the runtime's root, in a
// folder of its own mount namespace, and the OCI runtime mounts them in the container.
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "oci/edits.hpp"

namespace colibri::supervisor {

// Makes a node in run_dir/devices for each in `edits`, and sets its host_path to it. Where this
// host forbids making nodes, host_path stays, if others may open that. unmount_root() takes them
// away.
//
// not_found  the host has no such device (any more)
// io         the detail says what could not be done
[[nodiscard]] Result<> make_device_nodes(const std::string& run_dir, uint32_t owner,
                                         oci::Edits& edits);

// Fills in the kinds and numbers of the host's nodes; those that there are none of are left out.
void know_device_nodes(std::vector<oci::DeviceNode>& nodes);

// Gives a container that runs already the nodes of `edits`, as make_device_nodes() left them:
// mounts each in the mount namespace of process `inside`, and opens the device cgroup `cgroup`
// where that can be done (cgroup v1; with v2 what is allowed was fixed at the start). Blocks for
// some milliseconds.
[[nodiscard]] Result<> inject_device_nodes(pid_t inside, uint32_t owner, const std::string& cgroup,
                                           const oci::Edits& edits);

}  // namespace colibri::supervisor
