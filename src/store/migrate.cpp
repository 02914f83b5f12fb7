#include "store/migrate.hpp"

#include <soci/soci.h>

#include "store/schema.hpp"

namespace colibri::store {

namespace {

void run_next(Connection& connection, int version) {
  for (const char* statement : *migrations()[static_cast<size_t>(version)]) {
    connection.sql() << connection.translate(statement);
  }
  connection.set_version(version + 1);
}

}  // namespace

int newest_version() {
  return static_cast<int>(migrations().size());
}

Result<> migrate(Connection& connection, int target) {
  for (bool done = false; !done;) {
    // The version is read in the transaction: another program may be migrating.
    if (auto begun = connection.begin(); !begun) return begun;
    try {
      const int version = connection.version();
      if (version > newest_version()) {
        connection.roll_back();
        return failure(ErrorCode::unsupported,
                       "the database was written by a newer version of Colibri; use that one");
      }
      if (version < target) run_next(connection, version);
      done = version + 1 >= target;
    } catch (const std::exception& e) {
      const Error error = connection.describe(e);
      connection.roll_back();
      return std::unexpected(error);
    }
    if (auto committed = connection.commit(); !committed) {
      connection.roll_back();
      return committed;
    }
  }
  return {};
}

}  // namespace colibri::store
