// Who asks, and one's own account.
#include "api/account_answers.hpp"
#include "api/account_api.hpp"
#include "api/mail_words.hpp"
#include "async/timer.hpp"
#include "auth/token.hpp"
#include "base/log.hpp"
#include "nbformat/base64.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

// So long nobody is asked for the password again, after signing in.
constexpr int64_t kFreshMs = 15LL * 60 * 1000;

bool is_fresh(const net::Identity& identity) {
  return identity.signed_in_ms + kFreshMs > async::now_ms();
}

// Whether the sign-in itself stands for the password: by a link that only the person gets.
bool came_by_link(const net::Identity& identity) {
  return is_fresh(identity) && (identity.method == "link" || identity.method == "reset");
}

// As a bearer, or, where file managers come, as the password that goes with any name.
std::string token_of(const Request& request) {
  constexpr std::string_view kBearer = "Bearer ", kBasic = "Basic ";
  if (request.fields.count(net::http::field::authorization) != 1) return "";
  const std::string_view value = request.header(net::http::field::authorization);
  if (value.starts_with(kBearer)) return std::string(value.substr(kBearer.size()));
  if (!value.starts_with(kBasic) || request.segments.empty() || request.segments.front() != "dav")
    return "";
  const auto pair = nbformat::base64_decode(value.substr(kBasic.size())).value_or("");
  const size_t colon = pair.find(':');
  return colon == std::string::npos ? "" : pair.substr(colon + 1);
}

Response needs_password() {
  return net::error_response(403, "confirm", "enter your password, or sign in again, to do this");
}

}  // namespace

void AccountApi::add_routes(net::Router& router) {
  add_sign_in_routes(router);
  add_own_routes(router);
  add_session_routes(router);
  add_provider_routes(router);
  add_people_routes(router);
}

Task<Result<std::optional<net::Identity>>> AccountApi::identify(const Request& request) {
  const int64_t now = async::now_ms();
  if (request.fields.count(net::http::field::authorization) == 0) {
    co_return co_await parts_.sessions.find(std::string(auth::session_cookie(request)), now);
  }
  // Counts the wrong ones; a right one is let in from an address that few have guessed from.
  const std::string token = token_of(request);
  const std::string account = auth::token_hash(token);
  if (auto allowed = token_limit_.check(request.remote, account, now); !allowed) {
    co_return std::unexpected(allowed.error());
  }
  auto found = co_await parts_.tokens.find(token, now);
  if (found && !*found) token_limit_.failed(request.remote, account, now);
  co_return found;
}

std::string AccountApi::origin_of(const Request& request) const {
  return parts_.public_url.empty() ? "http://" + request.host : url_;
}

void AccountApi::add_own_routes(net::Router& router) {
  router.add({.method = verb::get,
              .pattern = "/api/me",
              .access = Access::signed_in,
              .handler = [this](Request& r) { return me(r); }});
  router.add({.method = verb::patch,
              .pattern = "/api/me",
              .access = Access::signed_in,
              .handler = [this](Request& r) { return change_me(r); },
              .body = BodyKind::json});
  router.add({.method = verb::post,
              .pattern = "/api/me/email",
              .access = Access::signed_in,
              .handler = [this](Request& r) { return change_email(r); },
              .body = BodyKind::json});
  router.add({.method = verb::post,
              .pattern = "/api/me/email/confirm",
              .access = Access::signed_in,
              .handler = [this](Request& r) { return confirm_email(r); },
              .body = BodyKind::json});
}

Task<Response> AccountApi::me(Request& request) {
  auto user = co_await parts_.accounts.find(request.identity->user);
  if (!user) co_return net::error_response(user.error());
  const bool reset = request.identity->method == "reset" && came_by_link(*request.identity);
  Response response = signed_in(*user, request.identity->csrf, reset);
  // The browser's copy must not expire before the session that was just prolonged.
  response.set("Set-Cookie", auth::set_cookie(request, auth::session_cookie(request)));
  co_return response;
}

Task<std::optional<Response>> AccountApi::unconfirmed(Request& request) {
  if (is_fresh(*request.identity)) co_return std::nullopt;
  const auto password = json::string_at(request.json, "password");
  if (!password) co_return needs_password();
  co_return co_await wrong_password(request, *password);
}

Task<std::optional<Response>> AccountApi::not_the_person(Request& request) {
  const auto user = co_await parts_.accounts.find(request.identity->user);
  if (!user) co_return net::error_response(user.error());
  if (!user->has_password && is_fresh(*request.identity)) co_return std::nullopt;
  const auto password = json::string_at(request.json, "password");
  if (!user->has_password || !password) co_return needs_password();
  co_return co_await wrong_password(request, *password);
}

Task<std::optional<Response>> AccountApi::wrong_password(Request& request, std::string password) {
  const UserId id = request.identity->user;
  const std::string account = "confirm " + id.value;
  if (auto allowed = password_limit_.check(request.remote, account, async::now_ms()); !allowed) {
    co_return net::error_response(allowed.error());
  }
  password_limit_.failed(request.remote, account, async::now_ms());
  const auto right = co_await parts_.accounts.confirm(id, std::move(password));
  if (!right && right.error().code == ErrorCode::denied) {
    co_return net::error_response(403, "wrong_password", right.error().detail);
  }
  if (!right) co_return net::error_response(right.error());
  password_limit_.succeeded(request.remote, account);
  co_return std::nullopt;
}

Task<Response> AccountApi::change_me(Request& request) {
  auth::Changes changes;
  for (const auto& [name, value] : request.json) {
    if (name == "name" || name == "email") {
      if (value.if_string() == nullptr) co_return missing(name);
      (name == "name" ? changes.name : changes.email) = *value.if_string();
    } else if (name == "password") {
      const json::Object* object = value.if_object();
      const auto fresh = object == nullptr ? std::nullopt : json::string_at(*object, "new");
      if (!fresh) co_return missing("password.new");
      changes.password = {.old = json::string_at(*object, "old").value_or(""),
                          .confirmed = came_by_link(*request.identity),
                          .fresh = *fresh};
    }
  }
  const UserId id = request.identity->user;
  const auto before = co_await parts_.accounts.find(id);
  if (!before) co_return net::error_response(before.error());
  if (changes.email && *changes.email != before->email && !request.identity->owner) {
    co_return net::error_response(403, "denied",
                                  "a new address must be confirmed by a link that is mailed to it");
  }
  const bool guessing = changes.password.has_value();
  // Whoever finds a page open must not give the account a first password.
  if (guessing && !before->has_password && !is_fresh(*request.identity)) {
    co_return needs_password();
  }
  // The old password can be guessed at here too.
  const std::string account = "change " + id.value;
  if (guessing) {
    if (auto allowed = password_limit_.check(request.remote, account, async::now_ms()); !allowed) {
      co_return net::error_response(allowed.error());
    }
    password_limit_.failed(request.remote, account, async::now_ms());
  }
  auto user = co_await parts_.accounts.change(id, std::move(changes));
  if (!user) co_return net::error_response(user.error());
  if (guessing) {
    password_limit_.succeeded(request.remote, account);
    if (auto ended = co_await parts_.sessions.end_others(id, request.identity->session); !ended) {
      co_return net::error_response(ended.error());
    }
  }
  co_return user_response(*user);
}

// The same answer whether or not the new address has an account.
Task<Response> AccountApi::change_email(Request& request) {
  const auto email = json::string_at(request.json, "email");
  if (!email) co_return missing("email");
  if (!parts_.mail.configured()) {
    co_return net::error_response(409, "no_mail",
                                  "this server sends no mail; ask your administrator");
  }
  auto address = auth::normalize_email(*email);
  if (!address) co_return net::error_response(address.error());
  if (auto refused = co_await unconfirmed(request)) co_return *std::move(refused);
  if (auto allowed = mail_limit_.check(request.remote, *address, async::now_ms()); !allowed) {
    co_return net::error_response(allowed.error());
  }
  mail_limit_.failed(request.remote, *address, async::now_ms());
  const UserId id = request.identity->user;
  const auto token = co_await parts_.accounts.offer_email(id, *address, async::now_ms());
  if (token) {
    const std::string language = json::string_at(request.json, "language").value_or("");
    const std::string link = url_ + "/#email=" + *token;
    auto sent = parts_.mail.send(email_change_mail(*address, language, link));
    if (!sent) co_return net::error_response(sent.error());
  } else if (token.error().code != ErrorCode::conflict) {
    co_return net::error_response(token.error());
  }
  co_return Response{.status = 202};
}

Task<Response> AccountApi::confirm_email(Request& request) {
  const auto token = json::string_at(request.json, "token");
  if (!token) co_return missing("token");
  const UserId id = request.identity->user;
  const auto user = co_await parts_.accounts.confirm_email(id, *token, async::now_ms());
  if (!user && user.error().code == ErrorCode::denied) {
    co_return net::error_response(403, "dead_link", user.error().detail);
  }
  if (!user) co_return net::error_response(user.error());
  co_return user_response(*user);
}

}  // namespace colibri::api
