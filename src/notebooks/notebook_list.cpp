// The list of notebooks that a user sees: the own Drive's, and those of others.
#include <map>

#include "notebooks/notebooks_part.hpp"

namespace colibri::notebooks {
namespace {

using Drive = std::shared_ptr<const drive::Drive>;

// Of files in several Drives; what is not there any more is left out.
std::map<NotebookId, drive::Stamp> stamps_of(const std::vector<ListedRow>& rows,
                                             const std::map<UserId, Drive>& drives) {
  std::map<NotebookId, drive::Stamp> out;
  for (const ListedRow& listed : rows) {
    const auto drive = drives.find(listed.owner.id);
    if (drive == drives.end()) continue;
    const auto stamp = drive->second->stat(listed.row.path);
    if (stamp && *stamp) out.emplace(listed.row.id, **stamp);
  }
  return out;
}

}  // namespace

Task<Result<std::vector<NotebookEntry>>> Notebooks::list(UserId user) {
  const auto part = part_;
  auto own = co_await part->drive_of(user);
  if (!own) co_return std::unexpected(own.error());
  auto look = [d = *own] { return d->list_notebooks(); };
  auto files = co_await part->world.pool.run(std::move(look));
  if (!files) co_return std::unexpected(files.error());
  co_return co_await part->list(user, *std::move(files));
}

NotebookEntry Notebooks::Part::entry_of(const ListedRow& listed, const drive::Stamp& stamp,
                                        const UserId& user) const {
  const NotebookRow& row = listed.row;
  return {.id = row.id,
          .title = title_of(row.path),
          .path = listed.owner.id == user ? row.path : std::string(),
          .size = stamp.size,
          .created_ms = row.created_ms,
          .modified_ms = stamp.mtime_ns / 1'000'000,
          .opened_ms = row.opened_ms,
          .running = !world.runtimes.of(row.id).empty(),
          .owner = listed.owner,
          .role = row.role,
          .starred = listed.starred,
          .shared = listed.shared};
}

Task<Result<std::vector<NotebookEntry>>> Notebooks::Part::list(UserId user,
                                                               std::vector<drive::Entry> files) {
  const auto part = shared_from_this();
  std::vector<NotebookId> kept;
  for (const auto& [id, open] : part->notebooks) kept.push_back(id);
  const auto reconciled = co_await part->rows.reconcile(user, files, std::move(kept));
  if (!reconciled) co_return std::unexpected(reconciled.error());
  const auto rows = co_await part->rows.listed(user);
  if (!rows) co_return std::unexpected(rows.error());

  std::map<std::string, ListedRow> by_path;
  std::vector<ListedRow> of_others;
  std::map<UserId, Drive> drives;
  for (const ListedRow& row : *rows) {
    if (row.owner.id == user) {
      by_path.emplace(row.row.path, row);
      continue;
    }
    of_others.push_back(row);
    if (drives.contains(row.owner.id)) continue;
    const auto drive = co_await part->drive_of(row.owner.id);
    if (drive) drives.emplace(row.owner.id, *drive);
  }
  std::vector<NotebookEntry> out;
  for (const drive::Entry& file : files)
    if (const auto row = by_path.find(file.path); row != by_path.end())
      out.push_back(part->entry_of(row->second, file.stamp, user));
  auto stat = [&of_others, &drives]() -> Result<std::map<NotebookId, drive::Stamp>> {
    return stamps_of(of_others, drives);
  };
  const auto stamps = co_await part->world.pool.run(std::move(stat));
  if (!stamps) co_return std::unexpected(stamps.error());
  for (const ListedRow& row : of_others)
    if (const auto stamp = stamps->find(row.row.id); stamp != stamps->end())
      out.push_back(part->entry_of(row, stamp->second, user));
  co_return out;
}

Task<Result<NotebookEntry>> Notebooks::about(UserId user, NotebookId id) {
  const auto part = part_;
  const auto row = co_await part->rows.find(user, id);
  if (!row) co_return std::unexpected(row.error());
  const auto visit = co_await part->rows.visit(user, id);
  if (!visit) co_return std::unexpected(visit.error());
  ListedRow listed{.row = *row, .owner = visit->author, .starred = visit->starred};
  drive::Stamp stamp;
  if (visit->playground) {
    listed.row.path = title_of(row->path);
  } else if (const auto drive = co_await part->drive_of(row->owner)) {
    auto look = [d = *drive, path = row->path] { return d->stat(path); };
    const auto found = co_await part->world.pool.run(std::move(look));
    if (!found) co_return std::unexpected(found.error());
    stamp = found->value_or(drive::Stamp());
  }
  NotebookEntry entry = part->entry_of(listed, stamp, user);
  if (visit->playground) entry.path.clear();
  entry.running = !part->world.runtimes.of(id).empty();
  co_return entry;
}

}  // namespace colibri::notebooks
