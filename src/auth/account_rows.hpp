#pragma once
// The users table, inside a transaction. Internal to this module.
#include <optional>
#include <string>

#include "auth/accounts.hpp"
#include "auth/sign_up.hpp"

namespace soci {
class session;
}

namespace colibri::auth {

struct AccountRow {
  User user;
  std::string password_hash;
};

[[nodiscard]] std::optional<AccountRow> row_by_id(soci::session& sql, const UserId& id);
[[nodiscard]] std::optional<AccountRow> row_by_email(soci::session& sql, const std::string& email);

struct NewAccount {
  std::string email;
  std::string name;  // Empty: the part of the address before the @.
  std::string password_hash;
  bool owner = false;
  bool email_verified = true;
};

// `conflict` when the address has an account. The address's invitations are used up with it, and
// notebooks shared with a verified one are the account's.
Result<User> insert_account(soci::session& sql, const NewAccount& account, int64_t now_ms);

// Whether there is an administrator who may sign in besides this one.
[[nodiscard]] bool has_other_owner(soci::session& sql, const UserId& id);

// Whether nobody has ever come to the account by any way.
[[nodiscard]] bool never_used(soci::session& sql, const AccountRow& row);

// The role with which the address is invited (true: administrator); nothing when it is not.
[[nodiscard]] std::optional<bool> invited_as_owner(soci::session& sql, const std::string& email,
                                                   const SignUpRule& rule, int64_t now_ms);

// Gives the user the access to notebooks that waits for the address: all of it, for an address that
// is surely the user's; else what `by` gave.
void claim_shares(soci::session& sql, const UserId& user, const std::string& email,
                  const UserId& by = {});

[[nodiscard]] std::unexpected<Error> no_account();

}  // namespace colibri::auth
