#pragma once
// A user's files under one folder. Every path is relative to it and is resolved by the kernel with
// RESOLVE_BENEATH and without symbolic links (openat2), so no name can lead out, whatever another
// program does to the folder meanwhile. All functions block: call them on the blocking pool. A
// Drive is immutable after open() and may be used from several threads.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace colibri::drive {

// What tells two versions of a file apart without reading it.
struct Stamp {
  int64_t size = 0;
  int64_t mtime_ns = 0;
  int64_t inode = 0;  // Another one when a file was written anew and put in the place of this.

  friend bool operator==(const Stamp&, const Stamp&) = default;
};

struct Entry {
  std::string path;  // "My Drive/Colab Notebooks/Untitled0.ipynb"
  Stamp stamp;
};

struct Content {
  std::string bytes;
  Stamp stamp;
};

inline constexpr std::string_view kHome = "My Drive";
inline constexpr std::string_view kNotebookFolder = "My Drive/Colab Notebooks";

// Largest file that read() takes: a notebook over this is refused by name of the limit.
inline constexpr uint64_t kMaxFileBytes = 256ull << 20;

// `invalid` unless `path` is relative, of ordinary components (no empty one, no "." or "..", no NUL
// or other control character), of valid UTF-8, each at most 255 bytes and 4,000 in all.
[[nodiscard]] Result<> check_path(std::string_view path);
// The same for one component, which must not begin with a dot.
[[nodiscard]] Result<> check_name(std::string_view name);

class Drive {
 public:
  // Makes `root` (mode 0700, as the folders above it that are missing) with kNotebookFolder and
  // Trash when they are missing.
  static Result<Drive> open(const std::string& root);
  ~Drive();
  Drive(Drive&& other) noexcept;
  Drive& operator=(Drive&& other) noexcept;

  // All .ipynb files under kHome, sorted by path. Links, special files and hidden files and folders
  // (a dot first) are left out; so is what lies deeper than 16 folders. `too_large` past 100,000.
  [[nodiscard]] Result<std::vector<Entry>> list_notebooks() const;

  // Calls `take` with path, descriptor and stamp of every regular file of the person's, hidden ones
  // and the Trash too, and `enter` with the path of every folder before what is in it; `io` and
  // what they say end it. Links and special files are left out.
  using TakeFile = std::function<Result<>(const std::string& path, int file, const Stamp& stamp)>;
  using EnterFolder = std::function<Result<>(const std::string& path)>;
  Result<> for_each_file(const TakeFile& take, const EnterFolder& enter = {}) const;
  // The file, to be read: the caller closes it. Errors as read().
  [[nodiscard]] Result<int> open_file(std::string_view path) const;

  // not_found  no such file (also: a folder or a link stands in the way)
  // invalid    no path, or no regular file
  // too_large  over kMaxFileBytes
  [[nodiscard]] Result<Content> read(std::string_view path) const;
  // Nothing when there is no regular file there.
  [[nodiscard]] Result<std::optional<Stamp>> stat(std::string_view path) const;

  // Replaces or makes the file: temporary file beside it, fsync, rename, fsync of the folder. After
  // an error the old file is as it was. Its folder must be there. The mode of an old file is kept.
  Result<Stamp> write(std::string_view path, std::string_view bytes) const;
  // The same when somebody else may have written the file since it was as `known` says: then what
  // they wrote is returned, and is not on the disk any more.
  struct Replaced {
    Stamp stamp;
    std::optional<Content> foreign;
  };
  Result<Replaced> replace(std::string_view path, std::string_view bytes, const Stamp& known) const;
  // The same for a file that must not exist: `conflict` when it does.
  Result<Stamp> create(std::string_view path, std::string_view bytes) const;
  // Makes "FOLDER/STEM.ipynb", or "STEM (1).ipynb" and so on when that exists. Returns the path.
  Result<std::string> create_beside(std::string_view folder, std::string_view stem,
                                    std::string_view bytes) const;
  // Makes the first free "FOLDER/UntitledN.ipynb", as Colab counts. Returns the path.
  Result<std::string> create_untitled(std::string_view folder, std::string_view bytes) const;

  // Has inotify tell of what happens in the folder; returns the watch. For FileWatch.
  [[nodiscard]] Result<int> watch_folder(std::string_view folder, int inotify,
                                         uint32_t events) const;

  // `conflict` when `to` exists, not_found when `from` does not.
  Result<> rename(std::string_view from, std::string_view to) const;
  // Removes the file for good: its content is elsewhere.
  Result<> erase(std::string_view path) const;
  // Moves the file into Trash, under a name that is free there.
  Result<> remove(std::string_view path) const;

 private:
  explicit Drive(int root) : root_(root) {}
  // Opens a folder or file beneath the root with these flags.
  [[nodiscard]] Result<int> open_beneath(std::string_view path, int flags) const;
  enum class Place { must_be_free, any, swap };
  // With `swap` an old file comes back under the name `temporary`, when the file system can do so.
  Result<Stamp> put(std::string_view path, std::string_view bytes, Place place,
                    const std::string& temporary) const;

  int root_ = -1;
};

}  // namespace colibri::drive
