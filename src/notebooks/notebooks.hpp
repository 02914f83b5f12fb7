#pragma once
// The notebooks of all users: the list in each Drive, and those that are open. On the reactor
// thread. The rows of the store give a file an id that survives renames; the files are the truth
// about what exists, so a row is made for an .ipynb that appears and dropped with one that is gone.
#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/blocking_pool.hpp"
#include "async/task.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "document/document.hpp"
#include "document/role.hpp"
#include "history/thinning.hpp"
#include "notebooks/document_actor.hpp"
#include "notebooks/executions.hpp"
#include "notebooks/revisions.hpp"
#include "runtimes/runtimes.hpp"
#include "store/store.hpp"

namespace colibri::notebooks {

struct Person {
  UserId id;
  std::string email, name;
};

struct NotebookEntry {
  NotebookId id;
  std::string title;  // The file's name without .ipynb.
  std::string path;   // In the Drive; empty in somebody else's.
  int64_t size = 0;
  int64_t created_ms = 0;
  int64_t modified_ms = 0;
  int64_t opened_ms = 0;  // By the user who asks. 0: never.
  bool running = false;   // A runtime lives for it.
  Person owner;
  document::Role role = document::Role::owner;
  bool starred = false;
  bool shared = false;  // Somebody but the owner has access, or is invited.
};

struct Imported {
  NotebookId id;
  std::string title;
  std::vector<std::string> notes;  // What was changed to read it: "upgraded from nbformat 3".
};

// A notebook that is in no Drive here. `origin` says where it is from (docs/protocol.md 5.1).
struct Foreign {
  std::string origin;
  std::string title;
  std::string bytes;
};

// Which outputs a notebook's file has: those that its settings let it have, or all.
enum class Outputs { as_set, all };

struct FileBytes {
  std::string name;  // "Untitled0.ipynb"
  std::string bytes;
};

// The bytes of an output that are too large for a record. The file is immutable.
struct Blob {
  std::string file;
  std::string media_type;
  uint64_t bytes = 0;
};

// An open notebook, and what the user who asked may do with it.
struct OpenedNotebook {
  std::shared_ptr<DocumentActor> actor;
  document::Role role = document::Role::viewer;
  Person author;  // The owner; of a playground, its origin's. Empty when that is gone.
  bool playground = false;
  std::string origin;  // Of a playground of what is in no Drive here: where that is from.
  bool starred = false;
  bool trusted = false;  // The user has run it although somebody else wrote it; or it is ours.
};

// Somebody was mentioned in a comment that is on the disk now, by an address that was not in it
// before.
struct Mention {
  NotebookId notebook;
  std::string title;
  Person by;
  std::string language;  // Of the page of whoever wrote it, as a tag; may be empty.
  ThreadId thread;
  std::string quote, text;  // What the thread is on, and the comment.
  std::string email;        // The address; nobody has looked whose it is.
};

struct Settings {
  std::string data_directory;
  document::Limits limits;
  int64_t save_after_ms = 2'000;  // At the latest, from the first change that is not in the file.
  int64_t save_idle_ms = 300;     // After the last of a row of changes, when nothing runs.
  int64_t save_retry_ms = 5'000;
  int64_t revision_every_ms = 600'000;  // While people change a notebook.
  history::Keeping keep_revisions;
  int64_t settle_ms = 150;         // After another program touched a file, until it is looked at.
  int64_t unreadable_ms = 3'000;   // Then a file that is no notebook is not just half written.
  size_t blob_bytes = 256 << 10;   // A payload over this becomes a Blob.
  int64_t blob_grace_ms = 60'000;  // From when nobody needs a Blob until its file goes.
  size_t compact_records = 2'000;
  size_t compact_bytes = 4 << 20;
  size_t kept_records = 500;  // For clients that come back; not more bytes than these.
  size_t kept_bytes = 4 << 20;
  int64_t close_after_ms = 5'000;  // After the last client left and with no runtime.
  int64_t playground_life_ms = 24LL * 60 * 60 * 1000;  // After it was closed.
  int64_t trash_life_ms = 30LL * 24 * 60 * 60 * 1000;
  int64_t drive_quota = 0;  // Bytes of one user's Drive; 0: as many as there are.
};

class Notebooks {
 public:
  // All that is given must outlive this, and the reactor's last handler.
  Notebooks(asio::any_io_executor reactor, store::Store& store, async::BlockingPool& pool,
            runtimes::Runtimes& runtimes, Settings settings);
  ~Notebooks();
  Notebooks(const Notebooks&) = delete;
  Notebooks& operator=(const Notebooks&) = delete;

  // Who is to hear of mentions. Before the first open().
  void on_mention(std::function<Task<void>(Mention)> tell);

  // Opens the documents whose runtimes an earlier server left running, and begins to clear away
  // playgrounds that nobody uses. Call after Runtimes::start.
  Task<Result<>> resume();

  // The notebooks in the user's Drive, by path, then those of others that were shared with the user
  // or opened by their link. What is not a notebook file that a Drive would list is left out.
  Task<Result<std::vector<NotebookEntry>>> list(UserId user);
  // "UntitledN.ipynb" with one empty code cell, in this folder, or in "Colab Notebooks".
  Task<Result<NotebookId>> create(UserId user, std::string folder = {});
  // Puts a file into the Drive; `name` is what it was called elsewhere. `invalid` or `unsupported`
  // with nbformat's sentence when it is no notebook; then nothing is written.
  Task<Result<Imported>> import(UserId user, std::string name, std::string bytes);
  // Gives the file another name in its folder: for editors. `title` without .ipynb. conflict: the
  // name is taken, or it is a playground.
  Task<Result<>> rename(UserId user, NotebookId id, std::string title);
  // Ends its runtime, lets its clients go and moves the file into Trash, from where it comes back
  // with its history and who has access: for the owner.
  Task<Result<>> remove(UserId user, NotebookId id);
  // The document as it is now, as a file.
  Task<Result<FileBytes>> file_bytes(UserId user, NotebookId id, Outputs outputs = Outputs::as_set);
  // Puts the document as it is now into the user's own Drive. `title` empty: "Copy of …".
  Task<Result<NotebookId>> copy(UserId user, NotebookId id, std::string title);
  // A private scratch copy of the document: its own log and runtime, no file, in no list. It goes
  // playground_life_ms after its last use. conflict: this is one already.
  Task<Result<NotebookId>> make_playground(UserId user, NotebookId id);
  // The same of a notebook that is in no Drive here. invalid, unsupported: it is none.
  Task<Result<NotebookId>> try_out(UserId user, Foreign notebook);
  // What is known of one notebook, as in list(); of a playground without a path and a size.
  Task<Result<NotebookEntry>> about(UserId user, NotebookId id);

  // The open notebook; opens it when it is not. All of these are not_found for a notebook that the
  // user has no right to, as for one that is not there, and denied when the user's role does not
  // allow it. The role holds as long as the caller does not suspend: who attaches at once misses no
  // later set_role().
  //
  // invalid, unsupported, too_large  the file is no notebook that we can read; it is untouched
  Task<Result<OpenedNotebook>> open(UserId user, NotebookId id);

  // The name of a notebook that is open, as one with a runtime is; whoever asks must have a right
  // to know it.
  [[nodiscard]] std::optional<std::string> title_of_open(const NotebookId& id) const;

  // Of this user's alone, for whoever may see the notebook.
  Task<Result<>> star(UserId user, NotebookId id, bool starred);
  Task<Result<>> trust(UserId user, NotebookId id);

  // `sha256` in lower-case hex. not_found when no output of this notebook has had it.
  Task<Result<Blob>> find_blob(UserId user, NotebookId id, std::string sha256);

  // --- revisions and what ran; for editors and the owner (notebook_history.cpp) ---
  // not_found and denied as above; not_found too when there is no such revision.

  // Newest first, each with what changed since the one before.
  Task<Result<RevisionPage>> revisions(UserId user, NotebookId id, RevisionQuery query);
  // Revision 0 is the notebook as it is now.
  Task<Result<RevisionContent>> revision(UserId user, NotebookId id, int64_t number);
  // {"execution_count", "dropped_outputs", "outputs"} by a hash of RevisionContent.
  Task<Result<std::string>> revision_outputs(UserId user, NotebookId id, std::string sha256);
  // Keeps the notebook as it is now, for good. Returns the revision's number.
  Task<Result<int64_t>> pin(UserId user, NotebookId id, std::string name);
  // invalid: no name for a revision; conflict: too many are pinned.
  Task<Result<>> change_revision(UserId user, NotebookId id, int64_t number, RevisionChange change);
  Task<Result<>> restore(document::Author author, NotebookId id, int64_t number);
  Task<Result<FileBytes>> revision_file(UserId user, NotebookId id, int64_t number);
  // As a notebook of the user's own.
  Task<Result<Imported>> copy_revision(UserId user, NotebookId id, int64_t number);
  // Newest first.
  Task<Result<std::vector<ExecutionEntry>>> executions(UserId user, NotebookId id);

  // Writes all files that wait and lets all clients go (1012). The runtimes go on. Takes at most
  // about ten seconds.
  Task<void> shut_down();

 private:
  friend class Sharing;
  friend class Personal;
  friend class Folders;
  friend class Uploads;

  // The oldest playgrounds of somebody who has as many as may be give way to one more.
  Task<Result<>> make_room_for_playground(UserId user);

  class Part;
  std::shared_ptr<Part> part_;
};

}  // namespace colibri::notebooks
