#pragma once
// Tries in a child process what the supervisor does to make a container's root: a user namespace, a
// mount with shifted owners, an overlay. Trying beats reading version numbers: kernels are built
// and locked down in many ways.
#include <filesystem>
#include <string>

namespace colibri::cli {

enum class ProbeStep { done, user_namespace, mount_namespace, shifted_mount, overlay, internal };

struct ProbeOutcome {
  ProbeStep failed_at = ProbeStep::done;  // done: everything worked.
  int error = 0;                          // errno of that step.
};

// Uses a temporary folder inside `folder`, on whose file system the answer depends, and removes it.
// Needs root. Leaves no mount and no process; ends within seconds.
[[nodiscard]] ProbeOutcome probe_container_root(const std::filesystem::path& folder);

}  // namespace colibri::cli
