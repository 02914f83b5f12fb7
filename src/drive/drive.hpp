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
  int64_t born_ns = 0;  // With the inode: which file it is, whatever its name. 0: not known.
};

// What stands in a folder.
struct Item {
  std::string name;
  bool is_folder = false;
  Stamp stamp;
  int64_t born_ns = 0;
};

struct Content {
  std::string bytes;
  Stamp stamp;
};

inline constexpr std::string_view kHome = "My Drive";
inline constexpr std::string_view kNotebookFolder = "My Drive/Colab Notebooks";
inline constexpr std::string_view kTrash = "Trash";

// Largest file that read() takes: a notebook over this is refused by name of the limit.
inline constexpr uint64_t kMaxFileBytes = 256ull << 20;

// `invalid` unless `path` is relative, of ordinary components (no empty one, no "." or "..", no NUL
// or other control character), of valid UTF-8, each at most 255 bytes and 4,000 in all.
[[nodiscard]] Result<> check_path(std::string_view path);
// The same for one component, which must not begin with a dot.
[[nodiscard]] Result<> check_name(std::string_view name);

// not_found for a path that no file of a Drive can have. What another program has made may be
// hidden, or have control characters in its name.
[[nodiscard]] Result<> check_found_path(std::string_view path);

class Drive {
 public:
  // Makes `root` (mode 0700, as the folders above it that are missing) with kNotebookFolder and
  // Trash when they are missing.
  static Result<Drive> open(const std::string& root);
  // A folder that is there, as it is: what is mounted below it belongs to it.
  static Result<Drive> of_folder(const std::string& path);
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
  // A new file, to be written: the caller closes it. `conflict` when there is something.
  [[nodiscard]] Result<int> create_file(std::string_view path) const;

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

  // Of a file or a folder with all that is in it. `conflict` when `to` exists, not_found when
  // `from` does not, `invalid` when `to` is inside `from`. Whoever gives a new name checks it.
  Result<> rename(std::string_view from, std::string_view to) const;
  // The same for a file that takes the place of another, in one step.
  Result<> overwrite(std::string_view from, std::string_view to) const;
  // Removes the file for good: its content is elsewhere.
  Result<> erase(std::string_view path) const;

  // --- folders and what is in them (folder_tree.cpp) ---

  // Files and folders in it, in no order; hidden ones only when they are asked for. Links and
  // special files are left out.
  enum class Hidden { left_out, listed };
  [[nodiscard]] Result<std::vector<Item>> list_folder(std::string_view path,
                                                      Hidden hidden = Hidden::left_out) const;
  // A file or a folder; nothing when there is none.
  [[nodiscard]] Result<std::optional<Item>> look(std::string_view path) const;
  // `conflict` when there is something of this name.
  Result<> make_folder(std::string_view path) const;
  // With those above it that are missing.
  Result<> make_folders(std::string_view path) const;
  // A file or a folder with all that is in it: there whole or not at all. `conflict` when `to`
  // exists.
  Result<> copy(std::string_view from, std::string_view to) const;
  // Moves it into Trash, under a name that is free there. Returns its path there.
  Result<std::string> remove(std::string_view path) const;
  // Removes a file or a folder with all that is in it for good.
  Result<> erase_all(std::string_view path) const;
  // Calls `visit` with all that is in a folder and its folders, a folder before what is in it;
  // hidden ones too, but not what a crash of ours left. What `visit` says ends it.
  using Visit = std::function<Result<>(const std::string& path, const Item& item)>;
  Result<> walk(std::string_view folder, const Visit& visit) const;
  // `call` with a path, then with the same with " (1)", " (2)" … before its ending, until it says
  // something else than `conflict`.
  static Result<std::string> with_free_name(
      const std::string& path, bool is_folder,
      const std::function<Result<>(const std::string&)>& call);

  // --- files that are on their way (uploads.cpp) ---
  // They are no part of any folder. `id` is one that the server has made.

  Result<> begin_upload(std::string_view id) const;
  // To be written; the caller closes it. not_found when there is none.
  [[nodiscard]] Result<int> open_upload(std::string_view id) const;
  // The same, to be read.
  [[nodiscard]] Result<int> read_upload(std::string_view id) const;
  // How much of it there is.
  [[nodiscard]] Result<int64_t> upload_bytes(std::string_view id) const;
  // When bytes of it came last, by the wall clock.
  [[nodiscard]] Result<int64_t> upload_written_ms(std::string_view id) const;
  // Puts it on the disk and into its place, in one step. `conflict` when there is something of this
  // name, or something else than a file for one that replaces.
  Result<> finish_upload(std::string_view id, std::string_view path, bool replaces) const;
  Result<> drop_upload(std::string_view id) const;

 private:
  Result<> rename_as(std::string_view from, std::string_view to, unsigned flags) const;
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
