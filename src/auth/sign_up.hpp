#pragma once
// Who may make an account without being invited: `accounts:` of colibri.yaml.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace colibri::auth {

enum class SignUp {
  invitation,  // Nobody.
  domain,      // Whoever shows that an address of one of the domains is theirs.
  open,        // Everybody.
};

struct SignUpRule {
  SignUp sign_up = SignUp::invitation;
  std::vector<std::string> domains;  // Lower case, for SignUp::domain.
  // Whether sharing a notebook with an address that has no account invites it.
  bool sharing_invites = true;
};

[[nodiscard]] std::string_view to_string(SignUp sign_up);

// Whether the rule lets this normal address in. The part behind the @ is compared as a whole:
// "example.org" is neither "sub.example.org" nor "example.org.evil.net".
[[nodiscard]] bool lets_in(const SignUpRule& rule, std::string_view email);

// `invalid` with a sentence. `can_verify`: there is mail or a provider that vouches for addresses;
// without one the domain rule would believe whatever is typed.
[[nodiscard]] Result<> check_rule(const SignUpRule& rule, bool can_verify);

}  // namespace colibri::auth
