// Playgrounds: a private scratch copy of a notebook for somebody who may not change it, or does not
// want to. A row of the notebooks table without a file; the log keeps it over restarts.
#include <soci/soci.h>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "notebooks/notebooks_part.hpp"

namespace colibri::notebooks {
namespace {

constexpr size_t kMostPlaygrounds = 20;  // Of one user; the oldest give way.
constexpr auto kLookEvery = std::chrono::minutes(15);

// The document as new: its runs are its own.
document::Document scratch_copy(const document::Document& from, const document::Limits& limits) {
  nbformat::Notebook notebook = to_notebook(from);
  std::vector<document::Cell> cells;
  for (document::Cell& cell : notebook.cells) {
    document::Cell fresh;
    fresh.id = cell.id;
    fresh.type = cell.type;
    fresh.source = std::move(cell.source);
    fresh.metadata = std::move(cell.metadata);
    fresh.attachments = std::move(cell.attachments);
    fresh.extra = std::move(cell.extra);
    fresh.execution_count = cell.execution_count;
    fresh.outputs = std::move(cell.outputs);
    fresh.dropped_outputs = fresh.outputs.empty() ? 0 : cell.dropped_outputs;
    cells.push_back(std::move(fresh));
  }
  document::Document copy(random_id("e_"), limits);
  copy.load(std::move(cells), std::move(notebook.metadata), notebook.minor,
            std::move(notebook.extra));
  return copy;
}

using Ids = std::vector<NotebookId>;

Ids ids_of(soci::rowset<std::string>& rows) {
  Ids ids;
  for (const std::string& id : rows) ids.push_back({id});
  return ids;
}

}  // namespace

Task<Result<NotebookId>> NotebookRows::insert_playground(UserId user, NotebookId origin,
                                                         std::string title) {
  auto work = [user, origin, title = std::move(title)](soci::session& sql) -> Result<NotebookId> {
    const std::string id = random_id("n_");
    const std::string path = "Playground/" + id + "/" + title + ".ipynb";
    const long long now = async::now_ms();
    sql << "INSERT INTO notebooks (id, owner_id, path, created_ms, opened_ms, origin_id)"
           " VALUES (:id, :owner, :path, :created, :opened, :origin)",
        soci::use(id), soci::use(user.value), soci::use(path), soci::use(now), soci::use(now),
        soci::use(origin.value);
    sql << "INSERT INTO notebook_blobs (notebook_id, sha256, bytes, media_type)"
           " SELECT n.id, b.sha256, b.bytes, b.media_type FROM notebook_blobs b"
           " JOIN notebooks n ON n.id = :id WHERE b.notebook_id = :origin",
        soci::use(id), soci::use(origin.value);
    return NotebookId{id};
  };
  co_return co_await store_.write<NotebookId>(std::move(work));
}

Task<Result<Ids>> NotebookRows::playgrounds(UserId user) {
  auto work = [user](soci::session& sql) -> Result<Ids> {
    soci::rowset<std::string> rows =
        (sql.prepare << "SELECT id FROM notebooks WHERE owner_id = :user AND origin_id <> ''"
                        " ORDER BY opened_ms DESC",
         soci::use(user.value));
    return ids_of(rows);
  };
  co_return co_await store_.read<Ids>(std::move(work));
}

Task<Result<Ids>> NotebookRows::old_playgrounds(int64_t time_ms) {
  auto work = [time = static_cast<long long>(time_ms)](soci::session& sql) -> Result<Ids> {
    soci::rowset<std::string> rows =
        (sql.prepare << "SELECT id FROM notebooks WHERE origin_id <> '' AND opened_ms < :time",
         soci::use(time));
    return ids_of(rows);
  };
  co_return co_await store_.read<Ids>(std::move(work));
}

Task<Result<>> NotebookRows::used(Ids ids) {
  if (ids.empty()) co_return Result<>();
  auto work = [ids = std::move(ids), now = async::now_ms()](soci::session& sql) -> Result<> {
    const long long time = now;
    for (const NotebookId& id : ids)
      sql << "UPDATE notebooks SET opened_ms = :now WHERE id = :id", soci::use(time),
          soci::use(id.value);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<>> Notebooks::make_room_for_playground(UserId user) {
  const auto mine = co_await part_->rows.playgrounds(user);
  if (!mine) co_return std::unexpected(mine.error());
  for (size_t i = kMostPlaygrounds - 1; i < mine->size(); ++i) {
    const auto removed = co_await remove(user, mine->at(i));
    if (!removed) co_return std::unexpected(removed.error());
  }
  co_return Result<>();
}

Task<Result<>> Notebooks::Part::fill_playground(NotebookId id, const document::Document& document,
                                                std::vector<BlobRow> blobs) {
  DocumentLog log(world.store, id);
  Result<> written;
  // First: what the document names and no row tells of would be swept away.
  if (!blobs.empty()) {
    Batch batch;
    batch.blobs = std::move(blobs);
    written = co_await log.append(std::move(batch));
  }
  auto snapshot = [&document] {
    return pack_snapshot(json::serialize(document.snapshot(), json::NanAs::python));
  };
  auto packed = co_await world.pool.run(std::move(snapshot));
  FileMark no_file;
  if (written) {
    const auto snapshot_written =
        co_await log.write_snapshot(document.epoch(), 0, std::move(packed), std::move(no_file), 0);
    if (!snapshot_written) written = std::unexpected(snapshot_written.error());
  }
  if (!written) (void)co_await rows.remove(id);
  co_return written;
}

Task<Result<NotebookId>> Notebooks::make_playground(UserId user, NotebookId id) {
  const auto part = part_;
  const auto row = co_await part->rows.find(user, id);
  if (!row) co_return std::unexpected(row.error());
  if (!row->origin.empty()) co_return failure(ErrorCode::conflict, "This is a playground already.");
  const auto room = co_await make_room_for_playground(user);
  if (!room) co_return std::unexpected(room.error());
  const auto open = co_await part->open(id);
  if (!open) co_return std::unexpected(open.error());
  const auto state = open->state;
  const document::Document copy = scratch_copy(state->document(), part->world.settings.limits);
  if (state->unused()) state->maybe_unused().set();
  auto made = co_await part->rows.insert_playground(user, id, state->title());
  if (!made) co_return made;
  std::vector<BlobRow> no_blobs;  // The row took its origin's.
  const auto filled = co_await part->fill_playground(*made, copy, std::move(no_blobs));
  if (!filled) co_return std::unexpected(filled.error());
  co_return made;
}

Task<Result<NotebookId>> Notebooks::try_out(UserId user, Foreign foreign) {
  const auto part = part_;
  auto work = [&foreign, folder = part->world.blob_folder()] {
    return parse_notebook({.bytes = std::move(foreign.bytes), .stamp = {}}, folder);
  };
  auto read = co_await part->world.pool.run(std::move(work));
  if (!read) co_return std::unexpected(read.error());
  const auto room = co_await make_room_for_playground(user);
  if (!room) co_return std::unexpected(room.error());
  document::Document document(random_id("e_"), part->world.settings.limits);
  document.load(std::move(read->notebook.cells), std::move(read->notebook.metadata),
                read->notebook.minor, std::move(read->notebook.extra));
  std::string title = usable_title(std::move(foreign.title));
  NotebookId origin{std::move(foreign.origin)};
  const auto made =
      co_await part->rows.insert_playground(user, std::move(origin), std::move(title));
  if (!made) co_return made;
  const auto filled = co_await part->fill_playground(*made, document, std::move(read->blobs));
  if (!filled) co_return std::unexpected(filled.error());
  co_return made;
}

Task<void> Notebooks::Part::clear_playgrounds(std::shared_ptr<Part> self) {
  const int64_t life_ms = self->world.settings.playground_life_ms;
  const auto pause = std::min<async::Duration>(kLookEvery, std::chrono::milliseconds(life_ms / 4));
  while (!self->stopping) {
    Ids in_use;
    for (const auto& [id, open] : self->notebooks)
      if (!open.state->has_file()) in_use.push_back(id);
    auto marked = co_await self->rows.used(std::move(in_use));
    auto old = co_await self->rows.old_playgrounds(async::now_ms() - life_ms);
    if (!marked || !old) {
      log::warn("playgrounds cannot be cleared away: {}",
                marked ? old.error().detail : marked.error().detail);
    } else {
      for (const NotebookId& id : *old) {
        if (self->notebooks.contains(id) || self->opening.contains(id)) continue;
        const auto removed = co_await self->rows.remove(id);
        if (!removed) log::warn("playground {}: {}", id.value, removed.error().detail);
      }
    }
    co_await self->stop.wait_for(pause);
  }
}

}  // namespace colibri::notebooks
