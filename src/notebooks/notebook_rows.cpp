#include "notebooks/notebook_rows.hpp"

#include <soci/soci.h>

#include <algorithm>
#include <map>

#include "async/timer.hpp"
#include "base/random.hpp"

namespace colibri::notebooks {
namespace {

std::unexpected<Error> no_notebook() {
  return failure(ErrorCode::not_found, "There is no such notebook.");
}

Result<NotebookRow> find_row(soci::session& sql, const std::string& id) {
  NotebookRow row{{id}, {}, {}, 0, 0};
  long long created = 0, opened = 0;
  sql << "SELECT owner_id, path, created_ms, opened_ms FROM notebooks WHERE id = :id",
      soci::use(id), soci::into(row.owner.value), soci::into(row.path), soci::into(created),
      soci::into(opened);
  if (!sql.got_data()) return no_notebook();
  row.created_ms = created;
  row.opened_ms = opened;
  return row;
}

std::vector<NotebookRow> rows_of(soci::session& sql, const std::string& owner) {
  std::vector<NotebookRow> out;
  std::string id, path;
  long long created = 0, opened = 0;
  soci::statement rows =
      (sql.prepare << "SELECT id, path, created_ms, opened_ms FROM notebooks WHERE owner_id = :o",
       soci::use(owner), soci::into(id), soci::into(path), soci::into(created), soci::into(opened));
  rows.execute();
  while (rows.fetch()) out.push_back({{id}, {owner}, path, created, opened});
  return out;
}

NotebookRow insert_row(soci::session& sql, const std::string& owner, const std::string& path) {
  const long long now = async::now_ms();
  NotebookRow row{{random_id("n_")}, {owner}, path, now, 0};
  sql << "INSERT INTO notebooks (id, owner_id, path, created_ms, opened_ms)"
         " VALUES (:id, :owner, :path, :now, 0)",
      soci::use(row.id.value), soci::use(owner), soci::use(path), soci::use(now);
  return row;
}

void delete_row(soci::session& sql, const std::string& id) {
  for (const char* table : {"document_snapshots", "document_records", "notebook_blobs"})
    sql << std::string("DELETE FROM ") + table + " WHERE notebook_id = :id", soci::use(id);
  sql << "DELETE FROM notebooks WHERE id = :id", soci::use(id);
}

}  // namespace

Task<Result<NotebookRow>> NotebookRows::find(UserId user, NotebookId id) {
  auto work = [user, id](soci::session& sql) -> Result<NotebookRow> {
    auto row = find_row(sql, id.value);
    if (row && row->owner != user) return no_notebook();
    return row;
  };
  co_return co_await store_.read<NotebookRow>(std::move(work));
}

Task<Result<NotebookRow>> NotebookRows::find_any(NotebookId id) {
  auto work = [id](soci::session& sql) { return find_row(sql, id.value); };
  co_return co_await store_.read<NotebookRow>(std::move(work));
}

Task<Result<std::vector<NotebookRow>>> NotebookRows::reconcile(UserId user,
                                                               std::vector<std::string> files,
                                                               std::vector<NotebookId> kept) {
  using Rows = std::vector<NotebookRow>;
  auto work = [user](soci::session& sql) -> Result<Rows> { return rows_of(sql, user.value); };
  const auto present = co_await store_.read<Rows>(std::move(work));
  if (!present) co_return std::unexpected(present.error());
  // Mostly nothing has changed: then nothing is written.
  std::vector<std::string> known;
  for (const NotebookRow& row : *present) known.push_back(row.path);
  std::ranges::sort(known);
  std::ranges::sort(files);
  if (known == files) co_return *present;
  auto change = [user, files = std::move(files),
                 kept = std::move(kept)](soci::session& sql) -> Result<Rows> {
    std::map<std::string, NotebookRow> by_path;
    for (NotebookRow& row : rows_of(sql, user.value)) {
      const bool there = std::ranges::binary_search(files, row.path);
      const bool keep = std::ranges::find(kept, row.id) != kept.end();
      if (there)
        by_path.emplace(row.path, std::move(row));
      else if (!keep)
        delete_row(sql, row.id.value);
    }
    Rows out;
    for (const std::string& path : files) {
      const auto found = by_path.find(path);
      out.push_back(found != by_path.end() ? found->second : insert_row(sql, user.value, path));
    }
    return out;
  };
  co_return co_await store_.write<Rows>(std::move(change));
}

Task<Result<NotebookId>> NotebookRows::ensure(UserId user, std::string path) {
  auto work = [user, path = std::move(path)](soci::session& sql) -> Result<NotebookId> {
    std::string id;
    sql << "SELECT id FROM notebooks WHERE owner_id = :owner AND path = :path",
        soci::use(user.value), soci::use(path), soci::into(id);
    if (sql.got_data()) return NotebookId{id};
    return insert_row(sql, user.value, path).id;
  };
  co_return co_await store_.write<NotebookId>(std::move(work));
}

Task<Result<>> NotebookRows::rename(NotebookId id, std::string path) {
  auto work = [id, path = std::move(path)](soci::session& sql) -> Result<> {
    sql << "UPDATE notebooks SET path = :path WHERE id = :id", soci::use(path), soci::use(id.value);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<>> NotebookRows::remove(NotebookId id) {
  auto work = [id](soci::session& sql) -> Result<> {
    delete_row(sql, id.value);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<>> NotebookRows::mark_opened(NotebookId id) {
  auto work = [id, now = async::now_ms()](soci::session& sql) -> Result<> {
    const long long time = now;
    sql << "UPDATE notebooks SET opened_ms = :now WHERE id = :id", soci::use(time),
        soci::use(id.value);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<NotebookRows::BlobEntry>> NotebookRows::find_blob(NotebookId id, std::string sha256) {
  auto work = [id, sha256 = std::move(sha256)](soci::session& sql) -> Result<BlobEntry> {
    BlobEntry entry;
    long long bytes = 0;
    sql << "SELECT media_type, bytes FROM notebook_blobs"
           " WHERE notebook_id = :id AND sha256 = :sha256",
        soci::use(id.value), soci::use(sha256), soci::into(entry.media_type), soci::into(bytes);
    if (!sql.got_data()) return failure(ErrorCode::not_found, "There is no such output.");
    entry.bytes = static_cast<uint64_t>(bytes);
    return entry;
  };
  co_return co_await store_.read<BlobEntry>(std::move(work));
}

}  // namespace colibri::notebooks
