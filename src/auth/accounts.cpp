#include "auth/accounts.hpp"

#include <soci/soci.h>

#include <algorithm>
#include <cctype>

#include "auth/account_rows.hpp"
#include "auth/token.hpp"
#include "base/utf.hpp"

namespace colibri::auth {

namespace {

constexpr size_t kMaxEmail = 254;
constexpr size_t kMaxName = 100;
// How long a used or expired link's row is kept, to tell nothing but to be tidy.
constexpr int64_t kForgetLinksMs = 24LL * 60 * 60 * 1000;
constexpr const char* kResetPurpose = "reset";

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::unexpected<Error> wrong_password() {
  return failure(ErrorCode::denied, "the e-mail address or the password is wrong");
}

// A new one-time link's token; only its hash is kept.
std::string insert_link(soci::session& sql, const UserId& user, const std::string& purpose,
                        int64_t now_ms, int64_t expires_ms) {
  const std::string token = new_token();
  const std::string hash = token_hash(token);
  const int64_t forget = now_ms - kForgetLinksMs;
  sql << "DELETE FROM signin_links WHERE expires_ms < :forget", soci::use(forget);
  sql << "INSERT INTO signin_links (token_hash, user_id, expires_ms, used_ms, purpose) "
         "VALUES (:hash, :user, :expires, 0, :purpose)",
      soci::use(hash), soci::use(user.value), soci::use(expires_ms), soci::use(purpose);
  return token;
}

std::unexpected<Error> dead_link() {
  return failure(ErrorCode::denied, "this sign-in link is used up or too old; ask for a new one");
}

}  // namespace

Result<std::string> normalize_email(std::string_view email) {
  std::string out(trim(email));
  const size_t at = out.find('@');
  constexpr std::string_view kSpecial = "<>()[],;:\\\"";  // In mail they would mean something.
  const bool shaped = at != std::string::npos && at > 0 && at + 1 < out.size() &&
                      out.find('@', at + 1) == std::string::npos && out.size() <= kMaxEmail;
  const bool plain = std::ranges::all_of(out, [&](unsigned char c) {
    return c > 0x20 && c < 0x7f && !kSpecial.contains(static_cast<char>(c));
  });
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
    sql << "SELECT id FROM users WHERE role = 'owner' AND disabled_ms = 0 "
           "ORDER BY created_ms, id LIMIT 1",
        soci::into(id);
    if (sql.got_data()) return row_by_id(sql, {id})->user;
    const NewAccount owner{.email = "owner@localhost", .name = "Owner", .owner = true};
    return insert_account(sql, owner, now_ms);
  });
}

Result<User> AccountStore::add(std::string_view email, std::string_view name, bool owner,
                               int64_t now_ms) {
  auto address = normalize_email(email);
  if (!address) return std::unexpected(address.error());
  auto called = normalize_name(name);
  if (!called) return std::unexpected(called.error());
  const NewAccount account{
      .email = *std::move(address), .name = *std::move(called), .owner = owner};
  return store_.write_now<User>(
      [&](soci::session& sql) -> Result<User> { return insert_account(sql, account, now_ms); });
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
  return store_.write_now<std::string>([&](soci::session& sql) -> Result<std::string> {
    return insert_link(sql, user, "", now_ms, now_ms + life_ms);
  });
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

Task<Result<Redeemed>> Accounts::redeem_link(std::string token, int64_t now_ms) {
  if (!is_token(token)) co_return dead_link();
  auto work = [hash = token_hash(token), now_ms](soci::session& sql) -> Result<Redeemed> {
    UserId user;
    std::string purpose;
    sql << "UPDATE signin_links SET used_ms = :now "
           "WHERE token_hash = :hash AND used_ms = 0 AND expires_ms > :now "
           "RETURNING user_id, purpose",
        soci::use(now_ms, "now"), soci::use(hash, "hash"), soci::into(user.value),
        soci::into(purpose);
    if (!sql.got_data()) return dead_link();
    auto row = row_by_id(sql, user);
    if (!row || row->user.disabled) return dead_link();
    return Redeemed{row->user, purpose == kResetPurpose};
  };
  co_return co_await store_.write<Redeemed>(std::move(work));
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
    if (!old_hash.empty() && !changes.password->confirmed) {
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
    const bool same = new_email == row->user.email;
    const int64_t verified = (same ? row->user.email_verified : changes.email_verified) ? 1 : 0;
    sql << "UPDATE users SET name = :name, email = :email, email_verified = :verified, "
           "password_hash = :hash WHERE id = :id",
        soci::use(new_name), soci::use(new_email), soci::use(verified), soci::use(new_hash),
        soci::use(id.value);
    return row_by_id(sql, id)->user;
  };
  co_return co_await store_.write<User>(std::move(work));
}

Task<Result<>> Accounts::confirm(UserId id, std::string password) {
  if (password.size() > kMaxPasswordBytes) password.clear();
  auto work = [id](soci::session& sql) -> Result<AccountRow> {
    auto found = row_by_id(sql, id);
    if (!found) return no_account();
    return *found;
  };
  auto row = co_await store_.read<AccountRow>(std::move(work));
  if (!row) co_return std::unexpected(row.error());
  const auto right = co_await hasher_.verify(row->password_hash, std::move(password));
  if (!right) co_return std::unexpected(right.error());
  if (!*right) co_return failure(ErrorCode::denied, "the password is wrong");
  co_return Result<>();
}

Task<Result<User>> Accounts::sign_up(std::string email, std::string name, std::string password,
                                     int64_t now_ms) {
  auto address = normalize_email(email);
  if (!address) co_return std::unexpected(address.error());
  auto called = normalize_name(name);
  if (!called) co_return std::unexpected(called.error());
  if (auto good = check_password(password); !good) co_return std::unexpected(good.error());
  auto hash = co_await hasher_.hash(std::move(password));
  if (!hash) co_return std::unexpected(hash.error());
  NewAccount account{.email = *std::move(address),
                     .name = *std::move(called),
                     .password_hash = *std::move(hash),
                     .email_verified = false};
  auto work = [account, now_ms](soci::session& sql) -> Result<User> {
    return insert_account(sql, account, now_ms);
  };
  co_return co_await store_.write<User>(std::move(work));
}

Task<Result<std::string>> Accounts::make_reset_link(std::string email, int64_t now_ms) {
  const std::string address = normalize_email(email).value_or("");
  auto work = [address, now_ms](soci::session& sql) -> Result<std::string> {
    const auto row = row_by_email(sql, address);
    if (!row || row->user.disabled) return no_account();
    return insert_link(sql, row->user.id, kResetPurpose, now_ms, now_ms + kMailedLinkLifeMs);
  };
  co_return co_await store_.write<std::string>(std::move(work));
}

Task<Result<std::string>> Accounts::make_link(UserId id, int64_t now_ms) {
  auto work = [id, now_ms](soci::session& sql) -> Result<std::string> {
    if (!row_by_id(sql, id)) return no_account();
    return insert_link(sql, id, "", now_ms, now_ms + kOwnerLinkLifeMs);
  };
  co_return co_await store_.write<std::string>(std::move(work));
}

Task<Result<std::string>> Accounts::offer_email(UserId id, std::string email, int64_t now_ms) {
  auto address = normalize_email(email);
  if (!address) co_return std::unexpected(address.error());
  auto work = [id, to = *address, now_ms](soci::session& sql) -> Result<std::string> {
    if (row_by_email(sql, to)) return failure(ErrorCode::conflict, to + " has an account already");
    const std::string token = new_token();
    const std::string hash = token_hash(token);
    const int64_t expires = now_ms + kMailedLinkLifeMs;
    sql << "DELETE FROM email_changes WHERE user_id = :user", soci::use(id.value);
    sql << "INSERT INTO email_changes (token_hash, user_id, email, expires_ms) "
           "VALUES (:hash, :user, :email, :expires)",
        soci::use(hash), soci::use(id.value), soci::use(to), soci::use(expires);
    return token;
  };
  co_return co_await store_.write<std::string>(std::move(work));
}

Task<Result<User>> Accounts::confirm_email(UserId id, std::string token, int64_t now_ms) {
  auto work = [id, hash = token_hash(token), now_ms](soci::session& sql) -> Result<User> {
    std::string email;
    sql << "DELETE FROM email_changes "
           "WHERE token_hash = :hash AND user_id = :user AND expires_ms > :now RETURNING email",
        soci::use(hash), soci::use(id.value), soci::use(now_ms), soci::into(email);
    if (!sql.got_data()) return dead_link();
    if (row_by_email(sql, email)) {
      return failure(ErrorCode::conflict, email + " has an account already");
    }
    sql << "UPDATE users SET email = :email, email_verified = 1 WHERE id = :id", soci::use(email),
        soci::use(id.value);
    claim_shares(sql, id, email);
    return row_by_id(sql, id)->user;
  };
  co_return co_await store_.write<User>(std::move(work));
}

}  // namespace colibri::auth
