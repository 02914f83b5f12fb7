// What people see and do with a notebook's revisions, and what ran in it.
#include <fmt/chrono.h>

#include <ctime>

#include "async/timer.hpp"
#include "base/sha256.hpp"
#include "history/revision.hpp"
#include "notebooks/notebooks_part.hpp"

namespace colibri::notebooks {

Task<Result<RevisionPage>> Notebooks::revisions(UserId user, NotebookId id, RevisionQuery query) {
  const auto part = part_;
  const auto row = co_await part->rows.find(user, id, document::Role::editor);
  if (!row) co_return std::unexpected(row.error());
  RevisionRows rows(part->world.store, id);
  co_return co_await rows.page(query);
}

Task<Result<RevisionContent>> Notebooks::revision(UserId user, NotebookId id, int64_t number) {
  const auto part = part_;
  const auto row = co_await part->rows.find(user, id, document::Role::editor);
  if (!row) co_return std::unexpected(row.error());
  if (number != 0) {
    RevisionRows rows(part->world.store, id);
    auto stored = co_await rows.load(number, false);
    if (!stored) co_return std::unexpected(stored.error());
    co_return RevisionContent{std::move(stored->entry), std::move(stored->head),
                              std::move(stored->notebook)};
  }
  const auto open = co_await part->open(id);
  if (!open) co_return std::unexpected(open.error());
  auto work = [notebook = to_notebook(open->state->document())]() -> Result<RevisionContent> {
    const auto keep =
        omits_outputs(notebook.metadata) ? history::KeepOutputs::none : history::KeepOutputs::all;
    const auto made = history::make_revision(notebook, keep);
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
  const auto row = co_await part->rows.find(user, id, document::Role::editor);
  if (!row) co_return std::unexpected(row.error());
  const auto open = co_await part->open(id);
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
  const auto row = co_await part->rows.find(author.user, id, document::Role::editor);
  if (!row) co_return std::unexpected(row.error());
  const auto open = co_await part->open(id);
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
