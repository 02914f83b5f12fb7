// Whose token it is, and how people get one without making it themselves: GitHub's OAuth web flow.
#include <algorithm>

#include "base/utf.hpp"
#include "github/github.hpp"

namespace colibri::github {
namespace {

constexpr std::string_view kScopes = "repo gist";

using Parameters = std::vector<std::pair<std::string, std::string>>;

std::string form_of(const Parameters& parameters) {
  std::string out;
  for (const auto& [name, value] : parameters) {
    if (!out.empty()) out += '&';
    out += name + "=" + net::percent_encode(value);
  }
  return out;
}

}  // namespace

bool is_token(std::string_view text) {
  constexpr size_t kMost = 1000;
  return !text.empty() && text.size() <= kMost &&
         std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

Task<Result<TokenFacts>> GitHub::look_at_token(std::string token) {
  if (!is_token(token)) co_return failure(ErrorCode::invalid, "This is no token of GitHub.");
  Ask ask;
  ask.path = "/user";
  ask.token = std::move(token);
  const auto answer = co_await requests_.get(std::move(ask));
  if (!answer) {
    if (answer.error().code == ErrorCode::denied)
      co_return failure(ErrorCode::denied, "GitHub does not accept this token.");
    co_return std::unexpected(answer.error());
  }
  const auto user = json::parse_object(answer->body, {.max_depth = 32, .allow_nan = false});
  TokenFacts facts;
  if (user) facts.login = json::string_at(*user, "login").value_or("");
  if (!is_owner(facts.login)) co_return not_like_github();
  constexpr size_t kMostScopes = 1000;
  facts.scopes = make_valid_utf8(header(*answer, "x-oauth-scopes").substr(0, kMostScopes));
  co_return facts;
}

std::string GitHub::authorization_url(const Invitation& invitation) const {
  const Parameters parameters = {
      {"client_id", settings_.oauth.client_id}, {"redirect_uri", invitation.redirect_uri},
      {"scope", std::string(kScopes)},          {"state", invitation.state},
      {"code_challenge", invitation.challenge}, {"code_challenge_method", "S256"}};
  return settings_.web + "/login/oauth/authorize?" + form_of(parameters);
}

Task<Result<std::string>> GitHub::redeem(std::string code, std::string verifier,
                                         std::string redirect_uri) {
  const Parameters parameters = {{"client_id", settings_.oauth.client_id},
                                 {"client_secret", app_secret_},
                                 {"code", std::move(code)},
                                 {"redirect_uri", std::move(redirect_uri)},
                                 {"code_verifier", std::move(verifier)}};
  net::Fetch fetch{.url = settings_.web + "/login/oauth/access_token"};
  fetch.headers.emplace_back("Accept", "application/json");
  fetch.form = form_of(parameters);
  const auto answer = co_await http_.send(std::move(fetch));
  if (!answer) co_return std::unexpected(answer.error());
  const auto object = json::parse_object(answer->body, {.max_depth = 8, .allow_nan = false});
  if (answer->status != 200 || !object)
    co_return failure(ErrorCode::unavailable,
                      "the answer has the status " + std::to_string(answer->status));
  // What is wrong comes with status 200 as well.
  const std::string error = json::string_at(*object, "error").value_or("");
  if (!error.empty()) co_return failure(ErrorCode::denied, error.substr(0, 100));
  std::string token = json::string_at(*object, "access_token").value_or("");
  if (!is_token(token)) co_return failure(ErrorCode::denied, "the answer has no token");
  co_return token;
}

}  // namespace colibri::github
