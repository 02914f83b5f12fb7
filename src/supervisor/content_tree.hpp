#pragma once
// The files that a runtime has left in /content, read from outside. They are untrusted: what root
// inside has made. Each is opened by its name in the folder that holds it, never through a link and
// never on another file system (openat2), so nothing outside is ever read.
#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.hpp"

namespace colibri::supervisor {

struct ContentEntry {
  int folder = -1;        // A descriptor of the folder that holds it.
  std::string name;       // In there, as it is: any bytes.
  std::string path;       // From /content on, for an archive: UTF-8, unique, safe on every system.
  struct stat status {};  // Of the entry itself, a link's its own.

  // `io` when it cannot be opened.
  [[nodiscard]] Result<int> open() const;
};

// Why something is not visited.
enum class LeftOut { too_deep, too_many, unreadable };

class ContentTree {
 public:
  // Deeper folders are left out, and so is what is left when so many bytes of paths were visited.
  static constexpr size_t kMostDepth = 200;
  static constexpr size_t kMostPathBytes = 64u << 20;

  using Visit = std::function<Result<>(const ContentEntry&)>;
  using Skip = std::function<void(const std::string& path, LeftOut why)>;

  // `root` is a descriptor of the folder; stays the caller's.
  explicit ContentTree(int root) : root_(root) {}

  // All entries but sockets' and such as they come, a folder before what is in it. The first error
  // of `visit` ends it.
  Result<> walk(const Visit& visit, const Skip& skip);

 private:
  Result<> walk_folder(int folder, const std::string& path, size_t depth);
  Result<> take(ContentEntry entry, size_t depth);

  int root_;
  const Visit* visit_ = nullptr;
  const Skip* skip_ = nullptr;
  size_t path_bytes_ = 0;
};

// What a name is called in an archive: itself when it is UTF-8 without a backslash (which other
// systems take for a slash) and control characters, else with these as %XX. `exists` says which
// names are taken.
[[nodiscard]] std::string archive_name(const std::string& name,
                                       const std::function<bool(const std::string&)>& exists);

}  // namespace colibri::supervisor
