// Signing in at an OpenID Connect provider, and linking one to an account. The way there and back
// are navigations of the browser; what goes wrong stands in the fragment of the address that it
// ends at, as a word that the page knows.
#include "api/account_answers.hpp"
#include "api/account_api.hpp"
#include "api/elsewhere.hpp"
#include "async/timer.hpp"
#include "auth/token.hpp"
#include "base/log.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

constexpr std::string_view kAttemptCookie = "colibri-sign-in";

void remember_browser(const Request& request, Response& response, const std::string& browser) {
  response.set("Set-Cookie",
               auth::make_cookie(request, kAttemptCookie, browser, oidc::Attempts::kLifeMs / 1000));
}

std::string_view problem_word(ErrorCode code) {
  switch (code) {
    case ErrorCode::conflict:
      return "account_exists";
    case ErrorCode::invalid:
      return "unverified";
    case ErrorCode::denied:
      return "not_invited";
    default:
      return "failed";
  }
}

json::Object linked_json(const auth::LinkedSignIn& linked,
                         const std::vector<std::unique_ptr<oidc::Provider>>& providers) {
  json::Object out{{"issuer", linked.issuer},
                   {"email", linked.email},
                   {"created_ms", linked.created_ms},
                   {"used_ms", linked.used_ms}};
  for (const auto& provider : providers) {
    if (provider->settings().issuer == linked.issuer)
      out.set("provider", provider->settings().name);
  }
  return out;
}

Response url_response(const std::string& url) {
  return net::json_response(200, {{"url", url}});
}

std::string query_value(const Request& request, const char* name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? "" : found->second;
}

}  // namespace

void AccountApi::add_provider_routes(net::Router& router) {
  router.add({.method = verb::get,
              .pattern = "/api/sign-in/oidc/{provider}",
              .access = Access::open,
              .handler = [this](Request& r) { return begin_at_provider(r); }});
  router.add({.method = verb::get,
              .pattern = "/api/sign-in/oidc/{provider}/callback",
              .access = Access::open,
              .handler = [this](Request& r) { return back_from_provider(r); }});
  router.add({.method = verb::get,
              .pattern = "/api/me/sign-ins",
              .access = Access::signed_in,
              .handler = [this](Request& r) { return list_linked(r); }});
  router.add({.method = verb::post,
              .pattern = "/api/me/sign-ins/{provider}",
              .access = Access::signed_in,
              .handler = [this](Request& r) { return begin_linking(r); },
              .body = BodyKind::json});
  router.add({.method = verb::delete_,
              .pattern = "/api/me/sign-ins/{provider}",
              .access = Access::signed_in,
              .handler = [this](Request& r) { return unlink(r); }});
}

oidc::Provider* AccountApi::find_provider(const std::string& name) const {
  for (const auto& provider : parts_.providers) {
    if (provider->settings().name == name) return provider.get();
  }
  return nullptr;
}

// Where to send the browser, which must get the attempt's cookie with the answer.
Task<Result<std::string>> AccountApi::begin_attempt(oidc::Provider& provider,
                                                    const Request& request, oidc::Attempt attempt) {
  const std::string& name = provider.settings().name;
  oidc::Challenge challenge{
      .state = auth::new_token(),
      .nonce = auth::new_token(),
      .verifier = auth::new_token(),
      .redirect_uri = origin_of(request) + "/api/sign-in/oidc/" + name + "/callback"};
  attempt.provider = name;
  attempt.challenge = challenge;
  attempt.started_ms = async::now_ms();
  const std::string state = challenge.state;
  auto url = co_await provider.authorization_url(std::move(challenge));
  if (!url) {
    log::error("oidc {}: {}", name, url.error().detail);
    co_return url;
  }
  attempts_.add(state, std::move(attempt));
  co_return url;
}

Task<Response> AccountApi::begin_at_provider(Request& request) {
  oidc::Provider* provider = find_provider(request.parameter("provider"));
  if (provider == nullptr) co_return net::error_response(404, "not_found", "no such provider");
  oidc::Attempt attempt{.browser = browser_elsewhere(request, kAttemptCookie),
                        .to = oidc::own_path(query_value(request, "to"))};
  const std::string browser = attempt.browser, to = attempt.to;
  if (!provider_limit_.check(request.remote, "", async::now_ms())) {
    co_return problem(to, "too_many");
  }
  provider_limit_.failed(request.remote, "", async::now_ms());
  auto url = co_await begin_attempt(*provider, request, std::move(attempt));
  if (!url) co_return problem(to, "provider");
  Response response = redirect(*std::move(url));
  remember_browser(request, response, browser);
  co_return response;
}

Task<Response> AccountApi::back_from_provider(Request& request) {
  oidc::Provider* provider = find_provider(request.parameter("provider"));
  if (provider == nullptr) co_return net::error_response(404, "not_found", "no such provider");
  const std::string name = provider->settings().name;
  auto attempt = attempts_.take(query_value(request, "state"), name,
                                auth::find_cookie(request, kAttemptCookie), async::now_ms());
  if (!attempt) co_return problem("/", "expired");
  const std::string error = query_value(request, "error");
  if (!error.empty()) {
    co_return problem(attempt->to, error == "access_denied" ? "cancelled" : "provider");
  }
  // RFC 9207: which provider it really was, of those who say it.
  const std::string issuer = query_value(request, "iss");
  if (!issuer.empty() && issuer != provider->settings().issuer) {
    log::error("oidc {}: the answer came from another issuer", name);
    co_return problem(attempt->to, "provider");
  }
  co_return co_await finish_attempt(request, *provider, *std::move(attempt));
}

Task<Response> AccountApi::finish_attempt(Request& request, oidc::Provider& provider,
                                          oidc::Attempt attempt) {
  const std::string to = attempt.to;
  std::string code = query_value(request, "code");
  oidc::Challenge challenge = attempt.challenge;
  auto claims = co_await provider.redeem(std::move(code), std::move(challenge));
  if (!claims) {
    log::error("oidc {}: {}", provider.settings().name, claims.error().detail);
    co_return problem(to, "provider");
  }
  auth::Vouched vouched{.issuer = claims->issuer,
                        .subject = claims->subject,
                        .email = claims->email,
                        .email_verified = claims->email_verified,
                        .name = claims->name};
  if (!attempt.link_to.empty()) {
    co_return co_await finish_linking(request, std::move(attempt), std::move(vouched));
  }
  auto user = co_await parts_.linked.sign_in(std::move(vouched), async::now_ms());
  if (!user) co_return problem(to, problem_word(user.error().code));
  if (user->disabled) co_return problem(to, "disabled");
  UserId id = user->id;
  auto session = co_await begin_session(request, std::move(id), "oidc");
  if (!session) co_return problem(to, "failed");
  Response response = redirect(to);
  response.set("Set-Cookie", auth::set_cookie(request, session->token));
  co_return response;
}

// The session must still be that of the person who began.
Task<Response> AccountApi::finish_linking(Request& request, oidc::Attempt attempt,
                                          auth::Vouched vouched) {
  const auto identity = co_await identify(request);
  if (!identity || !*identity || (*identity)->user != attempt.link_to) {
    co_return problem(attempt.to, "expired");
  }
  UserId id = attempt.link_to;
  const auto linked =
      co_await parts_.linked.link(std::move(id), std::move(vouched), async::now_ms());
  if (!linked) co_return problem(attempt.to, "linked_elsewhere");
  co_return redirect(attempt.to + "#linked=" + attempt.provider);
}

Task<Response> AccountApi::list_linked(Request& request) {
  const auto list = co_await parts_.linked.list(request.identity->user);
  if (!list) co_return net::error_response(list.error());
  json::Array linked;
  for (const auto& entry : *list) linked.emplace_back(linked_json(entry, parts_.providers));
  co_return list_response("sign_ins", std::move(linked));
}

// Answers with the address, since the request must carry the CSRF token and so is no navigation.
Task<Response> AccountApi::begin_linking(Request& request) {
  oidc::Provider* provider = find_provider(request.parameter("provider"));
  if (provider == nullptr) co_return net::error_response(404, "not_found", "no such provider");
  if (auto refused = co_await unconfirmed(request)) co_return *std::move(refused);
  oidc::Attempt attempt{.browser = browser_elsewhere(request, kAttemptCookie),
                        .to = oidc::own_path(json::string_at(request.json, "to").value_or("")),
                        .link_to = request.identity->user};
  const std::string browser = attempt.browser;
  const auto url = co_await begin_attempt(*provider, request, std::move(attempt));
  if (!url) {
    co_return net::error_response(502, "unavailable", "the provider does not answer; try later");
  }
  Response response = url_response(*url);
  remember_browser(request, response, browser);
  co_return response;
}

Task<Response> AccountApi::unlink(Request& request) {
  const std::string name = request.parameter("provider");
  const oidc::Provider* provider = find_provider(name);
  // One that is no longer in the settings goes by its issuer.
  std::string issuer = provider == nullptr ? name : provider->settings().issuer;
  const auto gone = co_await parts_.linked.unlink(request.identity->user, std::move(issuer));
  if (!gone) co_return net::error_response(gone.error());
  co_return net::no_content();
}

}  // namespace colibri::api
