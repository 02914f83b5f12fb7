#pragma once
// Which control group hierarchies this host has mounted, and where: pure cgroup v2, v1, or both
// (hybrid). Read anew on each call; nothing is cached.
#include <string>
#include <string_view>
#include <vector>

namespace colibri::engine {

struct CgroupMount {
  std::string folder;                    // "/sys/fs/cgroup/memory"
  bool unified = false;                  // A cgroup v2 hierarchy.
  std::vector<std::string> controllers;  // Of a v1 hierarchy; for v2 see its cgroup.controllers.
};

[[nodiscard]] std::vector<CgroupMount> cgroup_mounts();

// The same from the text of a /proc/<pid>/mountinfo.
[[nodiscard]] std::vector<CgroupMount> cgroup_mounts_from(std::string_view mountinfo);

// Mount points at `folder` or below it, deepest last, from the text of a mountinfo.
[[nodiscard]] std::vector<std::string> mount_points_below(std::string_view mountinfo,
                                                          std::string_view folder);

// The whole of a small file such as those of /proc and /sys; empty when it can't be read.
[[nodiscard]] std::string read_small_file(const std::string& path);

}  // namespace colibri::engine
