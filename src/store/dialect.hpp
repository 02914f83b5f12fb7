#pragma once
// Migrations are written once, for SQLite, in the part of SQL that PostgreSQL has too but for the
// names of types; this puts the rest in PostgreSQL's words.
#include <string>
#include <string_view>

namespace colibri::store {

// INTEGER becomes BIGINT, TEXT of a column is compared by its bytes as SQLite does, STRICT and
// WITHOUT ROWID go. BLOB becomes TEXT: what stood in such columns is text. Comments go, literals
// stay.
[[nodiscard]] std::string to_postgresql(std::string_view statement);

}  // namespace colibri::store
