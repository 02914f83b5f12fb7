// Which row belongs to which file, after other programs have moved, renamed and removed some.
#include <soci/soci.h>

#include <algorithm>
#include <map>

#include "notebooks/notebook_rows.hpp"

namespace colibri::notebooks {
namespace {

// The files in somebody's Drive, but for those in the Trash.
std::vector<NotebookRow> rows_of(soci::session& sql, const std::string& owner) {
  std::vector<NotebookRow> out;
  std::string id, path;
  long long created = 0, opened = 0, inode = 0, born = 0;
  soci::statement rows =
      (sql.prepare << "SELECT id, path, created_ms, opened_ms, file_inode, file_born_ns"
                      " FROM notebooks WHERE owner_id = :owner AND origin_id = ''"
                      " AND path NOT LIKE 'Trash/%'",
       soci::use(owner), soci::into(id), soci::into(path), soci::into(created), soci::into(opened),
       soci::into(inode), soci::into(born));
  rows.execute();
  while (rows.fetch())
    out.push_back({.id = {id},
                   .owner = {owner},
                   .path = path,
                   .created_ms = created,
                   .opened_ms = opened,
                   .inode = inode,
                   .born_ns = born});
  return out;
}

using Identity = std::pair<int64_t, int64_t>;

// Whether the two are the same file, whatever its name is and what is in it.
bool is_known(const Identity& identity) {
  return identity.first != 0 && identity.second != 0;
}
Identity identity_of(const NotebookRow& row) {
  return {row.inode, row.born_ns};
}
Identity identity_of(const drive::Entry& file) {
  return {file.stamp.inode, file.born_ns};
}

// The file as the server knew it when it last read or wrote it.
std::optional<drive::Stamp> known_stamp(soci::session& sql, const std::string& id) {
  long long size = 0, mtime = 0, inode = 0;
  sql << "SELECT file_size, file_mtime_ns, file_inode FROM document_snapshots"
         " WHERE notebook_id = :id",
      soci::use(id), soci::into(size), soci::into(mtime), soci::into(inode);
  if (!sql.got_data() || inode == 0) return std::nullopt;
  return drive::Stamp{size, mtime, inode};
}

// For each file the row that is its own.
class Match {
 public:
  Match(const std::vector<drive::Entry>& files, const std::vector<NotebookRow>& rows)
      : files_(files), rows_(rows), row_of_(files.size()), taken_(rows.size()) {
    std::map<std::string_view, size_t> by_path;
    std::map<Identity, size_t> by_identity;
    for (size_t i = 0; i < rows.size(); ++i) {
      by_path.emplace(rows[i].path, i);
      if (is_known(identity_of(rows[i]))) by_identity.emplace(identity_of(rows[i]), i);
    }
    const auto give = [&](const auto& map, const auto& key, size_t file, auto good) {
      const auto found = map.find(key);
      if (row_of_[file] || found == map.end() || taken_[found->second] || !good(found->second))
        return;
      take(file, found->second);
    };
    const auto any = [](size_t) { return true; };
    for (size_t i = 0; i < files.size(); ++i)
      give(by_path, files[i].path, i,
           [&](size_t row) { return identity_of(rows[row]) == identity_of(files[i]); });
    for (size_t i = 0; i < files.size(); ++i) give(by_identity, identity_of(files[i]), i, any);
    for (size_t i = 0; i < files.size(); ++i) give(by_path, files[i].path, i, any);
  }

  // Rows whose file is elsewhere, as the server wrote it last.
  void follow(soci::session& sql) {
    for (size_t row = 0; row < rows_.size(); ++row) {
      if (taken_[row]) continue;
      const auto stamp = known_stamp(sql, rows_[row].id.value);
      if (!stamp) continue;
      for (size_t i = 0; i < files_.size(); ++i)
        if (!row_of_[i] && files_[i].stamp == *stamp) {
          take(i, row);
          break;
        }
    }
  }

  [[nodiscard]] std::optional<size_t> row_of(size_t file) const { return row_of_[file]; }
  [[nodiscard]] bool is_taken(size_t row) const { return taken_[row]; }
  // Whether every row is as its file is, and the other way round.
  [[nodiscard]] bool is_exact() const {
    if (files_.size() != rows_.size()) return false;
    for (size_t i = 0; i < files_.size(); ++i)
      if (!row_of_[i] || rows_[*row_of_[i]].path != files_[i].path ||
          identity_of(rows_[*row_of_[i]]) != identity_of(files_[i]))
        return false;
    return true;
  }

 private:
  void take(size_t file, size_t row) {
    row_of_[file] = row;
    taken_[row] = true;
  }

  const std::vector<drive::Entry>& files_;
  const std::vector<NotebookRow>& rows_;
  std::vector<std::optional<size_t>> row_of_;
  std::vector<bool> taken_;
};

void place(soci::session& sql, const NotebookRow& row, const std::string& path) {
  sql << "UPDATE notebooks SET path = :path WHERE id = :id", soci::use(path),
      soci::use(row.id.value);
}

// Makes the rows fit. Rows that change their paths with each other stand nowhere for a moment.
std::vector<NotebookRow> fit(soci::session& sql, const UserId& user,
                             const std::vector<drive::Entry>& files,
                             const std::vector<NotebookRow>& rows, const Match& match,
                             const std::vector<NotebookId>& kept) {
  for (size_t row = 0; row < rows.size(); ++row)
    if (!match.is_taken(row) && std::ranges::find(kept, rows[row].id) == kept.end())
      sql << "DELETE FROM notebooks WHERE id = :id", soci::use(rows[row].id.value);
  for (size_t i = 0; i < files.size(); ++i)
    if (const auto row = match.row_of(i); row && rows[*row].path != files[i].path)
      place(sql, rows[*row], "moving/" + rows[*row].id.value);
  std::vector<NotebookRow> out;
  for (size_t i = 0; i < files.size(); ++i) {
    const auto found = match.row_of(i);
    if (!found) {
      out.push_back(insert_notebook(sql, user.value, files[i]));
      continue;
    }
    NotebookRow row = rows[*found];
    if (row.path != files[i].path) place(sql, row, files[i].path);
    if (identity_of(row) != identity_of(files[i]))
      sql << "UPDATE notebooks SET file_inode = :inode, file_born_ns = :born WHERE id = :id",
          soci::use(files[i].stamp.inode), soci::use(files[i].born_ns), soci::use(row.id.value);
    row.path = files[i].path;
    std::tie(row.inode, row.born_ns) = identity_of(files[i]);
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace

Task<Result<std::vector<NotebookRow>>> NotebookRows::reconcile(UserId user,
                                                               std::vector<drive::Entry> files,
                                                               std::vector<NotebookId> kept) {
  using Rows = std::vector<NotebookRow>;
  auto work = [user](soci::session& sql) -> Result<Rows> { return rows_of(sql, user.value); };
  const auto present = co_await store_.read<Rows>(std::move(work));
  if (!present) co_return std::unexpected(present.error());
  // Mostly nothing has changed: then nothing is written.
  if (Match(files, *present).is_exact()) co_return *present;
  auto change = [user, files = std::move(files),
                 kept = std::move(kept)](soci::session& sql) -> Result<Rows> {
    const Rows rows = rows_of(sql, user.value);
    Match match(files, rows);
    match.follow(sql);
    return fit(sql, user, files, rows, match, kept);
  };
  co_return co_await store_.write<Rows>(std::move(change));
}

}  // namespace colibri::notebooks
