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
#include "notebooks/notebooks.hpp"
#include "store/store.hpp"

namespace colibri::notebooks {

// Which role this user has: owner, else the higher one of the user's own access and the link's.
[[nodiscard]] std::optional<document::Role> find_role(soci::session& sql, const std::string& user,
                                                      const std::string& notebook);

struct NotebookRow {
  NotebookId id;
  UserId owner;
  std::string path;
  int64_t created_ms = 0, opened_ms = 0;
  NotebookId origin;                            // Of a playground; empty: there is a file.
  document::Role role = document::Role::owner;  // Of the user who asks.
  int64_t inode = 0, born_ns = 0;               // Of the file when it was listed last.
};

// A new row, for a file of this owner's.
NotebookRow insert_notebook(soci::session& sql, const std::string& owner, const drive::Entry& file);

// A notebook in somebody's list.
struct ListedRow {
  NotebookRow row;  // opened_ms: by the user who asks.
  Person owner;
  bool starred = false;
  bool shared = false;  // With anybody but the owner.
};

// A notebook as the user who opens it finds it.
struct Visit {
  document::Role role = document::Role::viewer;
  Person author;  // The owner; of a playground, its origin's. Empty when that is gone.
  bool playground = false;
  std::string origin;  // Of a playground of what is in no Drive here.
  bool starred = false;
  bool trusted = false;
};

class NotebookRows {
 public:
  explicit NotebookRows(store::Store& store) : store_(store) {}

  // The row, with the user's role. `not_found` when there is no such notebook or the user has no
  // role on it; `denied` when the role is below `needed`.
  Task<Result<NotebookRow>> find(UserId user, NotebookId id,
                                 document::Role needed = document::Role::viewer);
  // The roles of these users, in their order; nothing: none. All nothing without such a notebook.
  using Roles = std::vector<std::optional<document::Role>>;
  Task<Result<Roles>> roles(NotebookId id, std::vector<UserId> users);
  // Errors as find().
  Task<Result<Visit>> visit(UserId user, NotebookId id);
  // What the user owns, and what was shared with the user or opened by its link.
  Task<Result<std::vector<ListedRow>>> listed(UserId user);
  // By id alone: for what the server does by itself.
  Task<Result<NotebookRow>> find_any(NotebookId id);
  // One row for each of `files`, which keeps the row that it had in another place; rows of other
  // paths go, but for those in `kept` and those in the Trash.
  Task<Result<std::vector<NotebookRow>>> reconcile(UserId user, std::vector<drive::Entry> files,
                                                   std::vector<NotebookId> kept);
  // The user's own in this folder and all below it, as listed() has them; in the Trash too.
  Task<Result<std::vector<ListedRow>>> listed_below(UserId user, std::string folder);
  // The row of this file, made when it is missing.
  Task<Result<NotebookId>> ensure(UserId user, std::string path);
  // A new playground, with the blobs of its origin.
  Task<Result<NotebookId>> insert_playground(UserId user, NotebookId origin, std::string title);
  // The user's playgrounds, the one used last first.
  Task<Result<std::vector<NotebookId>>> playgrounds(UserId user);
  // Those that were used last before `time_ms`, whosever they are.
  Task<Result<std::vector<NotebookId>>> old_playgrounds(int64_t time_ms);
  // They are in use now.
  Task<Result<>> used(std::vector<NotebookId> ids);
  // For a file that another program moved away from the path `from`. Returns where the notebook is
  // now: elsewhere when a list that was read meanwhile has placed it already.
  Task<Result<std::string>> follow(NotebookId id, std::string from, drive::Entry file);
  Task<Result<>> remove(NotebookId id);
  // How a user is called; empty when there is no such account.
  Task<Result<std::string>> name_of(UserId user);
  Task<Result<>> mark_opened(UserId user, NotebookId id);
  Task<Result<>> star(UserId user, NotebookId id, bool starred);
  Task<Result<>> trust(UserId user, NotebookId id);
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
