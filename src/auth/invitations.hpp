#pragma once
// Addresses that may get an account, each with a one-time link: invited by somebody, or asked for
// on the sign-up page and mailed there. Whoever opens the link chooses name and password.
#include <optional>
#include <string>
#include <vector>

#include "auth/accounts.hpp"
#include "auth/sign_up.hpp"

namespace colibri::auth {

inline constexpr int64_t kInvitationLifeMs = 14LL * 24 * 60 * 60 * 1000;
inline constexpr int64_t kSignUpLifeMs = 24LL * 60 * 60 * 1000;

struct Invitation {
  std::string email;
  bool owner = false;
  std::string invited_by;  // The name, or address, of who invited; empty when that one is gone.
  int64_t created_ms = 0;
  int64_t expires_ms = 0;
};

class Invitations {
 public:
  Invitations(store::Store& store, PasswordHasher& hasher, SignUpRule rule)
      : store_(store), hasher_(hasher), rule_(std::move(rule)) {}

  // Invites the address; an earlier invitation and its link are replaced. Returns the new link's
  // token. `invalid` for what is no address, `conflict` when it has an account.
  Task<Result<std::string>> invite(std::string email, bool owner, UserId by, int64_t now_ms);
  // A link for somebody who asked on the sign-up page. Mail it to the address, nowhere else.
  // `conflict` when it has an account.
  Task<Result<std::string>> offer(std::string email, int64_t now_ms);

  // Invites an address that a notebook is shared with, never in place of what an administrator did.
  // `handed`: the link is not mailed to the address but given to `by`, to hand on. Then opening it
  // shows nothing about whose the address is, and its account gets no more than what `by` shared.
  // `conflict` when the address has an account, or an administrator has invited it.
  Task<Result<std::string>> invite_to_share(std::string email, UserId by, bool handed,
                                            int64_t now_ms);

  // Those that somebody made and that are not over, by address.
  Task<Result<std::vector<Invitation>>> list(int64_t now_ms);
  // Also links that were asked for on the sign-up page. not_found when there is none.
  Task<Result<>> withdraw(std::string email);
  // Whether the address may have an account: the rule lets it in, or somebody invited it, or (if
  // the rule says so) shared a notebook with it.
  Task<Result<bool>> welcome(std::string email, int64_t now_ms);

  // What the link is for. `denied` when it is used up, withdrawn or too old.
  Task<Result<Invitation>> look(std::string token, int64_t now_ms);
  // Makes the account and uses the link up. `denied` as look(), `invalid` for name or password.
  Task<Result<User>> accept(std::string token, std::string name, std::string password,
                            int64_t now_ms);

 private:
  store::Store& store_;
  PasswordHasher& hasher_;
  SignUpRule rule_;
};

}  // namespace colibri::auth
