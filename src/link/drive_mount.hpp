#pragma once
// The Drive of a runtime's person in that runtime (docs/protocol.md 3): what the server asks for,
// and where it stands.
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace colibri::link {

// One of the person's other clouds: mounted on this host, in the mount namespace of a process.
struct CloudFolder {
  std::string name;
  int64_t process = 0;
  std::string folder;  // In that namespace.
};

// Server -> supervisor. `reply` has `mountpoint`, as programs name it, and `already`.
struct DriveMount {
  std::string request;
  std::string folder;      // Of this host, or of a file system that is shared with it.
  std::string mountpoint;  // As programs in the runtime name it, absolute.
  bool readonly = false;
  bool force = false;  // Anew, when it is there already.
  std::vector<CloudFolder> clouds = {};
};
// `reply` has `mountpoints`, those that are none any more.
struct DriveUnmount {
  std::string request;
  std::string mountpoint;  // Empty: all.
};

// Where the Drive is mounted, as the meters tell it.
struct MountedDrive {
  std::string mountpoint;
  bool readonly = false;

  friend bool operator==(const MountedDrive&, const MountedDrive&) = default;
};

inline constexpr size_t kMostDriveMounts = 8;  // Of one runtime.
inline constexpr size_t kMostCloudFolders = 20;
inline constexpr size_t kMaxMountpointBytes = 1000;

// `invalid` unless it is an absolute path in its shortest form, without spaces and control
// characters.
[[nodiscard]] Result<> check_mountpoint(const std::string& path);

// Those in a list of the message that can be mounted: whole, and of names that are no paths.
[[nodiscard]] std::vector<CloudFolder> read_clouds(const json::Array& list);

[[nodiscard]] json::Object to_json(const DriveMount& mount);
[[nodiscard]] json::Object to_json(const DriveUnmount& unmount);
[[nodiscard]] json::Object to_json(const MountedDrive& mounted);

}  // namespace colibri::link
