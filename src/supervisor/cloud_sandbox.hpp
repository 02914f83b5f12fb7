#pragma once
// Where rclone runs for colibri-cloud: a root of its own with nothing of this host in it but its
// programs, read-only, and the folder of the cloud's cache; namespaces of its own; no privilege.
#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.hpp"
#include "supervisor/descriptor.hpp"

namespace colibri::supervisor {

// Who rclone is: nobody.
inline constexpr uid_t kCloudUser = 65534;
// The descriptor by which rclone's process has the mount that was made for it.
inline constexpr int kCloudMount = 9;
// What rclone takes for the place to mount at.
inline constexpr const char* kCloudPlace = "/mnt/cloud";
inline constexpr const char* kCloudCache = "/cache";

struct CloudSandbox {
  std::string folder;       // Gets root and cache.
  std::string resolv_conf;  // The name servers inside.
  int network = -1;         // A network namespace; -1: the host's own.
};

struct CloudProcess {
  std::vector<std::string> argv;  // argv[0] is a path below /usr.
  std::vector<std::string> env;
  int said = -1;   // Its stdout and stderr.
  int mount = -1;  // -1: none.
};

// A child of ours, in its own process namespace, which ends when this process does.
[[nodiscard]] Result<pid_t> start_in_cloud_sandbox(const CloudSandbox& sandbox,
                                                   const CloudProcess& process);

// What rclone calls as fusermount: hands it the mount that was made before. The exit status.
[[nodiscard]] int hand_mount_over();

}  // namespace colibri::supervisor
