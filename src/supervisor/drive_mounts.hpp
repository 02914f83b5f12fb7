#pragma once
// The Drive of a runtime's person, mounted into a container that runs already. All of it is mounted
// in the container's own mount namespace and nowhere else: what the supervisor and the server sweep
// when the runtime ends never has it, and it goes with the container's last process.
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "link/drive_mount.hpp"
#include "supervisor/descriptor.hpp"

namespace colibri::supervisor {

// The names below a mount point.
inline constexpr const char* kDriveFolder = "MyDrive";
inline constexpr const char* kDriveFolderLink = "My Drive";
inline constexpr const char* kSharedDrives = "Shareddrives";
inline constexpr const char* kCloudsFolder = "Clouds";  // When there are some.

// What a mount point must be, in the words that notebooks written for Colab know.
extern const char* const kMustBeNoLink;
extern const char* const kMustBeEmpty;
extern const char* const kMustBeFolder;
extern const char* const kMustHaveParent;

class DriveMounts {
 public:
  // Mounts wish.folder for the container that process `inside` runs in: files belong to the owner
  // of the folder outside and to the container's root, `root_user` outside, inside. True when it
  // was there already. Of the person's other clouds those that can't be mounted are left out; their
  // files belong to nobody inside, who lets the container's root do all. Blocks for some
  // milliseconds; at most ten seconds when a hostile file system inside does not answer.
  //
  // invalid      the mount point is none: one of the sentences above
  // not_found    this machine has no such folder
  // unsupported  the folder's file system can't give files another owner
  // too_many     of them are mounted
  // io, timeout  the detail says what could not be done
  [[nodiscard]] Result<bool> mount(pid_t inside, uint32_t root_user, const link::DriveMount& wish);

  // Takes the mount at this mount point away, or with an empty one all; which they were. What is
  // open there stays open.
  std::vector<std::string> unmount(pid_t inside, const std::string& mountpoint);

  [[nodiscard]] std::vector<link::MountedDrive> list() const;

 private:
  struct Mounted {
    link::MountedDrive drive;
    Descriptor top;  // Of the mount at the mount point.
    // By which it is known, however the folders above it are called by now.
    dev_t device = 0;
    ino_t inode = 0;
  };

  [[nodiscard]] Result<> has_room(const std::string& mountpoint) const;

  std::vector<Mounted> mounted_;
};

}  // namespace colibri::supervisor
