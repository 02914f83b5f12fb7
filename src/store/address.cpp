#include "store/address.hpp"

#include <libpq-fe.h>

#include <fstream>
#include <map>
#include <memory>
#include <sstream>

namespace colibri::store {

namespace {

using Options = std::map<std::string, std::string>;

constexpr size_t kMaxPassword = 4096;

// What this program wants of every connection, unless the address says otherwise. A peer that is
// gone without a word is noticed within a minute.
const Options kDefaults = {{"application_name", "colibri"}, {"client_encoding", "UTF8"},
                           {"connect_timeout", "5"},        {"keepalives_idle", "20"},
                           {"keepalives_interval", "10"},   {"keepalives_count", "3"},
                           {"tcp_user_timeout", "50000"}};

bool is_postgresql(std::string_view text) {
  return text.starts_with("postgresql:") || text.starts_with("postgres:");
}

std::unexpected<Error> malformed() {
  // libpq's own words would repeat the address, with the password.
  return failure(ErrorCode::invalid,
                 "store: that is no address of a database; it is written like "
                 "postgresql://user@host:5432/database");
}

Result<Options> options_of(const std::string& text) {
  char* words = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(
      PQconninfoParse(text.c_str(), &words), PQconninfoFree);
  PQfreemem(words);
  if (!parsed) return malformed();
  Options out;
  for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr && *option->val != '\0') out[option->keyword] = option->val;
  }
  return out;
}

Result<std::string> read_password(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    return failure(ErrorCode::invalid, "store_password_file: cannot read " + path);
  }
  std::string password = text.str();
  while (password.ends_with('\n') || password.ends_with('\r')) password.pop_back();
  if (password.empty() || password.size() > kMaxPassword ||
      password.find('\0') != std::string::npos) {
    return failure(ErrorCode::invalid, "store_password_file: " + path + " holds no password");
  }
  return password;
}

std::string connection_string(const Options& options) {
  std::string out;
  for (const auto& [key, value] : options) {
    out += key + "='";
    for (const char c : value) {
      if (c == '\'' || c == '\\') out += '\\';
      out += c;
    }
    out += "' ";
  }
  return out;
}

std::string name_of(const Options& options) {
  const auto get = [&](const char* key) {
    const auto found = options.find(key);
    return found == options.end() ? std::string() : found->second;
  };
  std::string out = "postgresql://";
  if (!get("user").empty()) out += get("user") + "@";
  out += get("host").empty() ? get("hostaddr") : get("host");
  if (!get("port").empty()) out += ":" + get("port");
  return out + "/" + get("dbname");
}

}  // namespace

Address sqlite_file(std::string path) {
  return {.file = path, .postgresql = "", .name = path};
}

Result<Address> parse_address(const std::string& text, const std::string& password_file) {
  if (text.find('\0') != std::string::npos) return malformed();
  if (!is_postgresql(text)) {
    if (text.empty() || text.find("://") != std::string::npos) return malformed();
    if (!password_file.empty()) {
      return failure(ErrorCode::invalid, "store_password_file is for postgresql:// only");
    }
    return sqlite_file(text);
  }
  auto options = options_of(text);
  if (!options) return std::unexpected(options.error());
  if (options->find("dbname") == options->end()) {
    return failure(ErrorCode::invalid, "store: the address names no database, as in /colibri");
  }
  if (!password_file.empty()) {
    if (options->contains("password")) {
      return failure(ErrorCode::invalid, "store: the password stands in the address and in a file");
    }
    auto password = read_password(password_file);
    if (!password) return std::unexpected(password.error());
    (*options)["password"] = *std::move(password);
  }
  options->insert(kDefaults.begin(), kDefaults.end());
  return Address{.file = "", .postgresql = connection_string(*options), .name = name_of(*options)};
}

bool has_password(const std::string& text) {
  if (!is_postgresql(text)) return false;
  const auto options = options_of(text);
  return options && options->contains("password");
}

}  // namespace colibri::store
