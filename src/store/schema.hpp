#pragma once
// The tables, as numbered migrations. A migration that has been released is never edited; a change
// is a new one behind it.
#include "base/result.hpp"

namespace soci {
class session;
}

namespace colibri::store {

// Runs the migrations that this file has not seen, each in its own transaction. `unsupported` when
// the file is from a newer version.
[[nodiscard]] Result<> migrate(soci::session& sql);

}  // namespace colibri::store
