#pragma once
// The tables, as numbered migrations, in the SQL of SQLite that dialect.hpp can put in
// PostgreSQL's words. Internal to this module.
#include <span>
#include <vector>

namespace colibri::store {

// Its statements, in order.
using Migration = std::vector<const char*>;

// The first one makes version 1.
[[nodiscard]] std::span<const Migration* const> migrations();

}  // namespace colibri::store
