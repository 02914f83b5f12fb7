#pragma once
// The disk of one runtime: a file system of its own inside one sparse file, so that what a program
// writes is bounded in bytes and in number of files, and a full one is full for that runtime alone.
// The file takes room on the host only for what was written, and gives it back after removals.
//
// The loop device and the mount belong to the supervisor's mount namespace and to nothing else:
// however the supervisor ends, the kernel takes both away. What stays is the file.
#include <cstdint>
#include <string>

#include "supervisor/launch.hpp"

namespace colibri::supervisor {

// Mounts the disk in `file`, which is whole, at the folder `folder`, as Disk::mount() does.
[[nodiscard]] Result<> mount_disk_file(const std::string& file, const std::string& folder,
                                       bool read_only);

inline constexpr uint64_t kDiskLeastBytes = uint64_t{64} << 20;

class Disk {
 public:
  // Begins to make a disk of `bytes` in `file`, which is replaced.
  //
  // unsupported  there is no mkfs.ext4
  // io           the file can't be made
  [[nodiscard]] static Result<Disk> begin(const std::string& file, uint64_t bytes);

  // One that an earlier runtime has left. Only its /content is of use.
  [[nodiscard]] static Disk again(const std::string& file);

  // Waits for it and mounts it at `folder`, which is made. Call it in a mount namespace of one's
  // own. `unsupported` when this host has no loop devices to give, with what is missing.
  Task<Result<>> mount(std::string folder);

  // Gives the room of removed files back to the host when much was removed since the last time.
  // Returns at once; the work goes on beside.
  void trim(uint64_t used_bytes);

 private:
  std::string file_;
  std::string folder_;
  Child maker_;
  uint64_t most_used_ = 0;  // Since the last trim.
};

}  // namespace colibri::supervisor
