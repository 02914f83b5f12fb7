#include "supervisor/drive_links.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "supervisor/drive_mounts.hpp"

namespace colibri::supervisor {
namespace {

namespace fs = std::filesystem;

Result<> make_place(const std::string& path) {
  const auto invalid = [](const char* why) { return failure(ErrorCode::invalid, why); };
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) return errno_failure("looking at " + path, errno);
    if (::stat(fs::path(path).parent_path().c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
      return invalid(kMustHaveParent);
    if (::mkdir(path.c_str(), 0755) != 0) return errno_failure("making " + path, errno);
    return {};
  }
  if (S_ISLNK(status.st_mode)) return invalid(kMustBeNoLink);
  if (!S_ISDIR(status.st_mode)) return invalid(kMustBeFolder);
  std::error_code unreadable;
  if (!fs::is_empty(path, unreadable)) return invalid(kMustBeEmpty);
  return {};
}

void remove_links(const std::string& place) {
  for (const char* link : {kDriveFolder, kDriveFolderLink}) ::unlink((place + "/" + link).c_str());
  ::rmdir((place + "/" + kSharedDrives).c_str());
}

}  // namespace

Result<bool> DriveLinks::mount(const link::DriveMount& wish) {
  if (wish.readonly)
    return failure(ErrorCode::unsupported, "A read-only Drive needs a runtime with a container.");
  const auto known = std::ranges::find(linked_, wish.mountpoint, &link::MountedDrive::mountpoint);
  if (known != linked_.end()) {
    if (!wish.force) return true;
    (void)unmount(wish.mountpoint);
  }
  if (linked_.size() >= link::kMostDriveMounts)
    return failure(ErrorCode::too_many, "The Drive is mounted at 8 places already.");
  struct stat status {};
  if (::stat(wish.folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
    return failure(ErrorCode::not_found,
                   "The machine of this runtime does not have the Drive's folder.");
  if (auto made = make_place(wish.mountpoint); !made) return std::unexpected(made.error());
  const std::string below = wish.mountpoint + "/";
  if (::symlink(wish.folder.c_str(), (below + kDriveFolder).c_str()) != 0 ||
      ::symlink(kDriveFolder, (below + kDriveFolderLink).c_str()) != 0 ||
      ::mkdir((below + kSharedDrives).c_str(), 0755) != 0) {
    const int error = errno;
    remove_links(wish.mountpoint);
    return errno_failure("linking to the Drive", error);
  }
  linked_.push_back({wish.mountpoint, false});
  return false;
}

std::vector<std::string> DriveLinks::unmount(const std::string& mountpoint) {
  std::vector<std::string> gone;
  for (const link::MountedDrive& each : linked_)
    if (mountpoint.empty() || each.mountpoint == mountpoint) gone.push_back(each.mountpoint);
  for (const std::string& place : gone) remove_links(place);
  std::erase_if(linked_, [&](const link::MountedDrive& each) {
    return std::ranges::find(gone, each.mountpoint) != gone.end();
  });
  return gone;
}

}  // namespace colibri::supervisor
