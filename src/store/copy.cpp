#include "store/copy.hpp"

#include <fcntl.h>
#include <soci/soci.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "store/connection.hpp"
#include "store/migrate.hpp"

namespace colibri::store {

namespace {

constexpr int64_t kTellEvery = 1000;

// One row of any table on its way: each column has its place in one of the lists.
struct Row {
  explicit Row(const std::vector<Connection::Column>& columns)
      : texts(columns.size()), numbers(columns.size()) {}

  std::vector<std::string> texts;
  std::vector<long long> numbers;
};

std::string list_of(const std::vector<Connection::Column>& columns, const char* before) {
  std::string out;
  for (const auto& column : columns) out += (out.empty() ? "" : ", ") + (before + column.name);
  return out;
}

template <class Exchange>
void exchange_all(const std::vector<Connection::Column>& columns, Row& row, Exchange exchange) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].is_text) {
      exchange(row.texts[i]);
    } else {
      exchange(row.numbers[i]);
    }
  }
}

void prepare(soci::statement& statement, const std::string& text) {
  statement.alloc();
  statement.prepare(text);
  statement.define_and_bind();
}

int64_t copy_table(Connection& from, Connection& to, const std::string& table,
                   const CopyProgress& progress, int64_t before) {
  const auto columns = to.columns(table);
  Row row(columns);
  const std::string names = list_of(columns, "");
  soci::statement rows(from.sql());
  exchange_all(columns, row, [&](auto& value) { rows.exchange(soci::into(value)); });
  prepare(rows, from.open_rows("SELECT " + names + " FROM " + table));
  soci::statement insert(to.sql());
  exchange_all(columns, row, [&](auto& value) { insert.exchange(soci::use(value)); });
  prepare(insert,
          "INSERT INTO " + table + " (" + names + ") VALUES (" + list_of(columns, ":") + ")");

  int64_t copied = 0;
  for (int64_t last = -1; last != copied;) {
    last = copied;
    rows.execute();
    while (rows.fetch()) {
      insert.execute(true);
      if (++copied % kTellEvery == 0) progress(before + copied);
    }
    if (!from.gives_rows_piecewise()) break;
  }
  from.close_rows();
  return copied;
}

// Both are in a transaction and of the same version.
std::vector<TableRows> copy_tables(Connection& from, Connection& to,
                                   const std::vector<std::string>& tables,
                                   const CopyProgress& progress) {
  std::vector<TableRows> out;
  int64_t all = 0;
  for (const std::string& table : tables) {
    const int64_t rows = copy_table(from, to, table, progress, all);
    out.push_back({table, rows});
    all += rows;
  }
  progress(all);
  return out;
}

// What went wrong on whichever side it was.
Error describe(Connection& from, Connection& to, const std::exception& thrown) {
  return from.in_transaction() && !from.must_undo() && !from.is_lost() ? to.describe(thrown)
                                                                       : from.describe(thrown);
}

Result<int> version_of(Connection& connection) {
  try {
    return connection.version();
  } catch (const std::exception& e) {
    return std::unexpected(connection.describe(e));
  }
}

std::unexpected<Error> too_new() {
  return failure(ErrorCode::unsupported,
                 "the database was written by a newer version of Colibri; use that one");
}

Result<> remove_file(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    if (unlink((path + suffix).c_str()) != 0 && errno != ENOENT) {
      return errno_failure("removing " + path + suffix, errno);
    }
  }
  return {};
}

Result<> sync_path(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno_failure("opening " + path, errno);
  const int synced = fsync(fd);
  const int error = errno;
  close(fd);
  if (synced != 0) return errno_failure("writing " + path, error);
  return {};
}

// Puts all of a file of SQLite into the one file that its name says.
Result<> fold_file(Connection& connection) {
  try {
    connection.sql() << "PRAGMA journal_mode = DELETE";
    return {};
  } catch (const std::exception& e) {
    return std::unexpected(connection.describe(e));
  }
}

Result<bool> is_empty(Connection& connection) {
  try {
    for (const std::string& table : connection.tables()) {
      int found = 0;
      connection.sql() << "SELECT 1 FROM " + table + " LIMIT 1", soci::into(found);
      if (connection.sql().got_data()) return false;
    }
    return true;
  } catch (const std::exception& e) {
    return std::unexpected(connection.describe(e));
  }
}

// Whether the file has tables and nothing that does anything by itself.
Result<> check_file(Connection& connection) {
  try {
    std::string state;
    connection.sql() << "PRAGMA quick_check(1)", soci::into(state);
    int strange = 0;
    connection.sql() << "SELECT count(*) FROM sqlite_master WHERE type IN ('view', 'trigger')"
                        " OR sql LIKE 'CREATE VIRTUAL%'",
        soci::into(strange);
    if (state == "ok" && strange == 0) return {};
    return failure(ErrorCode::corrupt, "the database in it is damaged");
  } catch (const std::exception&) {
    return failure(ErrorCode::corrupt, "the database in it is damaged");
  }
}

}  // namespace

Result<std::vector<TableRows>> copy_to_file(const Address& from, const std::string& file,
                                            const CopyProgress& progress) {
  if (!from.file.empty() && !std::filesystem::exists(from.file)) {
    return failure(ErrorCode::not_found, "there is no database " + from.file);
  }
  auto source = connect(from, Access::read, false);
  if (!source) return std::unexpected(source.error());
  if (auto begun = (*source)->begin(); !begun) return std::unexpected(begun.error());
  const auto version = version_of(**source);
  if (!version) return std::unexpected(version.error());
  if (*version > newest_version()) return too_new();
  if (*version == 0) return failure(ErrorCode::not_found, "the database is empty");

  auto copy = connect_sqlite(file, Access::write);
  if (!copy) return std::unexpected(copy.error());
  if (auto made = migrate(**copy, *version); !made) return std::unexpected(made.error());
  if (auto begun = (*copy)->begin(); !begun) return std::unexpected(begun.error());
  std::vector<TableRows> copied;
  try {
    copied = copy_tables(**source, **copy, (*copy)->tables(), progress);
  } catch (const std::exception& e) {
    return std::unexpected(describe(**source, **copy, e));
  }
  (*source)->roll_back();
  if (auto kept = (*copy)->commit(); !kept) return std::unexpected(kept.error());
  if (auto made = migrate(**copy); !made) return std::unexpected(made.error());
  if (auto folded = fold_file(**copy); !folded) return std::unexpected(folded.error());
  return copied;
}

Import::Import(Address to) : to_(std::move(to)) {}

Import::~Import() {
  if (connection_) connection_->roll_back();
  connection_.reset();
  if (!temporary_.empty()) (void)remove_file(temporary_);
}

Result<std::unique_ptr<Import>> Import::begin(const Address& to) {
  std::unique_ptr<Import> made(new Import(to));
  if (to.file.empty()) {
    auto connection = connect_postgresql(to, Access::write, true);
    if (!connection) return std::unexpected(connection.error());
    made->connection_ = *std::move(connection);
    const auto empty = is_empty(*made->connection_);
    if (!empty) return std::unexpected(empty.error());
    if (!*empty) {
      return failure(ErrorCode::conflict,
                     "there is something in the database " + to.name + " already; make a new one");
    }
  } else {
    made->temporary_ = to.file + ".restore";
    // One that was killed has left it.
    if (auto removed = remove_file(made->temporary_); !removed) {
      return std::unexpected(removed.error());
    }
  }
  return made;
}

Result<> Import::prepare(int version) {
  if (to_.file.empty()) {
    // Tables that an unfinished one has left may be of another version, and nothing is in them.
    const auto there = version_of(*connection_);
    if (!there) return std::unexpected(there.error());
    if (*there > version) {
      return failure(ErrorCode::conflict,
                     "the database " + to_.name + " was made for a newer Colibri; make a new one");
    }
  } else {
    auto connection = connect_sqlite(temporary_, Access::write);
    if (!connection) return std::unexpected(connection.error());
    connection_ = *std::move(connection);
  }
  if (auto made = migrate(*connection_, version); !made) return made;
  return connection_->begin();
}

Result<std::vector<TableRows>> Import::read(const std::string& file, const CopyProgress& progress) {
  auto source = connect_sqlite(file, Access::read);
  if (!source) return std::unexpected(source.error());
  if (auto good = check_file(**source); !good) return std::unexpected(good.error());
  const auto version = version_of(**source);
  if (!version) return std::unexpected(version.error());
  if (*version > newest_version()) return too_new();
  if (*version < 1) return failure(ErrorCode::corrupt, "the database in it is none of Colibri's");
  if (auto ready = prepare(*version); !ready) return std::unexpected(ready.error());
  try {
    auto tables = (*source)->tables();
    auto wanted = connection_->tables();
    if (!std::ranges::is_permutation(tables, wanted)) {
      return failure(ErrorCode::corrupt, "the database in it is none of Colibri's");
    }
    if (auto begun = (*source)->begin(); !begun) return std::unexpected(begun.error());
    return copy_tables(**source, *connection_, tables, progress);
  } catch (const std::exception& e) {
    // The place gives the transaction up when its disk is full.
    if (!connection_->in_transaction()) return std::unexpected(connection_->describe(e));
    return failure(ErrorCode::corrupt, "the database in it does not fit together");
  }
}

Result<> Import::finish() {
  if (auto kept = connection_->commit(); !kept) return kept;
  if (to_.file.empty()) return {};
  if (auto folded = fold_file(*connection_); !folded) return folded;
  connection_.reset();
  if (auto synced = sync_path(temporary_); !synced) return synced;
  if (rename(temporary_.c_str(), to_.file.c_str()) != 0) {
    return errno_failure("putting the database in its place", errno);
  }
  return sync_path(std::filesystem::path(to_.file).parent_path());
}

Result<> change_file(const std::string& file, const std::function<Result<>(soci::session&)>& work) {
  auto connection = connect_sqlite(file, Access::write);
  if (!connection) return std::unexpected(connection.error());
  if (auto begun = (*connection)->begin(); !begun) return begun;
  try {
    if (auto done = work((*connection)->sql()); !done) return done;
  } catch (const std::exception& e) {
    return std::unexpected((*connection)->describe(e));
  }
  if (auto kept = (*connection)->commit(); !kept) return kept;
  return fold_file(**connection);
}

}  // namespace colibri::store
