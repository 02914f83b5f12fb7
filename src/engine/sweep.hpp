#pragma once
// Removes what a runtime leaves on this machine when its supervisor is gone: processes (found by
// their cgroup), cgroups in every hierarchy, mounts, and directories. All of it works by names and
// paths only, so it can be called for a supervisor that died at any point, twice, or that never
// started.
#include <chrono>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace colibri::engine {

struct Leftovers {
  std::string cgroup;   // "/colibri/<id>", as in SupervisorConfig; empty: none.
  std::string run_dir;  // Absolute; removed with all that is in it. Empty: none.
};

// Kills every process of the cgroup, waits for them, and removes the cgroups and run_dir. Blocks
// for milliseconds, at most about 5 s: call it on the blocking pool. `io` or `timeout` when
// something stays, which the detail names; a second call goes on from there.
[[nodiscard]] Result<> sweep_runtime(const Leftovers& leftovers);

// The steps of it, for those who need one.

// Kills and waits for every process in the cgroup and those below it, in every hierarchy.
[[nodiscard]] Result<> kill_cgroup(const std::string& cgroup,
                                   std::chrono::milliseconds limit = std::chrono::seconds(15));
// Removes the empty cgroup with those below it, and its parent when that is empty too and not the
// root.
[[nodiscard]] Result<> remove_cgroup(const std::string& cgroup);
// Removes a directory with all that is in it, whoever made it: does not follow links, survives any
// depth and name, and does not cross into what is mounted there. Nothing there is success.
[[nodiscard]] Result<> remove_tree(const std::string& path);

// The host folders of the cgroup in all hierarchies that are mounted here, whether or not they
// exist. `invalid` cgroup names (relative, "..", the root) give none.
[[nodiscard]] std::vector<std::string> cgroup_folders(const std::string& cgroup);

}  // namespace colibri::engine
