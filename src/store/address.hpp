#pragma once
// Where the database is: a file of SQLite, or a database of a PostgreSQL server.
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace colibri::store {

struct Address {
  std::string file;        // Of SQLite; empty: PostgreSQL.
  std::string postgresql;  // libpq's connection string, with the password: for no log and no word.
  std::string name;        // For people: the file, or postgresql://user@host:port/database.
};

[[nodiscard]] Address sqlite_file(std::string path);

// Reads what `store:` says: "postgresql://user:password@host:port/database?key=value" as libpq
// takes it (host=/folder for a Unix socket), or the path of a file. With `password_file`, the
// password is what stands in there.
//
// invalid    no such address, or an unreadable password file; the detail has no password in it
[[nodiscard]] Result<Address> parse_address(const std::string& text,
                                            const std::string& password_file = "");

// Whether the text holds a password, which has no place on a command line.
[[nodiscard]] bool has_password(const std::string& text);

}  // namespace colibri::store
