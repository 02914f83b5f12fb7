#pragma once
// The Drive of a runtime's person in that runtime (docs/protocol.md 3): what the server asks for,
// and where it stands.
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace colibri::link {

// Server -> supervisor. `reply` has `mountpoint`, as programs name it, and `already`.
struct DriveMount {
  std::string request;
  std::string folder;      // Of this host, or of a file system that is shared with it.
  std::string mountpoint;  // As programs in the runtime name it, absolute.
  bool readonly = false;
  bool force = false;  // Anew, when it is there already.
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
inline constexpr size_t kMaxMountpointBytes = 1000;

// `invalid` unless it is an absolute path in its shortest form, without spaces and control
// characters.
[[nodiscard]] Result<> check_mountpoint(const std::string& path);

[[nodiscard]] json::Object to_json(const DriveMount& mount);
[[nodiscard]] json::Object to_json(const DriveUnmount& unmount);
[[nodiscard]] json::Object to_json(const MountedDrive& mounted);

}  // namespace colibri::link
