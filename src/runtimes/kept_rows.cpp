#include "runtimes/kept_rows.hpp"

#include <soci/soci.h>

#include <algorithm>

namespace colibri::runtimes {

namespace {

std::string title_of_path(const std::string& path) {
  constexpr std::string_view kEnding = ".ipynb";
  std::string title = path.substr(path.rfind('/') + 1);
  if (title.ends_with(kEnding)) title.resize(title.size() - kEnding.size());
  return title;
}

}  // namespace

Result<std::string> insert_kept(soci::session& sql, const KeptEntry& entry) {
  std::string path;
  sql << "SELECT path FROM notebooks WHERE id = :id", soci::use(entry.notebook.value),
      soci::into(path);
  const std::string title = title_of_path(path);
  const auto ended_ms = static_cast<long long>(entry.ended_ms);
  sql << "INSERT INTO kept_files (runtime_id, user_id, notebook_id, title, flavor, reason,"
         " ended_ms, files, bytes, room) SELECT CAST(:id AS TEXT), id, CAST(:notebook AS TEXT),"
         " CAST(:title AS TEXT), CAST(:flavor AS TEXT), CAST(:reason AS TEXT),"
         " CAST(:ended AS BIGINT), -1, 0, 0 FROM users WHERE id = :user"
         " ON CONFLICT (runtime_id) DO NOTHING",
      soci::use(entry.runtime.value), soci::use(entry.notebook.value), soci::use(title),
      soci::use(entry.flavor), soci::use(entry.reason), soci::use(ended_ms),
      soci::use(entry.user.value);
  return title;
}

Result<> update_kept(soci::session& sql, const KeptEntry& entry) {
  const auto files = static_cast<long long>(entry.found.files);
  const auto bytes = static_cast<long long>(entry.found.bytes);
  const auto room = static_cast<long long>(entry.found.room);
  sql << "UPDATE kept_files SET files = :files, bytes = :bytes, room = :room"
         " WHERE runtime_id = :id",
      soci::use(files), soci::use(bytes), soci::use(room), soci::use(entry.runtime.value);
  return {};
}

Result<> delete_kept(soci::session& sql, const RuntimeId& runtime) {
  sql << "DELETE FROM kept_files WHERE runtime_id = :id", soci::use(runtime.value);
  return {};
}

Result<std::vector<KeptEntry>> all_kept(soci::session& sql) {
  std::vector<KeptEntry> out;
  KeptEntry entry;
  long long ended_ms = 0, files = 0, bytes = 0, room = 0;
  soci::statement rows =
      (sql.prepare << "SELECT runtime_id, user_id, notebook_id, title, flavor, reason, ended_ms,"
                      " files, bytes, room FROM kept_files ORDER BY ended_ms, runtime_id",
       soci::into(entry.runtime.value), soci::into(entry.user.value),
       soci::into(entry.notebook.value), soci::into(entry.title), soci::into(entry.flavor),
       soci::into(entry.reason), soci::into(ended_ms), soci::into(files), soci::into(bytes),
       soci::into(room));
  rows.execute();
  while (rows.fetch()) {
    entry.ended_ms = ended_ms;
    entry.examined = files >= 0;
    entry.found = {.files = std::max<int64_t>(files, 0), .bytes = bytes, .room = room};
    out.push_back(entry);
  }
  return out;
}

}  // namespace colibri::runtimes
