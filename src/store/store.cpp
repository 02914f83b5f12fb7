#include "store/store.hpp"

#include <fcntl.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "store/schema.hpp"

// SOCI puts the declarations of sqlite3.h there.
using namespace sqlite_api;

namespace colibri::store {

namespace {

sqlite3* handle_of(soci::session& sql) {
  return static_cast<soci::sqlite3_session_backend*>(sql.get_backend())->conn_;
}

// Must be called while the failed call is the connection's last.
Error describe(soci::session& sql, const std::exception& thrown) {
  switch (sqlite3_errcode(handle_of(sql)) & 0xff) {
    case SQLITE_CONSTRAINT:
      return {ErrorCode::conflict, std::string("the database refused it: ") + thrown.what()};
    case SQLITE_FULL:
      return {ErrorCode::io, "the disk is full"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorCode::corrupt, "the database file is damaged"};
    case SQLITE_BUSY:
      return {ErrorCode::unavailable, "the database is busy"};
    default:
      return {ErrorCode::io, std::string("the database could not be written: ") + thrown.what()};
  }
}

Result<> run_statement(soci::session& sql, const char* statement) {
  try {
    sql << statement;
    return {};
  } catch (const std::exception& e) {
    return std::unexpected(describe(sql, e));
  }
}

// SQLite rolls the whole transaction back by itself on some errors (disk full, I/O).
bool transaction_is_open(soci::session& sql) {
  return sqlite3_get_autocommit(handle_of(sql)) == 0;
}

}  // namespace

// One connection on one thread; takes all jobs that wait into one transaction.
class Store::Worker {
 public:
  // Requires an open session.
  Worker(std::unique_ptr<soci::session> sql, const char* begin)
      : sql_(std::move(sql)), begin_(begin), thread_([this] { loop(); }) {}

  ~Worker() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  void post(Job job) {
    {
      const std::lock_guard lock(mutex_);
      jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
  }

 private:
  void loop() {
    for (;;) {
      std::vector<Job> batch;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        batch.swap(jobs_);
      }
      carry_out(batch);
    }
  }

  void carry_out(std::vector<Job>& batch) {
    std::vector<std::optional<Error>> errors(batch.size());
    if (const auto failed = run_batch(batch, errors); !failed) {
      if (transaction_is_open(*sql_)) (void)run_statement(*sql_, "ROLLBACK");
      // A job that failed by itself keeps its own error.
      for (auto& error : errors) {
        if (!error) error = failed.error();
      }
    }
    for (size_t i = 0; i < batch.size(); ++i) batch[i].finish(std::move(errors[i]));
  }

  // An error here is one of the whole batch: nothing of it is in the database.
  Result<> run_batch(std::vector<Job>& batch, std::vector<std::optional<Error>>& errors) {
    if (auto begun = run_statement(*sql_, begin_); !begun) return begun;
    if (batch.size() == 1) {  // The usual case: what fails takes nobody with it.
      errors[0] = run_job(batch[0]);
      if (!transaction_is_open(*sql_)) return std::unexpected(lost(errors[0]));
      return run_statement(*sql_, errors[0] ? "ROLLBACK" : "COMMIT");
    }
    for (size_t i = 0; i < batch.size(); ++i) {
      if (auto saved = run_statement(*sql_, "SAVEPOINT work"); !saved) return saved;
      errors[i] = run_job(batch[i]);
      if (!transaction_is_open(*sql_)) return std::unexpected(lost(errors[i]));
      if (errors[i]) {
        if (auto undone = run_statement(*sql_, "ROLLBACK TO work"); !undone) return undone;
      }
      if (auto released = run_statement(*sql_, "RELEASE work"); !released) return released;
    }
    return run_statement(*sql_, "COMMIT");
  }

  std::optional<Error> run_job(Job& job) {
    try {
      if (auto done = job.run(*sql_); !done) return done.error();
      return std::nullopt;
    } catch (const soci::soci_error& e) {
      return describe(*sql_, e);
    } catch (const std::exception& e) {
      return Error{ErrorCode::io, e.what()};
    }
  }

  static Error lost(const std::optional<Error>& cause) {
    return cause.value_or(Error{ErrorCode::io, "the database gave the transaction up"});
  }

  std::unique_ptr<soci::session> sql_;
  const char* begin_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Job> jobs_;  // Guarded by mutex_, as is stopping_.
  bool stopping_ = false;
  std::thread thread_;  // Last: it uses the others.
};

namespace {

Result<std::unique_ptr<soci::session>> connect(const std::string& path) {
  auto sql = std::make_unique<soci::session>();
  sql->open(soci::sqlite3, "db=\"" + path + "\" timeout=5");
  // A writer of the command line may hold the file for a moment; a checkpoint at 1,000 pages keeps
  // the log near 4 MiB.
  for (const char* pragma :
       {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON",
        "PRAGMA busy_timeout = 5000", "PRAGMA cache_size = -2000", "PRAGMA trusted_schema = OFF"}) {
    *sql << pragma;
  }
  return sql;
}

// So that no umask leaves password hashes readable. SQLite gives -wal and -shm the same mode.
Result<> make_private_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return errno_failure("opening " + path, errno);
  const int changed = fchmod(fd, 0600);
  const int error = errno;
  close(fd);
  if (changed != 0) return errno_failure("protecting " + path, error);
  return {};
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::string& path) {
  if (path.find('"') != std::string::npos) {
    return failure(ErrorCode::invalid, "the data folder's path must have no \" in it");
  }
  if (auto made = make_private_file(path); !made) return std::unexpected(made.error());
  try {
    auto writer = connect(path);
    if (!writer) return std::unexpected(writer.error());
    if (auto migrated = migrate(**writer); !migrated) return std::unexpected(migrated.error());
    auto reader = connect(path);
    if (!reader) return std::unexpected(reader.error());
    **reader << "PRAGMA query_only = ON";
    return std::unique_ptr<Store>(
        new Store(std::make_unique<Worker>(std::move(*writer), "BEGIN IMMEDIATE"),
                  std::make_unique<Worker>(std::move(*reader), "BEGIN")));
  } catch (const std::exception& e) {
    const std::string_view what = e.what();
    const bool damaged = what.find("not a database") != std::string_view::npos ||
                         what.find("malformed") != std::string_view::npos;
    return failure(damaged ? ErrorCode::corrupt : ErrorCode::io, path + ": " + e.what());
  }
}

Store::Store(std::unique_ptr<Worker> writer, std::unique_ptr<Worker> reader)
    : writer_(std::move(writer)), reader_(std::move(reader)) {}

Store::~Store() = default;

void Store::post(Worker& worker, Job job) {
  worker.post(std::move(job));
}

}  // namespace colibri::store
