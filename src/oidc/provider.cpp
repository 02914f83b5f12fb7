#include "oidc/provider.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <sstream>

#include "async/timer.hpp"

namespace colibri::oidc {

namespace {

constexpr int64_t kEndpointsLifeMs = 60LL * 60 * 1000;
constexpr int64_t kKeysLifeMs = 60LL * 60 * 1000;
// A token with an unknown key makes us look for new keys, but an attacker's tokens shall not make
// us knock at the provider without end.
constexpr int64_t kKeysRestMs = 60LL * 1000;
constexpr size_t kMostSecret = 4096;

using Parameters = std::vector<std::pair<std::string, std::string>>;

std::string form_of(const Parameters& parameters) {
  std::string out;
  for (const auto& [name, value] : parameters) {
    if (!out.empty()) out += '&';
    out += name + "=" + net::percent_encode(value);
  }
  return out;
}

std::string base64(std::string_view bytes, int variant) {
  std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), variant);
  out.pop_back();  // The NUL.
  return out;
}

std::unexpected<Error> wrong_provider(const std::string& what) {
  return failure(ErrorCode::invalid, "the provider's configuration " + what);
}

bool only_takes_secret_in_form(const json::Object& document) {
  const json::Array* methods = json::array_at(document, "token_endpoint_auth_methods_supported");
  if (methods == nullptr) return false;  // The default is client_secret_basic.
  const auto has = [&](const char* name) {
    return std::ranges::find(*methods, json::Value(name)) != methods->end();
  };
  return has("client_secret_post") && !has("client_secret_basic");
}

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [](unsigned char c) {
    return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-';
  });
}

}  // namespace

std::string pkce_challenge(const std::string& verifier) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(verifier.data()),
                     verifier.size());
  return base64({reinterpret_cast<const char*>(hash.data()), hash.size()},
                sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

Result<> check_settings(const Settings& settings) {
  const auto bad = [](std::string what) { return failure(ErrorCode::invalid, std::move(what)); };
  if (!is_name(settings.name)) {
    return bad("oidc: a name has lower-case letters, digits and -, not \"" + settings.name + "\"");
  }
  const std::string where = "oidc " + settings.name + ": ";
  if (!net::is_safe_url(settings.issuer) ||
      settings.issuer.find_first_of("?#") != std::string::npos) {
    return bad(where + "issuer must be an https address");
  }
  if (settings.client_id.empty()) return bad(where + "client_id is missing");
  if (std::ranges::find(settings.scopes, "openid") == settings.scopes.end()) {
    return bad(where + "scopes must have openid");
  }
  auto secret = read_secret(settings);
  if (!secret) return std::unexpected(secret.error());
  return {};
}

Result<std::string> read_secret(const Settings& settings) {
  const std::string& path = settings.client_secret_file;
  if (path.empty()) return std::string();
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    return failure(ErrorCode::invalid,
                   "oidc " + settings.name + ": client_secret_file: cannot read " + path);
  }
  std::string secret = text.str();
  while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
  if (secret.empty() || secret.size() > kMostSecret) {
    return failure(ErrorCode::invalid,
                   "oidc " + settings.name + ": client_secret_file: " + path + " holds no secret");
  }
  return secret;
}

Task<Result<json::Object>> Provider::fetch_object(net::Fetch fetch) {
  fetch.headers.emplace_back("Accept", "application/json");
  auto fetched = co_await http_.send(std::move(fetch));
  if (!fetched) co_return std::unexpected(fetched.error());
  auto object = json::parse_object(fetched->body, {.max_depth = 32, .allow_nan = false});
  if (fetched->status != 200) {
    // OAuth's error code is a word of the standard; the rest may hold anything.
    std::string why = "answered " + std::to_string(fetched->status);
    if (object) why += " " + json::string_at(*object, "error").value_or("").substr(0, 60);
    const bool later = fetched->status >= 500;
    co_return failure(later ? ErrorCode::unavailable : ErrorCode::denied, "the provider " + why);
  }
  if (!object) co_return failure(ErrorCode::invalid, "the provider's answer is no JSON object");
  co_return *std::move(object);
}

Task<Result<Provider::Endpoints>> Provider::discover() {
  const int64_t now = async::now_ms();
  if (endpoints_ && endpoints_->fetched_ms + kEndpointsLifeMs > now) co_return *endpoints_;
  std::string base = settings_.issuer;
  while (base.ends_with('/')) base.pop_back();
  net::Fetch fetch{.url = base + "/.well-known/openid-configuration"};
  auto document = co_await fetch_object(std::move(fetch));
  if (!document) {
    if (endpoints_) co_return *endpoints_;  // Better old than none.
    co_return std::unexpected(document.error());
  }
  if (json::string_at(*document, "issuer") != settings_.issuer) {
    co_return wrong_provider("names another issuer than the settings");
  }
  const auto address = [&](const char* name) {
    return json::string_at(*document, name).value_or("");
  };
  Endpoints found{.authorization = address("authorization_endpoint"),
                  .token = address("token_endpoint"),
                  .keys = address("jwks_uri"),
                  .userinfo = address("userinfo_endpoint"),
                  .secret_in_form = only_takes_secret_in_form(*document),
                  .fetched_ms = now};
  for (const std::string* url : {&found.authorization, &found.token, &found.keys}) {
    if (!net::is_safe_url(*url)) co_return wrong_provider("lacks an https address");
  }
  endpoints_ = found;
  co_return found;
}

Task<Result<std::string>> Provider::authorization_url(Challenge challenge) {
  const auto endpoints = co_await discover();
  if (!endpoints) co_return std::unexpected(endpoints.error());
  std::string scope;
  for (const std::string& each : settings_.scopes) scope += (scope.empty() ? "" : " ") + each;
  const Parameters parameters = {{"response_type", "code"},
                                 {"client_id", settings_.client_id},
                                 {"redirect_uri", challenge.redirect_uri},
                                 {"scope", scope},
                                 {"state", challenge.state},
                                 {"nonce", challenge.nonce},
                                 {"code_challenge", pkce_challenge(challenge.verifier)},
                                 {"code_challenge_method", "S256"}};
  const std::string& base = endpoints->authorization;
  co_return base + (base.contains('?') ? "&" : "?") + form_of(parameters);
}

Task<Result<json::Object>> Provider::ask_for_token(std::string code, Challenge challenge) {
  const auto endpoints = co_await discover();
  if (!endpoints) co_return std::unexpected(endpoints.error());
  Parameters parameters = {{"grant_type", "authorization_code"},
                           {"code", std::move(code)},
                           {"redirect_uri", challenge.redirect_uri},
                           {"code_verifier", challenge.verifier}};
  net::Fetch fetch{.url = endpoints->token};
  const bool basic = !secret_.empty() && !endpoints->secret_in_form;
  if (basic) {
    const std::string pair =
        net::percent_encode(settings_.client_id) + ":" + net::percent_encode(secret_);
    fetch.headers.emplace_back("Authorization",
                               "Basic " + base64(pair, sodium_base64_VARIANT_ORIGINAL));
  } else {
    parameters.emplace_back("client_id", settings_.client_id);
    if (!secret_.empty()) parameters.emplace_back("client_secret", secret_);
  }
  fetch.form = form_of(parameters);
  co_return co_await fetch_object(std::move(fetch));
}

Task<Result<>> Provider::fetch_keys() {
  const auto endpoints = co_await discover();
  if (!endpoints) co_return std::unexpected(endpoints.error());
  keys_fetched_ms_ = async::now_ms();  // Also when it fails: it is asked once a minute.
  net::Fetch fetch{.url = endpoints->keys};
  auto keys = co_await fetch_object(std::move(fetch));
  if (!keys) co_return std::unexpected(keys.error());
  keys_ = *std::move(keys);
  co_return Result<>();
}

Task<Result<json::Object>> Provider::verify(std::string token) {
  if (keys_fetched_ms_ + kKeysLifeMs <= async::now_ms()) {
    const auto fetched = co_await fetch_keys();
    if (!fetched && keys_.empty()) co_return std::unexpected(fetched.error());
  }
  auto claims = verify_signature(token, keys_);
  if (claims || claims.error().code != ErrorCode::not_found) co_return claims;
  if (keys_fetched_ms_ + kKeysRestMs > async::now_ms()) co_return claims;
  if (const auto fetched = co_await fetch_keys(); !fetched) {
    co_return std::unexpected(fetched.error());
  }
  co_return verify_signature(token, keys_);
}

// Some providers tell the address at the userinfo endpoint only.
Task<Result<>> Provider::complete_profile(std::string access_token, Claims& claims) {
  const auto endpoints = co_await discover();
  if (!endpoints) co_return std::unexpected(endpoints.error());
  const bool plain =
      std::ranges::all_of(access_token, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  if (access_token.empty() || !plain || !net::is_safe_url(endpoints->userinfo)) {
    co_return Result<>();
  }
  net::Fetch fetch{.url = endpoints->userinfo};
  fetch.headers.emplace_back("Authorization", "Bearer " + access_token);
  const auto object = co_await fetch_object(std::move(fetch));
  if (!object) co_return std::unexpected(object.error());
  if (json::string_at(*object, "sub") != claims.subject) {
    co_return failure(ErrorCode::denied, "the provider's userinfo is about somebody else");
  }
  read_profile(*object, claims);
  co_return Result<>();
}

Task<Result<Claims>> Provider::redeem(std::string code, Challenge challenge) {
  std::string nonce = challenge.nonce;
  const auto answer = co_await ask_for_token(std::move(code), std::move(challenge));
  if (!answer) co_return std::unexpected(answer.error());
  std::string token = json::string_at(*answer, "id_token").value_or("");
  const auto payload = co_await verify(std::move(token));
  if (!payload) co_return std::unexpected(payload.error());
  const Expected expected{.issuer = settings_.issuer,
                          .client_id = settings_.client_id,
                          .nonce = std::move(nonce),
                          .now_s = async::now_ms() / 1000};
  auto claims = check_claims(*payload, expected);
  if (!claims) co_return claims;
  if (claims->email.empty()) {
    std::string access_token = json::string_at(*answer, "access_token").value_or("");
    const auto completed = co_await complete_profile(std::move(access_token), *claims);
    if (!completed) co_return std::unexpected(completed.error());
  }
  co_return claims;
}

}  // namespace colibri::oidc
