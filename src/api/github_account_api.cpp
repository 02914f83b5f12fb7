#include "api/github_account_api.hpp"

#include "api/elsewhere.hpp"
#include "async/timer.hpp"
#include "auth/token.hpp"
#include "base/log.hpp"
#include "oidc/provider.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

constexpr std::string_view kCookie = "colibri-github";
constexpr const char* kCallback = "/api/github/callback";
constexpr const char* kAttempt = "github";

std::string query_at(const Request& request, const char* name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? "" : found->second;
}

Response account_response(const std::optional<secrets::GitHubAccount>& account,
                          const github::Settings& settings) {
  json::Object answer;
  answer.set("enabled", settings.enabled);
  answer.set("web", settings.web);
  answer.set("oauth", settings.enabled && !settings.oauth.client_id.empty());
  answer.set("account", to_json(account));
  return net::json_response(200, answer);
}

}  // namespace

json::Value to_json(const std::optional<secrets::GitHubAccount>& account) {
  if (!account) return nullptr;
  return json::Object{{"kind", account->kind},
                      {"login", account->login},
                      {"scopes", account->scopes},
                      {"created_ms", account->created_ms}};
}

void GitHubAccountApi::add_routes(net::Router& router) {
  const auto add = [&](verb method, const char* pattern, Access access, net::Handler handler) {
    const bool has_body = method == verb::put || method == verb::post;
    router.add({.method = method,
                .pattern = pattern,
                .access = access,
                .handler = std::move(handler),
                .body = has_body ? BodyKind::json : BodyKind::none});
  };
  // What one is connected by can be seen and removed when GitHub is switched off, too.
  add(verb::get, "/api/me/github", Access::signed_in, [this](Request& r) { return look(r); });
  add(verb::delete_, "/api/me/github", Access::signed_in,
      [this](Request& r) { return disconnect(r); });
  if (!github_.settings().enabled) return;
  add(verb::put, "/api/me/github", Access::signed_in, [this](Request& r) { return connect(r); });
  if (github_.settings().oauth.client_id.empty()) return;
  add(verb::post, "/api/me/github/sign-in", Access::signed_in,
      [this](Request& r) { return begin(r); });
  add(verb::get, kCallback, Access::open, [this](Request& r) { return come_back(r); });
}

Task<Response> GitHubAccountApi::look(Request& request) {
  const auto account = co_await accounts_.find(request.identity->user);
  if (!account) co_return net::error_response(account.error());
  co_return account_response(*account, github_.settings());
}

Task<Result<secrets::GitHubAccount>> GitHubAccountApi::take(UserId user, std::string token,
                                                            std::string kind) {
  auto facts = co_await github_.look_at_token(token);
  if (!facts) co_return std::unexpected(facts.error());
  secrets::GitHubAccount account;
  account.kind = std::move(kind);
  account.login = std::move(facts->login);
  account.scopes = std::move(facts->scopes);
  account.created_ms = async::now_ms();
  const auto connected = co_await accounts_.connect(std::move(user), account, std::move(token));
  if (!connected) co_return std::unexpected(connected.error());
  co_return account;
}

Task<Response> GitHubAccountApi::connect(Request& request) {
  std::string token = json::string_at(request.json, "token").value_or("");
  const auto account = co_await take(request.identity->user, std::move(token), "token");
  if (!account) co_return net::error_response(account.error());
  co_return account_response(*account, github_.settings());
}

Task<Response> GitHubAccountApi::disconnect(Request& request) {
  const auto gone = co_await accounts_.disconnect(request.identity->user);
  co_return gone ? net::no_content() : net::error_response(gone.error());
}

// Answers with the address, since the request must carry the CSRF token and so is no navigation.
Task<Response> GitHubAccountApi::begin(Request& request) {
  const std::string browser = browser_elsewhere(request, kCookie), state = auth::new_token();
  oidc::Attempt attempt;
  attempt.provider = kAttempt;
  attempt.challenge.verifier = auth::new_token();
  attempt.challenge.redirect_uri = people_.origin_of(request) + kCallback;
  attempt.browser = browser;
  attempt.to = oidc::own_path(json::string_at(request.json, "to").value_or(""));
  attempt.link_to = request.identity->user;
  attempt.started_ms = async::now_ms();
  github::Invitation invitation;
  invitation.state = state;
  invitation.challenge = oidc::pkce_challenge(attempt.challenge.verifier);
  invitation.redirect_uri = attempt.challenge.redirect_uri;
  attempts_.add(state, std::move(attempt));
  json::Object answer;
  answer.set("url", github_.authorization_url(invitation));
  Response response = net::json_response(200, answer);
  response.set("Set-Cookie",
               auth::make_cookie(request, kCookie, browser, oidc::Attempts::kLifeMs / 1000));
  co_return response;
}

// The session must still be that of the person who began.
Task<Response> GitHubAccountApi::come_back(Request& request) {
  const auto attempt = attempts_.take(query_at(request, "state"), kAttempt,
                                      auth::find_cookie(request, kCookie), async::now_ms());
  if (!attempt) co_return problem("/", "expired");
  const auto identity = co_await people_.identify(request);
  if (!identity || !*identity || (*identity)->user != attempt->link_to || (*identity)->scopes)
    co_return problem(attempt->to, "expired");
  const std::string error = query_at(request, "error");
  if (!error.empty())
    co_return problem(attempt->to, error == "access_denied" ? "cancelled" : "provider");
  auto token = co_await github_.redeem(query_at(request, "code"), attempt->challenge.verifier,
                                       attempt->challenge.redirect_uri);
  if (!token) {
    log::error("github: {}", token.error().detail);
    co_return problem(attempt->to, "provider");
  }
  const auto account = co_await take(attempt->link_to, *std::move(token), "oauth");
  if (!account) {
    log::error("github: {}", account.error().detail);
    co_return problem(attempt->to, "provider");
  }
  co_return redirect(attempt->to + "#connected=github");
}

}  // namespace colibri::api
