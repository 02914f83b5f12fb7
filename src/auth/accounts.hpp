#pragma once
// Who may use this server: accounts with e-mail, name, role and password, and one-time sign-in
// links.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.hpp"
#include "auth/password.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "store/store.hpp"

namespace colibri::auth {

struct User {
  UserId id;
  std::string email;
  std::string name;
  bool owner = false;
  bool has_password = false;
  bool email_verified = true;  // False: nobody has shown that the address is theirs.
  bool disabled = false;       // May not sign in.
  int64_t created_ms = 0;
  int64_t last_seen_ms = 0;  // 0: never.
};

// Lower case, surrounding blanks removed. `invalid` unless it looks like an address: one @ with
// text on both sides, printable ASCII without blanks, at most 254 bytes. Exact compares from then
// on.
[[nodiscard]] Result<std::string> normalize_email(std::string_view email);
// Blanks at the ends removed. `invalid` with control characters, invalid UTF-8 or over 100 bytes.
[[nodiscard]] Result<std::string> normalize_name(std::string_view name);

inline constexpr int64_t kLinkLifeMs = 15LL * 60 * 1000;
inline constexpr int64_t kOwnerLinkLifeMs = 24LL * 60 * 60 * 1000;
// Of a link that goes by mail, which may take its time.
inline constexpr int64_t kMailedLinkLifeMs = 60LL * 60 * 1000;

// The parts that need no reactor: `colibri user`, and the server before it runs. Blocking.
class AccountStore {
 public:
  explicit AccountStore(store::Store& store) : store_(store) {}

  // Makes the owner's account (owner@localhost, no password) when there is none. The first owner
  // who may sign in.
  Result<User> ensure_owner(int64_t now_ms);
  // `conflict` when the address has an account. An empty name becomes the part before the @.
  Result<User> add(std::string_view email, std::string_view name, bool owner, int64_t now_ms);
  Result<std::vector<User>> list();
  // not_found when there is no such account.
  Result<User> find(std::string_view email);
  // A new one-time link's token; only its hash is kept.
  Result<std::string> make_link(const UserId& user, int64_t now_ms, int64_t life_ms);

 private:
  store::Store& store_;
};

struct Changes {
  std::optional<std::string> name;
  std::optional<std::string> email;
  bool email_verified = true;  // Of `email`.
  struct Password {
    std::string old;         // Not looked at while none is set, or when the person is
    bool confirmed = false;  // confirmed to be who they are.
    std::string fresh;
  };
  std::optional<Password> password;
};

struct Redeemed {
  User user;
  bool reset = false;  // The person has forgotten the password, and sets another one now.
};

class Accounts {
 public:
  Accounts(store::Store& store, PasswordHasher& hasher) : store_(store), hasher_(hasher) {}

  // `denied` when e-mail and password do not go together, in the same time for an unknown address.
  Task<Result<User>> check(std::string email, std::string password);
  // Uses the link up. `denied` when there is none such, or it is used or too old.
  Task<Result<Redeemed>> redeem_link(std::string token, int64_t now_ms);
  Task<Result<User>> find(UserId id);
  // All or nothing. `invalid`, `denied` (the old password is wrong), `conflict` (the address is
  // taken). Ending the other sessions is the caller's.
  Task<Result<User>> change(UserId id, Changes changes);
  // Whether it is the user's password. `denied` when not, or when there is none.
  Task<Result<>> confirm(UserId id, std::string password);

  // An account that nobody vouches for: the address is what was typed. `conflict`, `invalid`.
  Task<Result<User>> sign_up(std::string email, std::string name, std::string password,
                             int64_t now_ms);

  // A link for somebody who forgot the password: mail it to the address, nowhere else. not_found
  // when nobody who may sign in has the address.
  Task<Result<std::string>> make_reset_link(std::string email, int64_t now_ms);
  // A sign-in link for an administrator to hand on.
  Task<Result<std::string>> make_link(UserId id, int64_t now_ms);

  // A link that makes the address the user's: mail it there. `invalid`, `conflict`.
  Task<Result<std::string>> offer_email(UserId id, std::string email, int64_t now_ms);
  // `denied` for a link that is used up or too old, or of another user; `conflict` when somebody
  // else has taken the address meanwhile.
  Task<Result<User>> confirm_email(UserId id, std::string token, int64_t now_ms);

 private:
  store::Store& store_;
  PasswordHasher& hasher_;
};

}  // namespace colibri::auth
