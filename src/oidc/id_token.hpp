#pragma once
// The ID token of OpenID Connect: its signature by one of the provider's keys, and what it must
// say to be meant for us and for this sign-in. Pure: time comes in.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"

namespace colibri::oidc {

// Checks the signature of a compact JWS by the one key of `keys` (a JWK set) that fits, and returns
// the claims. Signatures by RSA (RS, PS) and elliptic curves (ES) count; `none`, keys that both
// sides share (HS) and critical headers are refused.
//
// not_found  no key of the set fits: fetch the set anew, the provider may have changed its keys
// denied     the signature is wrong, or of a kind that we do not take
// invalid    it is no token
[[nodiscard]] Result<json::Object> verify_signature(std::string_view token,
                                                    const json::Object& keys);

struct Expected {
  std::string issuer;
  std::string client_id;
  std::string nonce;
  int64_t now_s = 0;
};

// Who signed in, as the provider says.
struct Claims {
  std::string issuer;
  std::string subject;
  std::string email;  // May be empty.
  bool email_verified = false;
  std::string name;
};

// How far the provider's clock and ours may be apart.
inline constexpr int64_t kLeewaySeconds = 60;
// How old a token may be: it was made while the person came back to us.
inline constexpr int64_t kMostAgeSeconds = 10 * 60;

// Exact compares of iss, aud (and azp), nonce; exp and iat with the leeway. `denied` with what is
// wrong.
[[nodiscard]] Result<Claims> check_claims(const json::Object& claims, const Expected& expected);

// Takes email, email_verified and name from an object that has them, such as the userinfo answer.
void read_profile(const json::Object& object, Claims& into);

}  // namespace colibri::oidc
