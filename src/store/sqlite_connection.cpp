#include <fcntl.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/connection.hpp"

// SOCI puts the declarations of sqlite3.h there.
using namespace sqlite_api;

namespace colibri::store {

namespace {

class SqliteConnection final : public Connection {
 public:
  SqliteConnection(const std::string& path, Access access)
      : begin_(access == Access::write ? "BEGIN IMMEDIATE" : "BEGIN") {
    sql_.open(soci::sqlite3, "db=\"" + path + "\" timeout=5");
    // A writer of the command line may hold the file for a moment; a checkpoint at 1,000 pages
    // keeps the log near 4 MiB.
    for (const char* pragma : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
                               "PRAGMA foreign_keys = ON", "PRAGMA busy_timeout = 5000",
                               "PRAGMA cache_size = -2000", "PRAGMA trusted_schema = OFF"}) {
      sql_ << pragma;
    }
    if (access == Access::read) sql_ << "PRAGMA query_only = ON";
  }

  Result<> begin() override { return run(begin_); }
  Result<> commit() override { return run("COMMIT"); }
  void roll_back() override {
    if (in_transaction()) (void)run("ROLLBACK");
  }
  bool in_transaction() override { return sqlite3_get_autocommit(handle()) == 0; }

  Error describe(const std::exception& thrown) override {
    const auto* error = dynamic_cast<const soci::soci_error*>(&thrown);
    // Not what(): that has the values in it.
    const std::string what = error != nullptr ? error->get_error_message() : thrown.what();
    switch (sqlite3_errcode(handle()) & 0xff) {
      case SQLITE_CONSTRAINT:
        return {ErrorCode::conflict, "the database refused it: " + what};
      case SQLITE_FULL:
        return {ErrorCode::io, "the disk is full"};
      case SQLITE_CORRUPT:
      case SQLITE_NOTADB:
        return {ErrorCode::corrupt, "the database file is damaged"};
      case SQLITE_BUSY:
        return {ErrorCode::unavailable, "the database is busy"};
      default:
        return {ErrorCode::io, "the database could not be used: " + what};
    }
  }

  std::vector<std::string> tables() override {
    const soci::rowset<std::string> rows =
        (sql_.prepare << "SELECT name FROM sqlite_master WHERE type = 'table'"
                         " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid");
    return {rows.begin(), rows.end()};
  }
  std::vector<Column> columns(const std::string& table) override {
    std::vector<Column> out;
    std::string name, type;
    soci::statement rows = (sql_.prepare << "SELECT name, type FROM pragma_table_info(:table)",
                            soci::use(table), soci::into(name), soci::into(type));
    rows.execute();
    while (rows.fetch()) out.push_back({name, type == "TEXT"});
    return out;
  }

  int version() override {
    int version = 0;
    sql_ << "PRAGMA user_version", soci::into(version);
    return version;
  }
  void set_version(int version) override {
    sql_ << "PRAGMA user_version = " + std::to_string(version);
  }
  std::string translate(const char* statement) const override { return statement; }

 private:
  sqlite3* handle() {
    return static_cast<soci::sqlite3_session_backend*>(sql_.get_backend())->conn_;
  }

  const char* begin_;
};

// So that no umask leaves password hashes readable. SQLite gives -wal and -shm the same mode. A
// file that is there is not opened: closing it would drop the locks that this process has on it,
// and the next command line to end would take the log away from under the server.
Result<> make_private_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) close(fd);
  if (fd < 0 && errno != EEXIST) return errno_failure("opening " + path, errno);
  if (chmod(path.c_str(), 0600) != 0) return errno_failure("protecting " + path, errno);
  return {};
}

}  // namespace

Result<std::unique_ptr<Connection>> connect_sqlite(const std::string& path, Access access) {
  if (path.find('"') != std::string::npos) {
    return failure(ErrorCode::invalid, "the data folder's path must have no \" in it");
  }
  if (auto made = make_private_file(path); !made) return std::unexpected(made.error());
  try {
    return std::make_unique<SqliteConnection>(path, access);
  } catch (const std::exception& e) {
    const std::string_view what = e.what();
    const bool damaged = what.find("not a database") != std::string_view::npos ||
                         what.find("malformed") != std::string_view::npos;
    return failure(damaged ? ErrorCode::corrupt : ErrorCode::io, path + ": " + e.what());
  }
}

}  // namespace colibri::store
