#include "auth/account_rows.hpp"

#include <soci/soci.h>

#include <algorithm>

#include "base/random.hpp"

namespace colibri::auth {

namespace {

constexpr size_t kMaxDefaultName = 100;

// `condition` is a literal with one placeholder, :value.
std::optional<AccountRow> find_account(soci::session& sql, const char* condition,
                                       const std::string& value) {
  AccountRow row;
  std::string role;
  int64_t verified = 0, disabled_ms = 0;
  sql << std::string(
             "SELECT id, email, name, password_hash, role, created_ms, email_verified, "
             "disabled_ms, last_seen_ms FROM users WHERE ") +
             condition,
      soci::use(value, "value"), soci::into(row.user.id.value), soci::into(row.user.email),
      soci::into(row.user.name), soci::into(row.password_hash), soci::into(role),
      soci::into(row.user.created_ms), soci::into(verified), soci::into(disabled_ms),
      soci::into(row.user.last_seen_ms);
  if (!sql.got_data()) return std::nullopt;
  row.user.owner = role == "owner";
  row.user.has_password = !row.password_hash.empty();
  row.user.email_verified = verified != 0;
  row.user.disabled = disabled_ms != 0;
  return row;
}

}  // namespace

std::optional<AccountRow> row_by_id(soci::session& sql, const UserId& id) {
  return find_account(sql, "id = :value", id.value);
}

std::optional<AccountRow> row_by_email(soci::session& sql, const std::string& email) {
  return find_account(sql, "email = :value", email);
}

Result<User> insert_account(soci::session& sql, const NewAccount& account, int64_t now_ms) {
  if (row_by_email(sql, account.email)) {
    return failure(ErrorCode::conflict, account.email + " has an account already");
  }
  const UserId id{random_id("u_")};
  const std::string name =
      account.name.empty()
          ? account.email.substr(0, std::min(account.email.find('@'), kMaxDefaultName))
          : account.name;
  const std::string role = account.owner ? "owner" : "user";
  const int64_t verified = account.email_verified ? 1 : 0;
  sql << "INSERT INTO users (id, email, name, password_hash, role, created_ms, email_verified) "
         "VALUES (:id, :email, :name, :hash, :role, :created, :verified)",
      soci::use(id.value), soci::use(account.email), soci::use(name),
      soci::use(account.password_hash), soci::use(role), soci::use(now_ms), soci::use(verified);
  sql << "DELETE FROM invitations WHERE email = :email", soci::use(account.email);
  if (account.email_verified) claim_shares(sql, id, account.email);
  return row_by_id(sql, id)->user;
}

bool has_other_owner(soci::session& sql, const UserId& id) {
  int64_t others = 0;
  sql << "SELECT count(*) FROM users WHERE role = 'owner' AND disabled_ms = 0 AND id <> :id",
      soci::use(id.value), soci::into(others);
  return others > 0;
}

bool never_used(soci::session& sql, const AccountRow& row) {
  if (row.user.has_password || row.user.last_seen_ms != 0) return false;
  int64_t linked = 0;
  sql << "SELECT count(*) FROM linked_sign_ins WHERE user_id = :id", soci::use(row.user.id.value),
      soci::into(linked);
  return linked == 0;
}

std::optional<bool> invited_as_owner(soci::session& sql, const std::string& email,
                                     const SignUpRule& rule, int64_t now_ms) {
  std::string role;
  sql << "SELECT role FROM invitations "
         "WHERE email = :email AND kind = 'invited' AND expires_ms > :now",
      soci::use(email), soci::use(now_ms), soci::into(role);
  if (sql.got_data()) return role == "owner";
  if (!rule.sharing_invites) return std::nullopt;
  int64_t shared = 0;
  sql << "SELECT count(*) FROM notebook_invitations WHERE email = :email", soci::use(email),
      soci::into(shared);
  return shared > 0 ? std::optional(false) : std::nullopt;
}

void claim_shares(soci::session& sql, const UserId& user, const std::string& email,
                  const UserId& by) {
  sql << "INSERT INTO notebook_access (notebook_id, user_id, role, granted_by, created_ms) "
         "SELECT i.notebook_id, :user, i.role, i.invited_by, i.created_ms "
         "FROM notebook_invitations i JOIN notebooks n ON n.id = i.notebook_id "
         "WHERE i.email = :email AND n.owner_id <> :user AND (:by = '' OR i.invited_by = :by) "
         "ON CONFLICT (notebook_id, user_id) DO NOTHING",
      soci::use(user.value, "user"), soci::use(email, "email"), soci::use(by.value, "by");
  sql << "DELETE FROM notebook_invitations WHERE email = :email AND (:by = '' OR invited_by = :by)",
      soci::use(email, "email"), soci::use(by.value, "by");
}

std::unexpected<Error> no_account() {
  return failure(ErrorCode::not_found, "there is no such account");
}

}  // namespace colibri::auth
