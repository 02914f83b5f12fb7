#pragma once
// The container's file system, put together by the supervisor in a mount namespace of its own: the
// read-only image, its owners shifted to the runtime's range, under an overlay that takes what the
// runtime writes. When the supervisor ends, however it does, the namespace and all these mounts go.
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace colibri::supervisor {

struct RootSpec {
  std::string image_rootfs;
  std::string disk;             // Gets upper, work and content.
  std::string run_dir;          // Gets lower, root, k and python.
  std::string init_program;     // Seen inside as kInitInside,
  std::string command_program;  // and this as kCommandInside.
  uint32_t uid_base = 0;
  int user_namespace = -1;  // Whose mapping shifts the image's owners.
  std::string resolv_conf;
  std::string hosts;
};

inline constexpr const char* kInitInside = "/run/colibri/init";
inline constexpr const char* kCommandInside = "/usr/local/bin/colibri";
inline constexpr const char* kKernelsInside = "/run/colibri/k";

// Moves the calling thread into a mount namespace of its own, which still sees what the host mounts
// later. Once per process; nothing the second time.
[[nodiscard]] Result<> enter_private_mounts();

// Mounts the root at run_dir/root, ready for an OCI runtime: /content, the kernels' directory, init
// and the command are in place, resolv.conf, hosts and the host's certificate authorities are
// written. `unsupported` when the kernel or a file system can't, with what is needed.
[[nodiscard]] Result<> mount_root(const RootSpec& spec);

// Takes down all mounts below run_dir. Nothing there is fine.
void unmount_root(const std::string& run_dir);

// /dev/shm of the container that process `inside` runs in may hold this much from now on. Only
// while nobody's program runs there, who could have put something else in its place.
[[nodiscard]] Result<> resize_shared_memory(pid_t inside, uint64_t bytes);

// Writes a file inside the tree that `root` is the top of, where links lead no further than that
// tree. Missing folders are made. All of it belongs to `owner`.
[[nodiscard]] Result<> plant_file(int root, const std::string& path, std::string_view bytes,
                                  uint32_t owner);

}  // namespace colibri::supervisor
