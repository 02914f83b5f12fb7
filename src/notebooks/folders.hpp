#pragma once
// A user's Drive as folders: what is in them, and making, moving, copying and removing it. Files
// and folders are those on the disk; the store has what they cannot tell: ids of notebooks, stars,
// and where a thing in the Trash came from. Open notebooks follow their files. On the reactor
// thread.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "drive/drive.hpp"
#include "notebooks/notebooks.hpp"

namespace colibri::notebooks {

// A file or a folder in a list.
struct DriveEntry {
  enum class Kind { folder, notebook, file };
  Kind kind = Kind::file;
  std::string name;
  std::string path;  // In the Drive; empty: in somebody else's, or in the Trash.
  int64_t size = 0;  // 0 of a folder.
  int64_t modified_ms = 0;
  bool starred = false;
  std::string place;                      // In which folder it is, or, in the Trash, was.
  int64_t trashed_ms = 0;                 // 0: it is not in the Trash.
  std::optional<NotebookEntry> notebook;  // Of a notebook, but in the Trash.
  std::string found;                      // What was found in it, with some words around it.
};

using Listing = std::vector<DriveEntry>;

[[nodiscard]] DriveEntry entry_of(const std::string& path, const drive::Item& item);
[[nodiscard]] DriveEntry entry_of(NotebookEntry notebook);

class Folders {
 public:
  // `notebooks` must outlive this.
  explicit Folders(const Notebooks& notebooks) : part_(notebooks.part_) {}

  // `invalid` unless it is kHome or a path in it.
  [[nodiscard]] static Result<> check_home(std::string_view path);

  // Where on this host the user's kHome is: absolute, and made when it was missing.
  Task<Result<std::string>> host_folder(UserId user);

  // --- lists (folder_lists.cpp) ---

  // not_found when there is no such folder.
  Task<Result<Listing>> folder(UserId user, std::string path);
  // Files that were changed last, and all notebooks, those of others too.
  Task<Result<Listing>> recent(UserId user);
  Task<Result<Listing>> starred(UserId user);
  // Notebooks of others.
  Task<Result<Listing>> shared(UserId user);
  Task<Result<Listing>> in_trash(UserId user);
  // What has all these words in its name or its text; what is in files is read and kept in the
  // store when it has changed. At most kMostFound. (words_search.cpp)
  static constexpr size_t kMostFound = 500;
  Task<Result<Listing>> search(UserId user, std::string words);

  // --- changes (folders.cpp) ---
  // Paths are below kHome, `invalid` for others; not_found when there is nothing there.

  // conflict: there is something of this name.
  Task<Result<>> make(UserId user, std::string path);
  Task<Result<>> rename(UserId user, std::string path, std::string name);
  // Into this folder, under the name that it has there, which is free.
  Task<Result<std::string>> move(UserId user, std::string path, std::string folder);
  // "Copy of NAME" in the same folder, else under its name when that is free.
  Task<Result<std::string>> copy(UserId user, std::string path, std::string folder);
  Task<Result<>> star(UserId user, std::string path, bool starred);

  // Of a file or of all in a folder.
  Task<Result<int64_t>> bytes_of(UserId user, std::string path);

  // Into the Trash: notebooks in it are closed, and their runtimes end.
  Task<Result<>> trash(UserId user, std::string path);
  // Back to where it was, or into kHome. Returns where it is.
  Task<Result<std::string>> restore(UserId user, std::string name);
  // For good.
  Task<Result<>> erase(UserId user, std::string name);
  Task<Result<>> empty_trash(UserId user);

  // What moves a file or folder, with all that hangs on it: both paths are anywhere in the Drive.
  Task<Result<>> relocate(UserId user, std::string from, std::string to);

  // Empties everybody's Trash of what has been there for long, now and then until the end.
  static Task<void> sweep_trash(Folders self);

 private:
  using Drive = std::shared_ptr<const drive::Drive>;

  Task<Result<std::vector<NotebookEntry>>> notebooks_in(UserId user, std::string folder,
                                                        const std::vector<drive::Item>& items);
  Task<void> close_below(UserId user, std::string path);
  Task<Result<>> index(UserId user, std::vector<drive::Entry> files);
  Task<void> erase_old();
  Task<void> adopt_trash();

  std::shared_ptr<Notebooks::Part> part_;
};

}  // namespace colibri::notebooks
