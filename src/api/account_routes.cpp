// The routes about who one is: signing in and out, and one's own account.
#include "api/api.hpp"

namespace colibri::api {

using net::Request;
using net::Response;

namespace {

json::Object to_json(const auth::User& user) {
  return {{"id", user.id.value},
          {"email", user.email},
          {"name", user.name},
          {"role", user.owner ? "owner" : "user"},
          {"has_password", user.has_password}};
}

Response missing(std::string_view what) {
  return net::error_response(400, "invalid", std::string(what) + " must be given as text");
}

Response too_many(const Error& error) {
  return net::error_response(429, "too_many_attempts", error.detail);
}

}  // namespace

Task<Response> Api::sign_in(Request& request) {
  const auto email = json::string_at(request.json, "email");
  const auto password = json::string_at(request.json, "password");
  if (!email || !password) co_return missing("email and password");
  // Under one name however it was typed, or the limit would be no limit.
  const std::string account = auth::normalize_email(*email).value_or("?");
  if (auto allowed = limit_.check(request.remote, account, async::now_ms()); !allowed) {
    co_return too_many(allowed.error());
  }
  // Counted before the slow check, so that many attempts at once cannot slip through; taken back
  // when the attempt was right.
  limit_.failed(request.remote, account, async::now_ms());
  auto user = co_await parts_.accounts.check(*email, *password);
  if (!user) {
    if (user.error().code != ErrorCode::denied) co_return net::error_response(user.error());
    co_return net::error_response(401, "wrong_password", user.error().detail);
  }
  limit_.succeeded(request.remote, account);
  co_return co_await welcome(request, *std::move(user));
}

Task<Response> Api::sign_in_by_link(Request& request) {
  const auto token = json::string_at(request.json, "token");
  if (!token) co_return missing("token");
  auto user = co_await parts_.accounts.redeem_link(*token, async::now_ms());
  if (!user) {
    if (user.error().code != ErrorCode::denied) co_return net::error_response(user.error());
    co_return net::error_response(401, "dead_link", user.error().detail);
  }
  co_return co_await welcome(request, *std::move(user));
}

// A new session, never the one that the browser may have brought along.
namespace {

// Not in the coroutines: g++ 12 destroys the parts of a braced list in one twice.
Response signed_in(const auth::User& user, const std::string& csrf) {
  return net::json_response(200, {{"user", to_json(user)}, {"csrf", csrf}, {"version", version()}});
}

}  // namespace

Task<Response> Api::welcome(Request& request, auth::User user) {
  auto before = co_await identify(request);
  if (before && *before) {
    std::string old = (*before)->session;
    auto ended = co_await parts_.sessions.end(std::move(old));
    if (!ended) co_return net::error_response(ended.error());
  }
  UserId id = user.id;
  auto session = co_await parts_.sessions.create(std::move(id), async::now_ms());
  if (!session) co_return net::error_response(session.error());
  Response response = signed_in(user, session->identity.csrf);
  response.set("Set-Cookie", auth::set_cookie(request, session->token));
  co_return response;
}

Task<Response> Api::sign_out(Request& request) {
  std::string session = request.identity->session;
  auto ended = co_await parts_.sessions.end(std::move(session));
  if (!ended) {
    co_return net::error_response(ended.error());
  }
  Response response = net::no_content();
  response.set("Set-Cookie", auth::clear_cookie(request));
  co_return response;
}

Task<Response> Api::me(Request& request) {
  auto user = co_await parts_.accounts.find(request.identity->user);
  if (!user) co_return net::error_response(user.error());
  Response response = signed_in(*user, request.identity->csrf);
  // The browser's copy must not expire before the session that was just prolonged.
  response.set("Set-Cookie", auth::set_cookie(request, auth::session_cookie(request)));
  co_return response;
}

Task<Response> Api::change_me(Request& request) {
  auth::Changes changes;
  for (const auto& [name, value] : request.json) {
    if (name == "name" || name == "email") {
      if (value.if_string() == nullptr) co_return missing(name);
      (name == "name" ? changes.name : changes.email) = *value.if_string();
    } else if (name == "password") {
      const json::Object* object = value.if_object();
      const auto fresh = object == nullptr ? std::nullopt : json::string_at(*object, "new");
      if (!fresh) co_return missing("password.new");
      changes.password = {.old = json::string_at(*object, "old").value_or(""), .fresh = *fresh};
    }
  }
  const UserId id = request.identity->user;
  // The old password can be guessed at here too.
  const std::string account = "change " + id.value;
  const bool guessing = changes.password.has_value();
  if (guessing) {
    if (auto allowed = limit_.check(request.remote, account, async::now_ms()); !allowed) {
      co_return too_many(allowed.error());
    }
    limit_.failed(request.remote, account, async::now_ms());
  }
  auto user = co_await parts_.accounts.change(id, std::move(changes));
  if (!user) co_return net::error_response(user.error());
  if (guessing) {
    limit_.succeeded(request.remote, account);
    if (auto ended = co_await parts_.sessions.end_others(id, request.identity->session); !ended) {
      co_return net::error_response(ended.error());
    }
  }
  co_return net::json_response(200, {{"user", to_json(*user)}});
}

}  // namespace colibri::api
