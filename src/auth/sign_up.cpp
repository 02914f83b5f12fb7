#include "auth/sign_up.hpp"

#include <algorithm>
#include <cctype>

namespace colibri::auth {

namespace {

bool is_domain(const std::string& text) {
  const bool plain = std::ranges::all_of(text, [](unsigned char c) {
    return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-' || c == '.';
  });
  return plain && !text.empty() && text.size() <= 253 && !text.starts_with('.') &&
         !text.ends_with('.') && !text.contains("..");
}

}  // namespace

std::string_view to_string(SignUp sign_up) {
  switch (sign_up) {
    case SignUp::domain:
      return "domain";
    case SignUp::open:
      return "open";
    case SignUp::invitation:
      break;
  }
  return "invitation";
}

bool lets_in(const SignUpRule& rule, std::string_view email) {
  if (rule.sign_up == SignUp::open) return true;
  if (rule.sign_up == SignUp::invitation) return false;
  const size_t at = email.rfind('@');
  if (at == std::string_view::npos) return false;
  const std::string_view domain = email.substr(at + 1);
  return std::ranges::find(rule.domains, domain) != rule.domains.end();
}

Result<> check_rule(const SignUpRule& rule, bool can_verify) {
  for (const std::string& domain : rule.domains) {
    if (is_domain(domain)) continue;
    return failure(ErrorCode::invalid, "accounts.domains: \"" + domain +
                                           "\" must be a name in lower case such as example.org");
  }
  const bool by_domain = rule.sign_up == SignUp::domain;
  if (by_domain && rule.domains.empty()) {
    return failure(ErrorCode::invalid, "accounts.sign_up: domain needs accounts.domains");
  }
  if (!by_domain && !rule.domains.empty()) {
    return failure(ErrorCode::invalid, "accounts.domains is for accounts.sign_up: domain");
  }
  if (by_domain && !can_verify) {
    return failure(ErrorCode::invalid,
                   "accounts.sign_up: domain needs smtp or oidc, since nothing else shows that an "
                   "address is really somebody's");
  }
  return {};
}

}  // namespace colibri::auth
