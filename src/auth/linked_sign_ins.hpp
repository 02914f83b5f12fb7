#pragma once
// Accounts by what an OpenID Connect provider says of a person. The person is who the provider
// means by issuer and subject, never who has the same address.
#include <string>
#include <vector>

#include "auth/accounts.hpp"
#include "auth/sign_up.hpp"

namespace colibri::auth {

// What a provider said, checked.
struct Vouched {
  std::string issuer;
  std::string subject;
  std::string email;  // May be empty.
  bool email_verified = false;
  std::string name;
};

struct LinkedSignIn {
  std::string issuer;
  std::string subject;
  std::string email;
  int64_t created_ms = 0;
  int64_t used_ms = 0;
};

class LinkedSignIns {
 public:
  LinkedSignIns(store::Store& store, SignUpRule rule) : store_(store), rule_(std::move(rule)) {}

  // The account of the person: the linked one; else one that was made for the verified address and
  // that nobody has used yet; else a new one, when the rule or an invitation lets the verified
  // address in.
  //
  // conflict  the address belongs to an account that has been used: its owner links it when signed
  //           in
  // invalid   the provider does not vouch for an address
  // denied    no account, and none may be made; or the account is disabled
  Task<Result<User>> sign_in(Vouched vouched, int64_t now_ms);

  // Links the person to the account of somebody who is signed in. `conflict` when the person is
  // linked to another account, or the account to another person of this issuer.
  Task<Result<>> link(UserId user, Vouched vouched, int64_t now_ms);
  Task<Result<std::vector<LinkedSignIn>>> list(UserId user);
  // `conflict` when nothing would be left to sign in by; not_found when there is no such link.
  Task<Result<>> unlink(UserId user, std::string issuer);

 private:
  store::Store& store_;
  SignUpRule rule_;
};

}  // namespace colibri::auth
