#pragma once
// Paths of a Drive as its functions take them apart, and what they say when the system refuses.
// Internal to this module.
#include <fcntl.h>
#include <sys/stat.h>

#include <string>
#include <string_view>

#include "drive/drive.hpp"

namespace colibri::drive {

inline constexpr size_t kMaxName = 255;
inline constexpr size_t kMaxPath = 4000;
// Also marks what a crash may leave behind: it is hidden from lists.
inline constexpr std::string_view kTemporary = ".colibri-";

[[nodiscard]] Stamp stamp_of(const struct stat& status);
[[nodiscard]] Stamp stamp_of(const struct statx& status);
// 0 where the file system does not know when it was made.
[[nodiscard]] int64_t born_of(const struct statx& status);

// A person reads this: the path as they know it, and what the system said.
[[nodiscard]] std::unexpected<Error> path_failure(std::string_view what, std::string_view path,
                                                  int error);

struct Split {
  std::string folder;  // "." for the root
  std::string name;
};
[[nodiscard]] Split split(std::string_view path);

}  // namespace colibri::drive
