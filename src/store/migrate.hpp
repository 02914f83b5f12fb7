#pragma once
// Brings the tables of a database up to date.
#include "base/result.hpp"
#include "store/connection.hpp"

namespace colibri::store {

[[nodiscard]] int newest_version();

// Runs the migrations that this database has not seen, up to the version `target`, each in its own
// transaction, whoever else may try the same. Requires a connection that may write. `unsupported`
// when the database is from a newer version.
[[nodiscard]] Result<> migrate(Connection& connection, int target = newest_version());

}  // namespace colibri::store
