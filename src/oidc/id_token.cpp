#include "oidc/id_token.hpp"

#include <cjose/cjose.h>
#include <sodium.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace colibri::oidc {

namespace {

constexpr size_t kMostToken = 64u << 10;
constexpr size_t kMostKeys = 50;
constexpr size_t kLeastModulus = 342;  // Characters of base64url: 2048 bits.
constexpr size_t kMostSubject = 255;   // The standard's limit.

struct CjoseDeleter {
  void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};

std::unexpected<Error> no_token() {
  return failure(ErrorCode::invalid, "the provider's ID token is malformed");
}

std::unexpected<Error> denied(const std::string& what) {
  return failure(ErrorCode::denied, "the provider's ID token " + what);
}

std::optional<std::string> base64url(std::string_view text) {
  std::string out(text.size(), '\0');
  size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(),
                        text.size(), nullptr, &size, nullptr,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
    return std::nullopt;
  }
  out.resize(size);
  return out;
}

struct Header {
  std::string algorithm;
  std::optional<std::string> key;
};

Result<Header> read_header(std::string_view token) {
  if (token.size() > kMostToken || std::ranges::count(token, '.') != 2) return no_token();
  const auto text = base64url(token.substr(0, token.find('.')));
  if (!text) return no_token();
  const auto object = json::parse_object(*text, {.max_depth = 8, .allow_nan = false});
  if (!object) return no_token();
  const auto algorithm = json::string_at(*object, "alg");
  if (!algorithm) return no_token();
  if (object->contains("crit")) return denied("has a header that we do not know");
  Header header{.algorithm = *algorithm};
  if (const json::Value* key = object->find("kid")) {
    if (key->if_string() == nullptr) return no_token();
    header.key = *key->if_string();
  }
  return header;
}

// The kind of key that makes such signatures; empty for those that we do not take.
std::string_view key_type(std::string_view algorithm) {
  for (const char* rsa : {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}) {
    if (algorithm == rsa) return "RSA";
  }
  for (const char* curve : {"ES256", "ES384", "ES512"}) {
    if (algorithm == curve) return "EC";
  }
  return "";
}

std::string_view curve_of(std::string_view algorithm) {
  if (algorithm == "ES256") return "P-256";
  return algorithm == "ES384" ? "P-384" : "P-521";
}

bool fits(const json::Object& key, const Header& header) {
  const auto says = [&](std::string_view name) { return json::string_at(key, name); };
  const std::string_view type = key_type(header.algorithm);
  if (says("kty") != type) return false;
  if (const auto use = says("use"); use && *use != "sig") return false;
  if (const auto algorithm = says("alg"); algorithm && *algorithm != header.algorithm) return false;
  if (header.key && says("kid") != header.key) return false;
  if (type == "EC") return says("crv") == curve_of(header.algorithm);
  return says("n").value_or("").size() >= kLeastModulus;
}

std::vector<const json::Object*> fitting_keys(const json::Object& keys, const Header& header) {
  std::vector<const json::Object*> found;
  const json::Array* list = json::array_at(keys, "keys");
  if (list == nullptr) return found;
  for (size_t i = 0; i < std::min(list->size(), kMostKeys); ++i) {
    const json::Object* key = (*list)[i].if_object();
    if (key != nullptr && fits(*key, header)) found.push_back(key);
  }
  return found;
}

// Only the members of a public key go to the library.
std::string public_key(const json::Object& key) {
  json::Object out;
  for (const char* name : {"kty", "n", "e", "crv", "x", "y"}) {
    if (const json::Value* value = key.find(name)) out.set(name, *value);
  }
  return json::serialize(out);
}

// The payload when the key made the signature.
std::optional<std::string> verified_payload(std::string_view token, const json::Object& key) {
  const std::string text = public_key(key);
  cjose_err error{};
  const std::unique_ptr<cjose_jwk_t, CjoseDeleter> jwk(
      cjose_jwk_import(text.data(), text.size(), &error));
  const std::unique_ptr<cjose_jws_t, CjoseDeleter> jws(
      cjose_jws_import(token.data(), token.size(), &error));
  if (!jwk || !jws || !cjose_jws_verify(jws.get(), jwk.get(), &error)) return std::nullopt;
  uint8_t* bytes = nullptr;
  size_t size = 0;
  if (!cjose_jws_get_plaintext(jws.get(), &bytes, &size, &error)) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(bytes), size);
}

// One string, or a list of strings.
std::optional<std::vector<std::string>> audiences(const json::Object& claims) {
  const json::Value* value = claims.find("aud");
  if (value == nullptr) return std::nullopt;
  if (const std::string* one = value->if_string()) return std::vector{*one};
  const json::Array* list = value->if_array();
  if (list == nullptr) return std::nullopt;
  std::vector<std::string> out;
  for (const json::Value& item : *list) {
    if (item.if_string() == nullptr) return std::nullopt;
    out.push_back(*item.if_string());
  }
  return out;
}

Result<> check_audience(const json::Object& claims, const std::string& client_id) {
  const auto audience = audiences(claims);
  if (!audience || std::ranges::find(*audience, client_id) == audience->end()) {
    return denied("is for somebody else (aud)");
  }
  const json::Value* party = claims.find("azp");
  if (party == nullptr && audience->size() > 1) return denied("is for several, without azp");
  if (party != nullptr && (party->if_string() == nullptr || *party->if_string() != client_id)) {
    return denied("was given to somebody else (azp)");
  }
  return {};
}

// Whole seconds; providers write them as 1.7e9 too.
std::optional<int64_t> seconds_at(const json::Object& claims, std::string_view name) {
  const json::Value* value = claims.find(name);
  if (value == nullptr) return std::nullopt;
  const auto seconds = value->if_double();
  if (!seconds || *seconds < 0 || *seconds > 1e12) return std::nullopt;
  return static_cast<int64_t>(*seconds);
}

Result<> check_times(const json::Object& claims, int64_t now_s) {
  const auto expires = seconds_at(claims, "exp");
  const auto issued = seconds_at(claims, "iat");
  if (!expires || !issued) return denied("does not say its times");
  if (*expires + kLeewaySeconds <= now_s) return denied("is too old (exp)");
  if (*issued - kLeewaySeconds > now_s) {
    return denied("comes from the future (iat): the clocks of the provider and this server differ");
  }
  if (*issued + kMostAgeSeconds + kLeewaySeconds <= now_s) return denied("is too old (iat)");
  return {};
}

}  // namespace

Result<json::Object> verify_signature(std::string_view token, const json::Object& keys) {
  const auto header = read_header(token);
  if (!header) return std::unexpected(header.error());
  if (key_type(header->algorithm).empty()) {
    return denied("is signed in a way that we do not take (" + header->algorithm.substr(0, 20) +
                  ")");
  }
  const auto candidates = fitting_keys(keys, *header);
  if (candidates.empty()) {
    return failure(ErrorCode::not_found, "the provider has no key that its ID token names");
  }
  for (const json::Object* key : candidates) {
    const auto payload = verified_payload(token, *key);
    if (!payload) continue;
    auto claims = json::parse_object(*payload, {.max_depth = 32, .allow_nan = false});
    if (!claims) return no_token();
    return *std::move(claims);
  }
  return denied("has a wrong signature");
}

Result<Claims> check_claims(const json::Object& claims, const Expected& expected) {
  Claims out;
  out.issuer = json::string_at(claims, "iss").value_or("");
  out.subject = json::string_at(claims, "sub").value_or("");
  if (out.issuer != expected.issuer) return denied("is from somebody else (iss)");
  if (out.subject.empty() || out.subject.size() > kMostSubject) return denied("names nobody (sub)");
  if (auto good = check_audience(claims, expected.client_id); !good) {
    return std::unexpected(good.error());
  }
  if (expected.nonce.empty() || json::string_at(claims, "nonce") != expected.nonce) {
    return denied("is not of this sign-in (nonce)");
  }
  if (auto good = check_times(claims, expected.now_s); !good) {
    return std::unexpected(good.error());
  }
  read_profile(claims, out);
  return out;
}

void read_profile(const json::Object& object, Claims& into) {
  if (const auto email = json::string_at(object, "email")) {
    into.email = *email;
    // Some providers write it as a string. Anything but true is no.
    const json::Value* verified = object.find("email_verified");
    into.email_verified =
        verified != nullptr && (*verified == json::Value(true) || *verified == json::Value("true"));
  }
  if (const auto name = json::string_at(object, "name")) into.name = *name;
}

}  // namespace colibri::oidc
