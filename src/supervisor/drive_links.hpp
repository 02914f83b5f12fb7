#pragma once
// The Drive of a runtime's person where there is no container: links to its folder, since these
// processes see the host's own files. Nothing is mounted, and what removes a link leaves what it
// leads to.
#include <string>
#include <vector>

#include "base/result.hpp"
#include "link/drive_mount.hpp"

namespace colibri::supervisor {

class DriveLinks {
 public:
  // Makes the links at wish.mountpoint, a path of the host; true when they were there already.
  // Errors as DriveMounts::mount(), and `unsupported` for one that shall be read-only.
  [[nodiscard]] Result<bool> mount(const link::DriveMount& wish);
  // Removes them at this place, or with an empty one all; where they were. The folder stays.
  std::vector<std::string> unmount(const std::string& mountpoint);

  [[nodiscard]] std::vector<link::MountedDrive> list() const { return linked_; }

 private:
  std::vector<link::MountedDrive> linked_;
};

}  // namespace colibri::supervisor
