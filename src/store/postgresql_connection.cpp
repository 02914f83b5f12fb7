#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <chrono>
#include <thread>

#include "store/connection.hpp"
#include "store/dialect.hpp"

namespace colibri::store {

namespace {

using namespace std::chrono_literals;

// Advisory locks of one database: the server that uses it, and who writes.
constexpr const char* kClaim = "SELECT pg_try_advisory_lock(1129270345, 1)::int";
// A lost server's backend may need a moment to notice.
constexpr auto kClaimWait = 5s;
constexpr int kOldestVersion = 130000;

// One writer at a time, as in SQLite: a work that looks and then writes meets no other.
constexpr const char* kBeginWrite =
    "BEGIN; SELECT pg_current_xact_id()::text FROM pg_advisory_xact_lock(1129270345, 2)";
constexpr const char* kBeginRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

// An administrator may have chosen more than `on`, and not less.
constexpr const char* kSettings =
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') IN ('off', 'local');"
    "SET lock_timeout = '10s'; SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 10;"
    "SET tcp_keepalives_count = 3; SET client_min_messages = warning";

// "ERROR:  duplicate key …", without the lines that repeat values.
std::string first_line(const std::exception& thrown) {
  const auto* error = dynamic_cast<const soci::soci_error*>(&thrown);
  std::string what = error != nullptr ? error->get_error_message() : thrown.what();
  for (const char* before : {"ERROR:", "FATAL:"}) {
    if (const size_t at = what.find(before); at != std::string::npos) what.erase(0, at + 6);
  }
  what.erase(0, what.find_first_not_of(' '));
  return what.substr(0, what.find('\n'));
}

Error describe_state(const std::string& state, const std::string& what) {
  if (state.starts_with("23")) return {ErrorCode::conflict, "the database refused it: " + what};
  if (state == "53100") return {ErrorCode::io, "the database server's disk is full"};
  if (state.starts_with("XX")) {
    return {ErrorCode::corrupt, "the database says that it is damaged: " + what};
  }
  if (state == "55P03" || state.starts_with("40")) {
    return {ErrorCode::unavailable, "the database is busy"};
  }
  // Shutting down, starting up, too many connections.
  if (state.starts_with("57P") || state.starts_with("08") || state.starts_with("53")) {
    return {ErrorCode::unavailable, "the database is not available: " + what};
  }
  return {ErrorCode::io, "the database could not be used: " + what};
}

class PostgresqlConnection final : public Connection {
 public:
  PostgresqlConnection(const Address& address, Access access) : access_(access) {
    sql_.open(soci::postgresql, address.postgresql);
    PQsetNoticeProcessor(
        handle(), [](void*, const char*) {}, nullptr);
    sql_ << kSettings;
  }

  // What keeps this database from being used.
  Result<> check() {
    if (PQserverVersion(handle()) < kOldestVersion) {
      return failure(ErrorCode::unsupported, "the database server is older than PostgreSQL 13");
    }
    std::string encoding;
    sql_ << "SHOW server_encoding", soci::into(encoding);
    if (encoding == "UTF8") return {};
    return failure(ErrorCode::unsupported,
                   "the database has the encoding " + encoding + "; make it with UTF8");
  }

  Result<> claim() {
    for (const auto until = std::chrono::steady_clock::now() + kClaimWait;;) {
      int taken = 0;
      sql_ << kClaim, soci::into(taken);
      if (taken != 0) return {};
      if (std::chrono::steady_clock::now() > until) {
        return failure(ErrorCode::conflict, "another Colibri server uses this database");
      }
      std::this_thread::sleep_for(100ms);
    }
  }

  Result<> begin() override {
    if (access_ == Access::read) return run(kBeginRead);
    try {
      sql_ << kBeginWrite, soci::into(transaction_);
      return {};
    } catch (const std::exception& e) {
      const Error error = describe(e);
      roll_back();
      return std::unexpected(error);
    }
  }
  Result<> commit() override {
    if (must_undo()) {  // PostgreSQL would say yes to COMMIT and undo all.
      roll_back();
      return failure(ErrorCode::io, "a change of the database went on after an error");
    }
    return run("COMMIT");
  }
  void roll_back() override {
    if (!is_lost() && PQtransactionStatus(handle()) != PQTRANS_IDLE) (void)run("ROLLBACK");
  }
  bool in_transaction() override {
    const auto status = PQtransactionStatus(handle());
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
  }
  bool must_undo() override { return PQtransactionStatus(handle()) == PQTRANS_INERROR; }
  bool is_lost() override { return PQstatus(handle()) != CONNECTION_OK; }

  Error describe(const std::exception& thrown) override {
    if (is_lost()) return {ErrorCode::unavailable, "the connection to the database is lost"};
    const auto* error = dynamic_cast<const soci::postgresql_soci_error*>(&thrown);
    return describe_state(error != nullptr ? error->sqlstate() : "", first_line(thrown));
  }

  std::string transaction() const override { return transaction_; }
  bool was_committed(const std::string& transaction) override {
    std::string status;
    soci::indicator known = soci::i_null;
    sql_ << "SELECT pg_xact_status(CAST(:id AS xid8))", soci::use(transaction),
        soci::into(status, known);
    return known == soci::i_ok && status == "committed";
  }

  std::vector<std::string> tables() override {
    const soci::rowset<std::string> rows =
        (sql_.prepare
         << "SELECT c.relname::text FROM pg_class c"
            " WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
            " AND c.relname <> 'schema_version' ORDER BY c.oid");
    return {rows.begin(), rows.end()};
  }
  std::vector<Column> columns(const std::string& table) override {
    std::vector<Column> out;
    std::string name, type;
    soci::statement rows =
        (sql_.prepare << "SELECT column_name::text, data_type::text FROM information_schema.columns"
                         " WHERE table_schema = current_schema() AND table_name = :name"
                         " ORDER BY ordinal_position",
         soci::use(table), soci::into(name), soci::into(type));
    rows.execute();
    while (rows.fetch()) out.push_back({name, type == "text"});
    return out;
  }
  // libpq keeps a whole answer in memory.
  std::string open_rows(const std::string& query) override {
    sql_ << "DECLARE copied_rows NO SCROLL CURSOR FOR " + query;
    return "FETCH 50 FROM copied_rows";
  }
  void close_rows() override { sql_ << "CLOSE copied_rows"; }
  bool gives_rows_piecewise() const override { return true; }

  int version() override {
    int version = 0;
    if (has_version_table()) {
      sql_ << "SELECT COALESCE(max(version), 0) FROM schema_version", soci::into(version);
    }
    return version;
  }
  void set_version(int version) override {
    sql_ << "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)";
    sql_ << "DELETE FROM schema_version";
    sql_ << "INSERT INTO schema_version (version) VALUES (:version)", soci::use(version);
  }
  std::string translate(const char* statement) const override { return to_postgresql(statement); }

 private:
  bool has_version_table() {
    int found = 0;
    sql_ << "SELECT (to_regclass('schema_version') IS NOT NULL)::int", soci::into(found);
    return found != 0;
  }

  PGconn* handle() {
    return static_cast<soci::postgresql_session_backend*>(sql_.get_backend())->conn_;
  }

  Access access_;
  std::string transaction_;
};

}  // namespace

Result<std::unique_ptr<Connection>> connect_postgresql(const Address& address, Access access,
                                                       bool exclusive) {
  try {
    auto connection = std::make_unique<PostgresqlConnection>(address, access);
    if (auto good = connection->check(); !good) return std::unexpected(good.error());
    if (exclusive) {
      if (auto claimed = connection->claim(); !claimed) return std::unexpected(claimed.error());
    }
    return connection;
  } catch (const std::exception& e) {
    return failure(ErrorCode::unavailable, address.name + ": " + first_line(e));
  }
}

}  // namespace colibri::store
