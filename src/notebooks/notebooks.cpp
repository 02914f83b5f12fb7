#include "notebooks/notebooks.hpp"

#include "async/spawn.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/sha256.hpp"
#include "nbformat/notebook.hpp"
#include "notebooks/blob_files.hpp"
#include "notebooks/blob_rows.hpp"
#include "notebooks/folders.hpp"
#include "notebooks/notebooks_part.hpp"
#include "notebooks/uploads.hpp"

namespace colibri::notebooks {
namespace {

constexpr uint16_t kRestart = 1012;

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

}  // namespace

Notebooks::Notebooks(asio::any_io_executor reactor, store::Store& store, async::BlockingPool& pool,
                     runtimes::Runtimes& runtimes, Settings settings)
    : part_(std::make_shared<Part>(World{reactor, store, pool, runtimes, std::move(settings),
                                         std::make_shared<drive::FileWatch>(reactor)})) {}

Notebooks::~Notebooks() = default;

void Notebooks::on_mention(std::function<Task<void>(Mention)> tell) {
  part_->world.tell_mention = std::move(tell);
}

Task<Result<>> Notebooks::resume() {
  const auto part = part_;
  for (const auto& runtime : part->world.runtimes.living()) {
    const auto opened = co_await part->open(runtime->notebook());
    if (!opened && opened.error().code == ErrorCode::not_found)
      runtime->end("disconnected", "Its notebook was removed.");
    else if (!opened)
      log::error("notebook {} runs and cannot be opened: {}", runtime->notebook().value,
                 opened.error().detail);
  }
  async::spawn(part->world.reactor, Part::clear_playgrounds(part), "clearing playgrounds away");
  async::spawn(part->world.reactor, sweep_blob_files(part->world), "removing outputs");
  async::spawn(part->world.reactor, Folders::sweep_trash(Folders(*this)), "emptying the Trash");
  async::spawn(part->world.reactor, Uploads::sweep(*this), "dropping old uploads");
  co_return Result<>();
}

Task<Result<NotebookId>> Notebooks::create(UserId user, std::string folder) {
  const auto part = part_;
  if (folder.empty()) folder = drive::kNotebookFolder;
  if (auto good = Folders::check_home(folder); !good) co_return std::unexpected(good.error());
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto work = [d = *drive, folder, bytes = new_notebook_bytes()]() -> Result<std::string> {
    if (folder == drive::kNotebookFolder)
      if (auto made = d->make_folders(folder); !made) return std::unexpected(made.error());
    return d->create_untitled(folder, bytes);
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
  auto work = [&imported, d = *drive, stem = usable_title(title_of(name)),
               bytes = std::move(bytes)]() -> Result<std::string> {
    auto read = nbformat::read(bytes, [] { return random_id("c"); });
    if (!read) return std::unexpected(read.error());
    imported.notes = std::move(read->notes);
    if (auto made = d->make_folders(drive::kNotebookFolder); !made)
      return std::unexpected(made.error());
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
  if (!row->origin.empty())
    co_return failure(ErrorCode::conflict, "A playground has no file that could be renamed.");
  const std::string name = title + ".ipynb";
  if (const auto good = drive::check_name(name); !good) co_return good;
  const std::string path = folder_of(row->path) + "/" + name;
  if (path == row->path) co_return Result<>();
  Folders folders(*this);
  co_return co_await folders.relocate(row->owner, row->path, path);
}

Task<Result<>> Notebooks::remove(UserId user, NotebookId id) {
  const auto part = part_;
  const auto row = co_await part->rows.find(user, id, document::Role::owner);
  if (!row) co_return std::unexpected(row.error());
  Folders folders(*this);
  if (row->origin.empty()) co_return co_await folders.trash(user, row->path);
  co_await part->close(id, "the playground was removed");
  co_return co_await part->rows.remove(id);
}

Task<Result<FileBytes>> Notebooks::file_bytes(UserId user, NotebookId id, Outputs outputs) {
  const auto part = part_;
  const auto row = co_await part->rows.find(user, id);
  if (!row) co_return std::unexpected(row.error());
  const auto open = co_await part->open(id);
  if (!open) co_return std::unexpected(open.error());
  const auto state = open->state;
  auto work = [notebook = to_notebook(state->document(), outputs),
               folder = part->world.blob_folder()] { return to_bytes(notebook, folder); };
  auto bytes = co_await part->world.pool.run(std::move(work));
  if (!bytes) co_return std::unexpected(bytes.error());
  if (state->unused()) state->maybe_unused().set();
  co_return FileBytes{state->title() + ".ipynb", std::move(*bytes)};
}

Task<Result<NotebookId>> Notebooks::copy(UserId user, NotebookId id, std::string title) {
  const auto part = part_;
  if (!title.empty())
    if (const auto good = drive::check_name(title + ".ipynb"); !good)
      co_return std::unexpected(good.error());
  const auto file = co_await file_bytes(user, id);
  if (!file) co_return std::unexpected(file.error());
  const auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  if (title.empty()) title = "Copy of " + title_of(file->name);
  auto work = [d = *drive, title, bytes = file->bytes]() -> Result<std::string> {
    if (auto made = d->make_folders(drive::kNotebookFolder); !made)
      return std::unexpected(made.error());
    return d->create_beside(drive::kNotebookFolder, title, bytes);
  };
  auto path = co_await part->world.pool.run(std::move(work));
  if (!path) co_return std::unexpected(path.error());
  co_return co_await part->rows.ensure(user, std::move(*path));
}

Task<Result<OpenedNotebook>> Notebooks::open(UserId user, NotebookId id) {
  const auto part = part_;
  const auto row = co_await part->rows.find(user, id);
  if (!row) co_return std::unexpected(row.error());
  const auto open = co_await part->open(id);
  if (!open) co_return std::unexpected(open.error());
  const auto marked = co_await part->rows.mark_opened(user, id);
  if (!marked) log::warn("notebook {}: {}", id.value, marked.error().detail);
  // Last, and again when somebody's access changed under it: set_role() reaches those who attached.
  for (;;) {
    const uint64_t changes = part->access_changes;
    const auto now = co_await part->rows.visit(user, id);
    if (!now) co_return std::unexpected(now.error());
    if (changes == part->access_changes)
      co_return OpenedNotebook{open->actor, now->role,    now->author, now->playground,
                               now->origin, now->starred, now->trusted};
  }
}

std::optional<std::string> Notebooks::title_of_open(const NotebookId& id) const {
  const auto found = part_->notebooks.find(id);
  if (found == part_->notebooks.end()) return std::nullopt;
  return found->second.state->title();
}

Task<Result<>> Notebooks::star(UserId user, NotebookId id, bool starred) {
  const auto part = part_;
  const auto row = co_await part->rows.find(user, id);
  if (!row) co_return std::unexpected(row.error());
  co_return co_await part->rows.star(user, id, starred);
}

Task<Result<>> Notebooks::trust(UserId user, NotebookId id) {
  const auto part = part_;
  const auto row = co_await part->rows.find(user, id);
  if (!row) co_return std::unexpected(row.error());
  co_return co_await part->rows.trust(user, id);
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
  part->stop.set();
  std::vector<std::shared_ptr<DocumentActor::State>> states;
  for (const auto& [id, open] : part->notebooks) states.push_back(open.state);
  for (const auto& state : states) {
    state->close(kRestart, "the server stops");
    co_await DocumentActor::State::flush(state);
    state->maybe_unused().set();
  }
}

}  // namespace colibri::notebooks
