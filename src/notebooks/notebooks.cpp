#include "notebooks/notebooks.hpp"

#include <fmt/chrono.h>

#include <ctime>
#include <map>
#include <set>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/sha256.hpp"
#include "nbformat/notebook.hpp"
#include "notebooks/blob_files.hpp"
#include "notebooks/loading.hpp"
#include "notebooks/notebook_rows.hpp"

namespace colibri::notebooks {
namespace {

constexpr uint16_t kNoNotebook = 4404, kRestart = 1012;

std::string new_notebook_bytes() {
  nbformat::Notebook notebook;
  document::Cell cell;
  cell.id = {random_id("c")};
  notebook.cells.push_back(std::move(cell));
  notebook.metadata =
      json::Object{{"kernelspec", json::Object{{"display_name", "Python 3"}, {"name", "python3"}}},
                   {"language_info", json::Object{{"name", "python"}}}};
  // A notebook without outputs needs no blobs, so this cannot fail.
  return nbformat::write(notebook,
                         [](const std::string&) -> Result<std::string> {
                           return failure(ErrorCode::not_found, "no blobs");
                         })
      .value_or("");
}

// What a file was called elsewhere, made into a title.
std::string title_from(std::string name) {
  name = title_of(name);
  if (const size_t back = name.rfind('\\'); back != std::string::npos) name.erase(0, back + 1);
  if (!drive::check_name(name + ".ipynb")) name = "Uploaded notebook";
  return name;
}

}  // namespace

class Notebooks::Part : public std::enable_shared_from_this<Notebooks::Part> {
 public:
  struct OpenNotebook {
    std::shared_ptr<DocumentActor::State> state;
    std::shared_ptr<DocumentActor> actor;
  };
  using Drive = std::shared_ptr<const drive::Drive>;

  Part(World world) : world(std::move(world)), rows(this->world.store) {}

  Task<Result<Drive>> drive_of(UserId user) {
    if (const auto found = drives.find(user); found != drives.end()) co_return found->second;
    auto work = [root = world.drive_root(user)]() -> Result<Drive> {
      auto drive = drive::Drive::open(root);
      if (!drive) return std::unexpected(drive.error());
      return std::make_shared<const drive::Drive>(std::move(*drive));
    };
    auto opened = co_await world.pool.run(std::move(work));
    if (opened) drives[user] = *opened;
    co_return opened;
  }

  // Opens a notebook whose row is known; several who ask at a time share one loading.
  Task<Result<OpenNotebook>> open(NotebookRow row) {
    while (const auto busy = opening.find(row.id) == opening.end() ? nullptr : opening[row.id])
      co_await busy->wait_for(std::chrono::seconds(60));
    if (const auto found = notebooks.find(row.id);
        found != notebooks.end() && !found->second.state->failed())
      co_return found->second;
    const auto done = std::make_shared<async::Event>();
    opening[row.id] = done;
    auto opened = co_await load(row);
    opening.erase(row.id);
    done->set();
    if (!opened) log::warn("notebook {} cannot be opened: {}", row.id.value, opened.error().detail);
    co_return opened;
  }

  // Whose runtimes work for the document, or did when it was left.
  static Task<std::vector<DocumentActor::State::LaneBefore>> lanes_before(
      Part& part, NotebookId id, const document::Document& document) {
    std::set<UserId> owners = document.lanes();
    for (const auto& runtime : part.world.runtimes.of(id)) owners.insert(runtime->user());
    std::vector<DocumentActor::State::LaneBefore> out;
    for (const UserId& owner : owners) {
      const auto name = co_await part.rows.name_of(owner);
      const auto reason = co_await part.world.runtimes.last_reason(id, owner);
      out.push_back({owner, name.value_or(""), reason.value_or("")});
    }
    co_return out;
  }

  Task<Result<OpenNotebook>> load(NotebookRow row) {
    auto drive = co_await drive_of(row.owner);
    if (!drive) co_return std::unexpected(drive.error());
    auto document = co_await load_document(world, row.id, row.path, *drive);
    if (!document) co_return std::unexpected(document.error());
    for (const std::string& note : document->notes)
      log::info("notebook {}: {}", row.id.value, note);
    const auto before = co_await lanes_before(*this, row.id, document->document);
    auto state = std::make_shared<DocumentActor::State>(world, row.id, row.owner, row.path, *drive,
                                                        std::move(*document));
    const OpenNotebook open{state, std::make_shared<DocumentActor>(state)};
    notebooks[row.id] = open;
    state->begin(before);
    co_await DocumentActor::State::meet_file(state);
    async::spawn(world.reactor, watch(shared_from_this(), row.id, state), "watching a notebook");
    co_return open;
  }

  // Lets go of a notebook that nobody has used for a while.
  static Task<void> watch(std::shared_ptr<Part> self, NotebookId id,
                          std::shared_ptr<DocumentActor::State> state) {
    const auto after = std::chrono::milliseconds(self->world.settings.close_after_ms);
    while (!self->stopping && !state->failed()) {
      co_await state->maybe_unused().wait_for(std::chrono::hours(1));
      state->maybe_unused().reset();
      if (self->stopping || state->failed() || !state->unused()) continue;
      co_await async::sleep_for(after);
      if (!state->unused()) continue;
      co_await DocumentActor::State::flush(state);
      if (state->unused() && state->clean()) break;
      if (state->unused()) state->maybe_unused().set();  // The disk is full: try again.
    }
    state->retire();
    const auto found = self->notebooks.find(id);
    if (found != self->notebooks.end() && found->second.state == state)
      self->notebooks.erase(found);
  }

  World world;
  NotebookRows rows;
  std::map<UserId, Drive> drives;
  std::map<NotebookId, OpenNotebook> notebooks;
  std::map<NotebookId, std::shared_ptr<async::Event>> opening;
  bool stopping = false;
  uint64_t access_changes = 0;  // How often who may do what was changed since the start.
};

Notebooks::Notebooks(asio::any_io_executor reactor, store::Store& store, async::BlockingPool& pool,
                     runtimes::Runtimes& runtimes, Settings settings)
    : part_(std::make_shared<Part>(World{reactor, store, pool, runtimes, std::move(settings),
                                         std::make_shared<drive::FileWatch>(reactor)})) {}

Notebooks::~Notebooks() = default;

Task<Result<>> Notebooks::resume() {
  const auto part = part_;
  for (const auto& runtime : part->world.runtimes.living()) {
    auto row = co_await part->rows.find_any(runtime->notebook());
    if (!row) {
      runtime->end("disconnected", "Its notebook was removed.");
      continue;
    }
    const auto opened = co_await part->open(std::move(*row));
    if (!opened)
      log::error("notebook {} runs and cannot be opened: {}", runtime->notebook().value,
                 opened.error().detail);
  }
  co_return Result<>();
}

Task<Result<std::vector<NotebookEntry>>> Notebooks::list(UserId user) {
  const auto part = part_;
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto work = [d = *drive] { return d->list_notebooks(); };
  const auto files = co_await part->world.pool.run(std::move(work));
  if (!files) co_return std::unexpected(files.error());
  std::vector<NotebookId> kept;
  for (const auto& [id, open] : part->notebooks) kept.push_back(id);
  auto rows = co_await part->rows.reconcile(user, *files, std::move(kept));
  if (!rows) co_return std::unexpected(rows.error());
  std::map<std::string, NotebookRow> by_path;
  for (NotebookRow& row : *rows) by_path.emplace(row.path, std::move(row));
  std::vector<NotebookEntry> out;
  for (const drive::Entry& entry : *files) {
    const auto row = by_path.find(entry.path);
    if (row == by_path.end()) continue;
    out.push_back({row->second.id, title_of(entry.path), entry.path, entry.stamp.size,
                   row->second.created_ms, entry.stamp.mtime_ns / 1'000'000, row->second.opened_ms,
                   !part->world.runtimes.of(row->second.id).empty()});
  }
  co_return out;
}

Task<Result<NotebookId>> Notebooks::create(UserId user) {
  const auto part = part_;
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto work = [d = *drive, bytes = new_notebook_bytes()] {
    return d->create_untitled(drive::kNotebookFolder, bytes);
  };
  auto path = co_await part->world.pool.run(std::move(work));
  if (!path) co_return std::unexpected(path.error());
  co_return co_await part->rows.ensure(user, std::move(*path));
}

Task<Result<Imported>> Notebooks::import(UserId user, std::string name, std::string bytes) {
  const auto part = part_;
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  Imported imported;
  auto work = [&imported, d = *drive, stem = title_from(std::move(name)),
               bytes = std::move(bytes)]() -> Result<std::string> {
    auto read = nbformat::read(bytes, [] { return random_id("c"); });
    if (!read) return std::unexpected(read.error());
    imported.notes = std::move(read->notes);
    return d->create_beside(drive::kNotebookFolder, stem, bytes);
  };
  auto path = co_await part->world.pool.run(std::move(work));
  if (!path) {
    log::info("an upload of {} was refused: {}", user.value, path.error().detail);
    co_return std::unexpected(path.error());
  }
  imported.title = title_of(*path);
  auto id = co_await part->rows.ensure(user, std::move(*path));
  if (!id) co_return std::unexpected(id.error());
  imported.id = std::move(*id);
  co_return imported;
}

Task<Result<>> Notebooks::rename(UserId user, NotebookId id, std::string title) {
  const auto part = part_;
  const auto row = co_await part->rows.find(user, id, document::Role::editor);
  if (!row) co_return std::unexpected(row.error());
  const std::string name = title + ".ipynb";
  if (const auto good = drive::check_name(name); !good) co_return good;
  const std::string path = folder_of(row->path) + "/" + name;
  if (path == row->path) co_return Result<>();
  Result<> renamed;
  if (const auto found = part->notebooks.find(id); found != part->notebooks.end()) {
    const auto state = found->second.state;
    renamed = co_await DocumentActor::State::rename(state, path);
  } else {
    auto drive = co_await part->drive_of(row->owner);
    if (!drive) co_return std::unexpected(drive.error());
    auto work = [d = *drive, from = row->path, path] { return d->rename(from, path); };
    renamed = co_await part->world.pool.run(std::move(work));
  }
  if (!renamed) co_return renamed;
  co_return co_await part->rows.rename(id, path);
}

Task<Result<>> Notebooks::remove(UserId user, NotebookId id) {
  const auto part = part_;
  const auto row = co_await part->rows.find(user, id, document::Role::owner);
  if (!row) co_return std::unexpected(row.error());
  for (const auto& runtime : part->world.runtimes.of(id))
    runtime->end("disconnected", "The notebook was removed.");
  if (const auto found = part->notebooks.find(id); found != part->notebooks.end()) {
    const auto state = found->second.state;
    state->close(kNoNotebook, "the notebook was moved to the trash");
    co_await DocumentActor::State::flush(state);
    part->notebooks.erase(id);
  }
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto work = [d = *drive, path = row->path] { return d->remove(path); };
  const auto removed = co_await part->world.pool.run(std::move(work));
  if (!removed) co_return removed;
  co_return co_await part->rows.remove(id);
}

Task<Result<FileBytes>> Notebooks::file_bytes(UserId user, NotebookId id) {
  const auto part = part_;
  auto row = co_await part->rows.find(user, id);
  if (!row) co_return std::unexpected(row.error());
  const auto open = co_await part->open(std::move(*row));
  if (!open) co_return std::unexpected(open.error());
  const auto state = open->state;
  auto work = [notebook = to_notebook(state->document()), folder = part->world.blob_folder()] {
    return to_bytes(notebook, folder);
  };
  auto bytes = co_await part->world.pool.run(std::move(work));
  if (!bytes) co_return std::unexpected(bytes.error());
  if (state->unused()) state->maybe_unused().set();
  co_return FileBytes{state->title() + ".ipynb", std::move(*bytes)};
}

Task<Result<OpenedNotebook>> Notebooks::open(UserId user, NotebookId id) {
  const auto part = part_;
  auto row = co_await part->rows.find(user, id);
  if (!row) co_return std::unexpected(row.error());
  const auto open = co_await part->open(std::move(*row));
  if (!open) co_return std::unexpected(open.error());
  const auto marked = co_await part->rows.mark_opened(user, id);
  if (!marked) log::warn("notebook {}: {}", id.value, marked.error().detail);
  // Last, and again when somebody's access changed under it: set_role() reaches those who attached.
  for (;;) {
    const uint64_t changes = part->access_changes;
    const auto now = co_await part->rows.find(user, id);
    if (!now) co_return std::unexpected(now.error());
    if (changes == part->access_changes) co_return OpenedNotebook{open->actor, now->role};
  }
}

Task<Result<Blob>> Notebooks::find_blob(UserId user, NotebookId id, std::string sha256) {
  const auto part = part_;
  if (!is_sha256(sha256)) co_return failure(ErrorCode::not_found, "There is no such output.");
  const auto row = co_await part->rows.find(user, id);
  if (!row) co_return std::unexpected(row.error());
  auto entry = co_await part->rows.find_blob(id, sha256);
  if (!entry) co_return std::unexpected(entry.error());
  co_return Blob{blob_path(part->world.blob_folder(), sha256), std::move(entry->media_type),
                 entry->bytes};
}

Task<void> Notebooks::shut_down() {
  const auto part = part_;
  part->stopping = true;
  std::vector<std::shared_ptr<DocumentActor::State>> states;
  for (const auto& [id, open] : part->notebooks) states.push_back(open.state);
  for (const auto& state : states) {
    state->close(kRestart, "the server stops");
    co_await DocumentActor::State::flush(state);
    state->maybe_unused().set();
  }
}

Task<Result<std::vector<RevisionEntry>>> Notebooks::revisions(UserId user, NotebookId id) {
  const auto part = part_;
  const auto row = co_await part->rows.find(user, id, document::Role::editor);
  if (!row) co_return std::unexpected(row.error());
  RevisionRows rows(part->world.store, id);
  co_return co_await rows.list();
}

Task<Result<RevisionContent>> Notebooks::revision(UserId user, NotebookId id, int64_t number) {
  const auto part = part_;
  auto row = co_await part->rows.find(user, id, document::Role::editor);
  if (!row) co_return std::unexpected(row.error());
  if (number != 0) {
    RevisionRows rows(part->world.store, id);
    auto stored = co_await rows.load(number, false);
    if (!stored) co_return std::unexpected(stored.error());
    co_return RevisionContent{std::move(stored->entry), std::move(stored->head),
                              std::move(stored->notebook)};
  }
  const auto open = co_await part->open(std::move(*row));
  if (!open) co_return std::unexpected(open.error());
  auto work = [notebook = to_notebook(open->state->document())]() -> Result<RevisionContent> {
    const auto made = history::make_revision(notebook, !omits_outputs(notebook.metadata));
    const auto load = [&made](const std::string& sha256) -> Result<std::string> {
      return made.parts.at(sha256).text;
    };
    auto head = history::read_head(made.manifest, load);
    if (!head) return std::unexpected(head.error());
    auto again = history::read_revision(*head, load, false);
    if (!again) return std::unexpected(again.error());
    RevisionEntry now{.time_ms = async::now_ms(), .kind = "now"};
    now.cells = static_cast<int64_t>(made.cells);
    return RevisionContent{std::move(now), std::move(*head), std::move(*again)};
  };
  auto content = co_await part->world.pool.run(std::move(work));
  if (open->state->unused()) open->state->maybe_unused().set();
  co_return content;
}

Task<Result<std::string>> Notebooks::revision_outputs(UserId user, NotebookId id,
                                                      std::string sha256) {
  const auto part = part_;
  if (!is_sha256(sha256)) co_return failure(ErrorCode::not_found, "There is no such output.");
  const auto row = co_await part->rows.find(user, id, document::Role::editor);
  if (!row) co_return std::unexpected(row.error());
  RevisionRows rows(part->world.store, id);
  co_return co_await rows.part(std::move(sha256));
}

Task<Result<int64_t>> Notebooks::pin(UserId user, NotebookId id, std::string name) {
  const auto part = part_;
  auto good = revision_name(std::move(name));
  if (!good) co_return std::unexpected(good.error());
  auto row = co_await part->rows.find(user, id, document::Role::editor);
  if (!row) co_return std::unexpected(row.error());
  const auto open = co_await part->open(std::move(*row));
  if (!open) co_return std::unexpected(open.error());
  auto number = co_await DocumentActor::State::pin(open->state, user, std::move(*good));
  if (open->state->unused()) open->state->maybe_unused().set();
  co_return number;
}

Task<Result<>> Notebooks::change_revision(UserId user, NotebookId id, int64_t number,
                                          RevisionChange change) {
  const auto part = part_;
  if (change.name) {
    auto good = revision_name(std::move(*change.name));
    if (!good) co_return std::unexpected(good.error());
    change.name = std::move(*good);
  }
  const auto row = co_await part->rows.find(user, id, document::Role::editor);
  if (!row) co_return std::unexpected(row.error());
  RevisionRows rows(part->world.store, id);
  co_return co_await rows.change(number, std::move(change));
}

Task<Result<>> Notebooks::restore(document::Author author, NotebookId id, int64_t number) {
  const auto part = part_;
  auto row = co_await part->rows.find(author.user, id, document::Role::editor);
  if (!row) co_return std::unexpected(row.error());
  const auto open = co_await part->open(std::move(*row));
  if (!open) co_return std::unexpected(open.error());
  auto restored = co_await DocumentActor::State::restore(open->state, number, std::move(author));
  if (open->state->unused()) open->state->maybe_unused().set();
  co_return restored;
}

Task<Result<FileBytes>> Notebooks::revision_file(UserId user, NotebookId id, int64_t number) {
  const auto part = part_;
  const auto row = co_await part->rows.find(user, id, document::Role::editor);
  if (!row) co_return std::unexpected(row.error());
  RevisionRows rows(part->world.store, id);
  auto stored = co_await rows.load(number, true);
  if (!stored) co_return std::unexpected(stored.error());
  auto work = [&stored, folder = part->world.blob_folder()] {
    return to_bytes(stored->notebook, folder);
  };
  auto bytes = co_await part->world.pool.run(std::move(work));
  if (!bytes) co_return std::unexpected(bytes.error());
  const std::string when = fmt::format(
      "{:%Y-%m-%d %H.%M}", fmt::localtime(static_cast<std::time_t>(stored->entry.time_ms / 1000)));
  co_return FileBytes{title_of(row->path) + " (" + when + ").ipynb", std::move(*bytes)};
}

Task<Result<Imported>> Notebooks::copy_revision(UserId user, NotebookId id, int64_t number) {
  auto file = co_await revision_file(user, id, number);
  if (!file) co_return std::unexpected(file.error());
  co_return co_await import(user, std::move(file->name), std::move(file->bytes));
}

Task<Result<std::vector<ExecutionEntry>>> Notebooks::executions(UserId user, NotebookId id) {
  const auto part = part_;
  const auto row = co_await part->rows.find(user, id, document::Role::editor);
  if (!row) co_return std::unexpected(row.error());
  co_return co_await list_executions(part->world.store, id);
}

}  // namespace colibri::notebooks
