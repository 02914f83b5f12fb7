#pragma once
// The files of a runtime as its root sees them, for a process that has entered it (file_service).
// Every path is resolved by the kernel inside the root (openat2): no link leads out, and no magic
// link of /proc is followed. What lies there is untrusted: nothing here waits for a FIFO or opens a
// device. All calls block.
#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "supervisor/descriptor.hpp"

namespace colibri::supervisor {

// not_found, denied, too_large (the disk is full), conflict (it exists already, it is in use) or
// invalid, with a sentence about this path.
[[nodiscard]] std::unexpected<Error> file_failure(int error, const std::string& path);

// The path as it may stand in a sentence: valid UTF-8 without control characters, and not long.
[[nodiscard]] std::string shown_path(const std::string& path);

// What two looks at a file tell apart: when it was changed, its size, which file it is.
[[nodiscard]] std::string version_of(const struct stat& status);

// `invalid` unless it is the path of something: absolute, with no empty part, "." or "..", of parts
// that a file system takes. With `is_new` the last part is to be a new name: UTF-8 without control
// characters.
[[nodiscard]] Result<> check_path(const std::string& path, bool is_new);

class FileRoot {
 public:
  // A folder, and the name in it of what a path leads to.
  struct Place {
    Descriptor folder;
    std::string name;
    std::string path;  // Of the name: another than was asked for behind links.
  };

  // `content`, where it is given, is what stands at /content: of a runtime without a container,
  // whose root is the host's.
  explicit FileRoot(Descriptor root, Descriptor content = Descriptor())
      : root_(std::move(root)), content_(std::move(content)) {}

  // As open(2), close-on-exec and never waiting.
  [[nodiscard]] Result<Descriptor> open(const std::string& path, int flags, mode_t mode = 0) const;
  // An ordinary file, to be read.
  [[nodiscard]] Result<Descriptor> open_file(const std::string& path, struct stat& status) const;
  // Where the name itself stands; with `follow` where the file stands that it leads to.
  [[nodiscard]] Result<Place> place_of(const std::string& path, bool follow) const;

  // {name, hex, type, link, size, modified_ms, version} of what stands there; `hex` when the name
  // is no UTF-8. `type` is file, folder or other; of a link: what it leads to, or broken.
  [[nodiscard]] Result<json::Object> entry_at(const std::string& path) const;
  [[nodiscard]] json::Object entry_of(const std::string& path, const std::string& name,
                                      const struct stat& status) const;

  // {path, entries, more}: what is in the folder, in no order; `more` when that is not all.
  [[nodiscard]] Result<json::Object> list(const std::string& path) const;

  static constexpr size_t kMostEntries = 20'000;

 private:
  [[nodiscard]] int open_raw(const std::string& path, int flags, mode_t mode) const;

  Descriptor root_, content_;
};

}  // namespace colibri::supervisor
