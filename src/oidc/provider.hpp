#pragma once
// One OpenID Connect provider: discovery, the address to send people to, and what their coming back
// means. Authorisation code with PKCE (S256), state and nonce.
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/json.hpp"
#include "net/http_client.hpp"
#include "oidc/id_token.hpp"

namespace colibri::oidc {

// An item of `oidc:` in colibri.yaml.
struct Settings {
  std::string name;   // In addresses: lower-case letters, digits and -.
  std::string title;  // On the button.
  std::string issuer;
  std::string client_id;
  std::string client_secret_file;  // Empty: a public client.
  std::vector<std::string> scopes = {"openid", "email", "profile"};
};

// `invalid` with a sentence that names the key.
[[nodiscard]] Result<> check_settings(const Settings& settings);
// The secret's file, without the line end; empty when there is none. `invalid` when unreadable.
[[nodiscard]] Result<std::string> read_secret(const Settings& settings);

// What is sent of a secret of RFC 7636 (PKCE) before the secret itself, by S256.
[[nodiscard]] std::string pkce_challenge(const std::string& verifier);

struct Challenge {
  std::string state;
  std::string nonce;
  std::string verifier;
  std::string redirect_uri;
};

// All use is on the reactor thread. Its errors are for the log: what a provider says is no
// sentence for a person.
class Provider {
 public:
  Provider(net::HttpClient& http, Settings settings, std::string secret)
      : http_(http), settings_(std::move(settings)), secret_(std::move(secret)) {}

  [[nodiscard]] const Settings& settings() const { return settings_; }

  // Where the person's browser goes. `unavailable` when the provider does not answer, `invalid`
  // when it is not what the settings say.
  Task<Result<std::string>> authorization_url(Challenge challenge);

  // Changes the code for an ID token and checks all of it.
  //
  // denied       the provider, or its token, is refused
  // unavailable  the provider does not answer
  Task<Result<Claims>> redeem(std::string code, Challenge challenge);

 private:
  struct Endpoints {
    std::string authorization, token, keys, userinfo;
    bool secret_in_form = false;  // client_secret_post, for who cannot take client_secret_basic.
    int64_t fetched_ms = 0;
  };
  Task<Result<Endpoints>> discover();
  Task<Result<json::Object>> ask_for_token(std::string code, Challenge challenge);
  Task<Result<json::Object>> verify(std::string token);
  Task<Result<>> fetch_keys();
  Task<Result<>> complete_profile(std::string access_token, Claims& claims);
  Task<Result<json::Object>> fetch_object(net::Fetch fetch);

  net::HttpClient& http_;
  Settings settings_;
  std::string secret_;
  std::optional<Endpoints> endpoints_;
  json::Object keys_;
  int64_t keys_fetched_ms_ = 0;
};

}  // namespace colibri::oidc
