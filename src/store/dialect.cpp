#include "store/dialect.hpp"

#include <array>

namespace colibri::store {

namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// How long the word, literal, comment or single sign is that `text` begins with.
size_t token_length(std::string_view text) {
  const auto until = [&](std::string_view end, size_t from) {
    const size_t at = text.find(end, from);
    return at == std::string_view::npos ? text.size() : at + end.size();
  };
  if (text.starts_with("--")) return until("\n", 2);
  if (text.starts_with('\'') || text.starts_with('"')) return until(text.substr(0, 1), 1);
  size_t length = 0;
  while (length < text.size() && is_word(text[length])) ++length;
  return length == 0 ? 1 : length;
}

// Whether `out` ends in the word, blanks aside.
bool ends_in(std::string_view out, std::string_view word) {
  while (out.ends_with(' ')) out.remove_suffix(1);
  return out.ends_with(word) &&
         (out.size() == word.size() || !is_word(out[out.size() - word.size() - 1]));
}

// Whether a column of CREATE TABLE or ALTER TABLE can stand here, which CAST(… AS TEXT) is not.
bool is_type_of_column(std::string_view out) {
  return !ends_in(out, "AS");
}

constexpr std::string_view kText = "TEXT COLLATE \"C\"";
// What stands behind the last bracket of CREATE TABLE, longest first.
constexpr std::array<std::string_view, 3> kTableOptions = {") STRICT, WITHOUT ROWID", ") STRICT",
                                                           ") WITHOUT ROWID"};

std::string_view without_table_options(std::string_view statement) {
  for (const std::string_view options : kTableOptions) {
    if (statement.ends_with(options)) {
      return statement.substr(0, statement.size() - options.size() + 1);
    }
  }
  return statement;
}

}  // namespace

std::string to_postgresql(std::string_view statement) {
  statement = without_table_options(statement);
  std::string out;
  while (!statement.empty()) {
    const std::string_view token = statement.substr(0, token_length(statement));
    statement.remove_prefix(token.size());
    if (token.starts_with("--")) {
      out += '\n';  // SOCI would look for placeholders in it.
    } else if (token == "INTEGER") {
      out += "BIGINT";
    } else if (token == "TEXT" || token == "BLOB") {
      out += is_type_of_column(out) ? kText : "TEXT";
    } else {
      out += token;
    }
  }
  return out;
}

}  // namespace colibri::store
