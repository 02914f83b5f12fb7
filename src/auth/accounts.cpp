#include "auth/accounts.hpp"

#include <soci/soci.h>

#include <algorithm>
#include <cctype>

#include "auth/token.hpp"
#include "base/random.hpp"
#include "base/utf.hpp"

namespace colibri::auth {

namespace {

constexpr size_t kMaxEmail = 254;
constexpr size_t kMaxName = 100;
// How long a used or expired link's row is kept, to tell nothing but to be tidy.
constexpr int64_t kForgetLinksMs = 24LL * 60 * 60 * 1000;

struct AccountRow {
  User user;
  std::string password_hash;
};

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// `condition` is a literal with one placeholder, :value.
std::optional<AccountRow> find_row(soci::session& sql, const char* condition,
                                   const std::string& value) {
  AccountRow row;
  std::string role;
  sql << std::string("SELECT id, email, name, password_hash, role, created_ms FROM users WHERE ") +
             condition,
      soci::use(value, "value"), soci::into(row.user.id.value), soci::into(row.user.email),
      soci::into(row.user.name), soci::into(row.password_hash), soci::into(role),
      soci::into(row.user.created_ms);
  if (!sql.got_data()) return std::nullopt;
  row.user.owner = role == "owner";
  row.user.has_password = !row.password_hash.empty();
  return row;
}

std::optional<AccountRow> row_by_id(soci::session& sql, const UserId& id) {
  return find_row(sql, "id = :value", id.value);
}

std::optional<AccountRow> row_by_email(soci::session& sql, const std::string& email) {
  return find_row(sql, "email = :value", email);
}

Result<User> insert(soci::session& sql, const std::string& email, const std::string& name,
                    bool owner, int64_t now_ms) {
  if (row_by_email(sql, email)) {
    return failure(ErrorCode::conflict, email + " has an account already");
  }
  User user{
      .id = {random_id("u_")}, .email = email, .name = name, .owner = owner, .created_ms = now_ms};
  const std::string role = owner ? "owner" : "user";
  sql << "INSERT INTO users (id, email, name, password_hash, role, created_ms) "
         "VALUES (:id, :email, :name, '', :role, :created)",
      soci::use(user.id.value), soci::use(user.email), soci::use(user.name), soci::use(role),
      soci::use(user.created_ms);
  return user;
}

std::unexpected<Error> no_account() {
  return failure(ErrorCode::not_found, "there is no such account");
}

std::unexpected<Error> wrong_password() {
  return failure(ErrorCode::denied, "the e-mail address or the password is wrong");
}

std::unexpected<Error> dead_link() {
  return failure(ErrorCode::denied, "this sign-in link is used up or too old; ask for a new one");
}

}  // namespace

Result<std::string> normalize_email(std::string_view email) {
  std::string out(trim(email));
  const size_t at = out.find('@');
  const bool shaped = at != std::string::npos && at > 0 && at + 1 < out.size() &&
                      out.find('@', at + 1) == std::string::npos && out.size() <= kMaxEmail;
  const bool plain = std::ranges::all_of(out, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  if (!shaped || !plain) return failure(ErrorCode::invalid, "that is no e-mail address");
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

Result<std::string> normalize_name(std::string_view name) {
  const std::string out(trim(name));
  const bool control =
      std::ranges::any_of(out, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (out.size() > kMaxName || control || find_invalid_utf8(out)) {
    return failure(ErrorCode::invalid, "the name must be plain text of at most 100 bytes");
  }
  return out;
}

Result<User> AccountStore::ensure_owner(int64_t now_ms) {
  return store_.write_now<User>([now_ms](soci::session& sql) -> Result<User> {
    std::string id;
    sql << "SELECT id FROM users WHERE role = 'owner' ORDER BY created_ms, id LIMIT 1",
        soci::into(id);
    if (sql.got_data()) return row_by_id(sql, {id})->user;
    return insert(sql, "owner@localhost", "Owner", true, now_ms);
  });
}

Result<User> AccountStore::add(std::string_view email, std::string_view name, bool owner,
                               int64_t now_ms) {
  auto address = normalize_email(email);
  if (!address) return std::unexpected(address.error());
  auto called = normalize_name(name);
  if (!called) return std::unexpected(called.error());
  if (called->empty()) *called = address->substr(0, std::min(address->find('@'), kMaxName));
  return store_.write_now<User>([&](soci::session& sql) -> Result<User> {
    return insert(sql, *address, *called, owner, now_ms);
  });
}

Result<std::vector<User>> AccountStore::list() {
  return store_.read_now<std::vector<User>>([](soci::session& sql) -> Result<std::vector<User>> {
    std::vector<std::string> ids;
    const soci::rowset<std::string> rows = (sql.prepare << "SELECT id FROM users ORDER BY email");
    for (const std::string& id : rows) ids.push_back(id);
    std::vector<User> users;
    for (const std::string& id : ids) users.push_back(row_by_id(sql, {id})->user);
    return users;
  });
}

Result<User> AccountStore::find(std::string_view email) {
  const auto address = normalize_email(email);
  if (!address) return std::unexpected(address.error());
  return store_.read_now<User>([&](soci::session& sql) -> Result<User> {
    const auto row = row_by_email(sql, *address);
    if (!row) return failure(ErrorCode::not_found, "there is no account " + *address);
    return row->user;
  });
}

Result<std::string> AccountStore::make_link(const UserId& user, int64_t now_ms, int64_t life_ms) {
  const std::string token = new_token();
  const std::string hash = token_hash(token);
  auto made = store_.write_now([&](soci::session& sql) -> Result<> {
    const int64_t forget = now_ms - kForgetLinksMs;
    sql << "DELETE FROM signin_links WHERE expires_ms < :forget", soci::use(forget);
    const int64_t expires = now_ms + life_ms;
    sql << "INSERT INTO signin_links (token_hash, user_id, expires_ms, used_ms) "
           "VALUES (:hash, :user, :expires, 0)",
        soci::use(hash), soci::use(user.value), soci::use(expires);
    return {};
  });
  if (!made) return std::unexpected(made.error());
  return token;
}

Task<Result<User>> Accounts::check(std::string email, std::string password) {
  // A malformed address or an endless password takes the same way, with nobody behind it.
  const std::string address = normalize_email(email).value_or("");
  if (password.size() > kMaxPasswordBytes) password.clear();
  auto work = [address](soci::session& sql) -> Result<std::optional<AccountRow>> {
    return row_by_email(sql, address);
  };
  auto row = co_await store_.read<std::optional<AccountRow>>(std::move(work));
  if (!row) co_return std::unexpected(row.error());
  std::string hash;  // Empty for nobody, and while no password is set.
  if (*row) hash = (*row)->password_hash;
  const auto right = co_await hasher_.verify(std::move(hash), std::move(password));
  if (!right) co_return std::unexpected(right.error());
  if (!*right) co_return wrong_password();
  co_return (*row)->user;
}

Task<Result<User>> Accounts::redeem_link(std::string token, int64_t now_ms) {
  if (!is_token(token)) co_return dead_link();
  auto work = [hash = token_hash(token), now_ms](soci::session& sql) -> Result<User> {
    UserId user;
    sql << "UPDATE signin_links SET used_ms = :now "
           "WHERE token_hash = :hash AND used_ms = 0 AND expires_ms > :now RETURNING user_id",
        soci::use(now_ms, "now"), soci::use(hash, "hash"), soci::into(user.value);
    if (!sql.got_data()) return dead_link();
    auto row = row_by_id(sql, user);
    if (!row) return dead_link();
    return row->user;
  };
  co_return co_await store_.write<User>(std::move(work));
}

Task<Result<User>> Accounts::find(UserId id) {
  auto work = [id](soci::session& sql) -> Result<User> {
    auto row = row_by_id(sql, id);
    if (!row) return no_account();
    return row->user;
  };
  co_return co_await store_.read<User>(std::move(work));
}

Task<Result<User>> Accounts::change(UserId id, Changes changes) {
  std::optional<std::string> name, email, hash;
  std::string old_hash;
  if (changes.name) {
    auto normal = normalize_name(*changes.name);
    if (!normal) co_return std::unexpected(normal.error());
    name = *std::move(normal);
  }
  if (changes.email) {
    auto normal = normalize_email(*changes.email);
    if (!normal) co_return std::unexpected(normal.error());
    email = *std::move(normal);
  }
  if (changes.password) {
    if (auto good = check_password(changes.password->fresh); !good) {
      co_return std::unexpected(good.error());
    }
    auto work = [id](soci::session& sql) -> Result<AccountRow> {
      auto found = row_by_id(sql, id);
      if (!found) return no_account();
      return *found;
    };
    auto row = co_await store_.read<AccountRow>(std::move(work));
    if (!row) co_return std::unexpected(row.error());
    old_hash = row->password_hash;
    if (!old_hash.empty()) {
      const auto right = co_await hasher_.verify(old_hash, changes.password->old);
      if (!right) co_return std::unexpected(right.error());
      if (!*right) co_return failure(ErrorCode::denied, "the old password is wrong");
    }
    auto made = co_await hasher_.hash(changes.password->fresh);
    if (!made) co_return std::unexpected(made.error());
    hash = *std::move(made);
  }
  auto work = [=](soci::session& sql) -> Result<User> {
    auto row = row_by_id(sql, id);
    if (!row) return no_account();
    // Somebody else changed it between the check and now.
    if (hash && row->password_hash != old_hash) return wrong_password();
    if (email && *email != row->user.email && row_by_email(sql, *email)) {
      return failure(ErrorCode::conflict, *email + " has an account already");
    }
    const std::string new_name = name.value_or(row->user.name);
    const std::string new_email = email.value_or(row->user.email);
    const std::string new_hash = hash.value_or(row->password_hash);
    sql << "UPDATE users SET name = :name, email = :email, password_hash = :hash WHERE id = :id",
        soci::use(new_name), soci::use(new_email), soci::use(new_hash), soci::use(id.value);
    return row_by_id(sql, id)->user;
  };
  co_return co_await store_.write<User>(std::move(work));
}

}  // namespace colibri::auth
