#pragma once
// One connection to the database, with what SQLite and PostgreSQL do differently: how it is
// opened, how a transaction begins, what an error means. Used by one thread.
#include <soci/session.h>

#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/address.hpp"

namespace colibri::store {

enum class Access {
  read,   // A transaction sees one committed state and changes nothing.
  write,  // One such transaction at a time in the whole database.
};

class Connection {
 public:
  virtual ~Connection() = default;
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] soci::session& sql() { return sql_; }

  // Begins the kind of transaction that the connection was opened for.
  virtual Result<> begin() = 0;
  // The transaction is on the disk. After an error nothing of it is in the database, unless the
  // connection was lost meanwhile: then was_committed() of a new one knows.
  virtual Result<> commit() = 0;
  // Also when there is none.
  virtual void roll_back() = 0;

  // `work` names a point in the transaction to which undo() goes back.
  Result<> mark() { return run("SAVEPOINT work"); }
  Result<> undo() { return run("ROLLBACK TO SAVEPOINT work"); }
  Result<> release() { return run("RELEASE SAVEPOINT work"); }

  // Whether the transaction that began goes on. SQLite gives it up by itself on some errors (disk
  // full, I/O), and a lost connection has none.
  [[nodiscard]] virtual bool in_transaction() = 0;
  // Whether a failed statement left the transaction so that it can only go back.
  [[nodiscard]] virtual bool must_undo() { return false; }
  // Whether the other side is gone for good; only a new connection helps.
  [[nodiscard]] virtual bool is_lost() { return false; }

  // The error of a statement. Must be called while the failed one is the connection's last.
  virtual Error describe(const std::exception& thrown) = 0;

  // The name of the transaction that began last; empty where connections are not lost.
  [[nodiscard]] virtual std::string transaction() const { return ""; }
  virtual bool was_committed(const std::string& /*transaction*/) { return false; }

  // What the tables are made of, for copying them: their names in the order in which they were
  // made, so that none refers to a later one, and the columns of one.
  struct Column {
    std::string name;
    bool is_text = false;  // Else a number.
  };
  virtual std::vector<std::string> tables() = 0;
  virtual std::vector<Column> columns(const std::string& table) = 0;
  // Makes the rows of a query ready, and returns the statement that gives them: all at once where
  // the database hands them out one by one, else so many each time, until there are none.
  // In a transaction; close_rows() when they are read.
  virtual std::string open_rows(const std::string& query) { return query; }
  virtual void close_rows() {}
  [[nodiscard]] virtual bool gives_rows_piecewise() const { return false; }

  // The version of the tables; 0: there are none.
  virtual int version() = 0;
  virtual void set_version(int version) = 0;
  // A statement of a migration, which is written for SQLite, in the words of this database.
  [[nodiscard]] virtual std::string translate(const char* statement) const = 0;

 protected:
  Result<> run(const char* statement);

  soci::session sql_;
};

// Opens the file, making it (0600) when it is missing.
[[nodiscard]] Result<std::unique_ptr<Connection>> connect_sqlite(const std::string& path,
                                                                 Access access);
// `exclusive` takes the database for this process, as a server does; `conflict` when another has
// it.
[[nodiscard]] Result<std::unique_ptr<Connection>> connect_postgresql(const Address& address,
                                                                     Access access, bool exclusive);

[[nodiscard]] Result<std::unique_ptr<Connection>> connect(const Address& address, Access access,
                                                          bool exclusive);

}  // namespace colibri::store
