#pragma once
// The notebooks table: which file in whose Drive has which id, and the one place that answers which
// role a user has on it. Internal to this module.
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/id.hpp"
#include "document/role.hpp"
#include "drive/drive.hpp"
#include "store/store.hpp"

namespace colibri::notebooks {

struct NotebookRow {
  NotebookId id;
  UserId owner;
  std::string path;
  int64_t created_ms = 0, opened_ms = 0;
  document::Role role = document::Role::owner;  // Of the user who asks.
};

class NotebookRows {
 public:
  explicit NotebookRows(store::Store& store) : store_(store) {}

  // The row, with the user's role: owner, else the higher one of the user's own access and the
  // link's. `not_found` when there is no such notebook or the user has no role on it; `denied` when
  // the role is below `needed`.
  Task<Result<NotebookRow>> find(UserId user, NotebookId id,
                                 document::Role needed = document::Role::viewer);
  // The roles of these users, in their order; nothing: none. All nothing without such a notebook.
  using Roles = std::vector<std::optional<document::Role>>;
  Task<Result<Roles>> roles(NotebookId id, std::vector<UserId> users);
  // By id alone: for what the server does by itself.
  Task<Result<NotebookRow>> find_any(NotebookId id);
  // One row for each of `files`, which keeps the row that it had in another place; rows of other
  // paths go, but for those in `kept`.
  Task<Result<std::vector<NotebookRow>>> reconcile(UserId user, std::vector<drive::Entry> files,
                                                   std::vector<NotebookId> kept);
  // The row of this file, made when it is missing.
  Task<Result<NotebookId>> ensure(UserId user, std::string path);
  Task<Result<>> rename(NotebookId id, std::string path);
  // As rename, for a file that another program renamed.
  Task<Result<>> follow(NotebookId id, std::string path);
  Task<Result<>> remove(NotebookId id);
  // How a user is called; empty when there is no such account.
  Task<Result<std::string>> name_of(UserId user);
  Task<Result<>> mark_opened(UserId user, NotebookId id);
  // The media type of a blob that the notebook has had, with its size.
  struct BlobEntry {
    std::string media_type;
    uint64_t bytes = 0;
  };
  Task<Result<BlobEntry>> find_blob(NotebookId id, std::string sha256);

 private:
  store::Store& store_;
};

}  // namespace colibri::notebooks
