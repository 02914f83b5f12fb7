#pragma once
// What the store knows of a Drive besides notebooks: stars, and what is in the Trash. Internal to
// this module.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/id.hpp"
#include "drive/drive.hpp"
#include "notebooks/folder_paths.hpp"
#include "store/store.hpp"

namespace colibri::notebooks {

struct TrashRow {
  std::string origin;  // Empty: not known.
  int64_t trashed_ms = 0;
};

struct StarRow {
  std::string path;
  int64_t inode = 0, born_ns = 0;
};

class FolderRows {
 public:
  explicit FolderRows(store::Store& store) : store_(store) {}

  // All that hangs on paths follows a file or folder that was moved.
  Task<Result<>> moved(UserId user, std::string from, std::string to);
  // The same into the Trash, where it is `name`, and out of it again.
  Task<Result<>> trashed(UserId user, std::string from, std::string name);
  Task<Result<>> restored(UserId user, std::string name, std::string to);
  // It is gone for good, with the notebooks that were in it.
  Task<Result<>> erased(UserId user, std::string name);

  // What is in the Trash by its name there. Names without a row get one, of now.
  using Trash = std::map<std::string, TrashRow>;
  Task<Result<Trash>> trash(UserId user, std::vector<std::string> names);
  struct Old {
    UserId user;
    std::string name;
  };
  Task<Result<std::vector<Old>>> old_trash(int64_t before_ms);

  Task<Result<std::vector<StarRow>>> stars(UserId user);
  Task<Result<>> star(UserId user, StarRow row);
  Task<Result<>> unstar(UserId user, std::string path);
  Task<Result<>> star_moved(UserId user, std::string from, std::string to);

 private:
  store::Store& store_;
};

}  // namespace colibri::notebooks
