#include "backup/tracked.hpp"

#include <soci/soci.h>

#include "store/copy.hpp"
#include "store/migrate.hpp"

namespace colibri::backup {

namespace {

constexpr const char* kSelect =
    "SELECT n.id, n.owner_id, n.path, COALESCE(s.file_sha256, ''), COALESCE(s.next_sha256, ''),"
    " COALESCE(s.file_size, 0), COALESCE(s.file_mtime_ns, 0), COALESCE(s.file_inode, 0),"
    " CASE WHEN s.notebook_id IS NULL THEN 0 ELSE 1 END"
    " FROM notebooks n LEFT JOIN document_snapshots s ON s.notebook_id = n.id"
    " WHERE n.origin_id = ''";

std::vector<Tracked> select(soci::session& sql, const std::string& id) {
  std::vector<Tracked> out;
  Tracked one;
  long long size = 0, mtime = 0, inode = 0, has_log = 0;
  soci::statement rows(sql);
  rows.exchange(soci::into(one.id));
  rows.exchange(soci::into(one.owner));
  rows.exchange(soci::into(one.path));
  rows.exchange(soci::into(one.sha256));
  rows.exchange(soci::into(one.next));
  rows.exchange(soci::into(size));
  rows.exchange(soci::into(mtime));
  rows.exchange(soci::into(inode));
  rows.exchange(soci::into(has_log));
  if (!id.empty()) rows.exchange(soci::use(id));
  rows.alloc();
  rows.prepare(std::string(kSelect) + (id.empty() ? " ORDER BY n.id" : " AND n.id = :id"));
  rows.define_and_bind();
  rows.execute();
  while (rows.fetch()) {
    one.stamp = {size, mtime, inode};
    one.has_log = has_log != 0;
    out.push_back(one);
  }
  return out;
}

// A look of its own at the database as it is now.
template <class T, class F>
Result<T> look(store::Connection& connection, F read) {
  if (auto begun = connection.begin(); !begun) return std::unexpected(begun.error());
  try {
    T out = read(connection.sql());
    connection.roll_back();
    return out;
  } catch (const std::exception& e) {
    Error error = connection.describe(e);
    connection.roll_back();
    return std::unexpected(std::move(error));
  }
}

}  // namespace

Result<Database> Database::open(const store::Address& address) {
  auto connection = store::connect(address, store::Access::read, false);
  if (!connection) return std::unexpected(connection.error());
  store::Connection& opened = **connection;
  const auto version = look<int>(opened, [&](soci::session&) { return opened.version(); });
  if (!version) return std::unexpected(version.error());
  return Database(*std::move(connection), *version == store::newest_version());
}

Result<std::vector<std::string>> Database::users() {
  using Ids = std::vector<std::string>;
  return look<Ids>(*connection_, [](soci::session& sql) {
    const soci::rowset<std::string> rows = (sql.prepare << "SELECT id FROM users ORDER BY id");
    return Ids(rows.begin(), rows.end());
  });
}

Result<std::vector<Tracked>> Database::notebooks() {
  return look<std::vector<Tracked>>(*connection_,
                                    [](soci::session& sql) { return select(sql, ""); });
}

Result<std::optional<Tracked>> Database::find(const std::string& id) {
  using Found = std::optional<Tracked>;
  if (!knows_) return Found();
  return look<Found>(*connection_, [&](soci::session& sql) {
    auto rows = select(sql, id);
    return rows.empty() ? Found() : Found(std::move(rows.front()));
  });
}

Result<> settle(const std::string& file, const std::vector<Overruled>& overruled, int64_t now_ms) {
  return store::change_file(file, [&](soci::session& sql) -> Result<> {
    const long long now = now_ms;
    sql << "UPDATE leases SET state = 'ended', reason = 'supervisor_lost', token = '',"
           " ended_ms = :now WHERE state <> 'ended'",
        soci::use(now);
    // Whatever was ended, used up or stolen since must not come to life again.
    for (const char* table : {"web_sessions", "signin_links", "email_changes"}) {
      sql << std::string("DELETE FROM ") + table;
    }
    for (const Overruled& notebook : overruled) {
      sql << "UPDATE document_snapshots SET file_sha256 = :sha256, file_size = 0,"
             " file_mtime_ns = 0, file_inode = 0, file_seq = -1, file_base = '',"
             " next_sha256 = '', next_seq = -1 WHERE notebook_id = :id",
          soci::use(notebook.sha256), soci::use(notebook.id);
    }
    return {};
  });
}

}  // namespace colibri::backup
