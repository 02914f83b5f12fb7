// Signing in by password and by link, signing up, signing out.
#include "api/account_answers.hpp"
#include "api/account_api.hpp"
#include "api/mail_words.hpp"
#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

// Plain functions, since g++ 12 destroys the parts of a braced list in a coroutine twice.
Response ways_response(const AccountParts& parts) {
  json::Array providers;
  for (const auto& provider : parts.providers) {
    providers.emplace_back(
        json::Object{{"name", provider->settings().name}, {"title", provider->settings().title}});
  }
  json::Array domains(parts.rule.domains.begin(), parts.rule.domains.end());
  return net::json_response(200, {{"sign_up", auth::to_string(parts.rule.sign_up)},
                                  {"domains", std::move(domains)},
                                  {"mail", parts.mail.configured()},
                                  {"providers", std::move(providers)}});
}

Response invitation_response(const auth::Invitation& invitation) {
  return net::json_response(200,
                            {{"email", invitation.email}, {"invited_by", invitation.invited_by}});
}

Response refused_link(const Error& error) {
  if (error.code != ErrorCode::denied) return net::error_response(error);
  return net::error_response(401, "dead_link", error.detail);
}

}  // namespace

void AccountApi::add_sign_in_routes(net::Router& router) {
  router.add({.method = verb::get,
              .pattern = "/api/sign-in",
              .access = Access::open,
              .handler = [this](Request& r) { return sign_in_ways(r); }});
  const auto post = [&](const char* pattern, Access access, net::Handler handler) {
    router.add({.method = verb::post,
                .pattern = pattern,
                .access = access,
                .handler = std::move(handler),
                .body = BodyKind::json});
  };
  post("/api/sign-in", Access::open, [this](Request& r) { return sign_in(r); });
  post("/api/sign-in/link", Access::open, [this](Request& r) { return sign_in_by_link(r); });
  post("/api/sign-in/mail", Access::open, [this](Request& r) { return mail_me(r); });
  post("/api/sign-up", Access::open, [this](Request& r) { return sign_up(r); });
  post("/api/invitations/look", Access::open, [this](Request& r) { return look_at_invitation(r); });
  post("/api/invitations/accept", Access::open,
       [this](Request& r) { return accept_invitation(r); });
  post("/api/sign-out", Access::signed_in, [this](Request& r) { return sign_out(r); });
}

Task<Response> AccountApi::sign_in_ways(Request&) {
  co_return ways_response(parts_);
}

Task<Response> AccountApi::sign_in(Request& request) {
  const auto email = json::string_at(request.json, "email");
  const auto password = json::string_at(request.json, "password");
  if (!email || !password) co_return missing("email and password");
  // Under one name however it was typed, or the limit would be no limit.
  const std::string account = auth::normalize_email(*email).value_or("?");
  if (auto allowed = password_limit_.check(request.remote, account, async::now_ms()); !allowed) {
    co_return net::error_response(allowed.error());
  }
  // Counted before the slow check, so that many attempts at once cannot slip through; taken back
  // when the attempt was right.
  password_limit_.failed(request.remote, account, async::now_ms());
  auto user = co_await parts_.accounts.check(*email, *password);
  if (!user) {
    if (user.error().code != ErrorCode::denied) co_return net::error_response(user.error());
    co_return net::error_response(401, "wrong_password", user.error().detail);
  }
  password_limit_.succeeded(request.remote, account);
  if (user->disabled) {
    co_return net::error_response(403, "account_disabled",
                                  "this account is disabled; ask your administrator");
  }
  co_return co_await welcome(request, *std::move(user), "password");
}

Task<Response> AccountApi::sign_in_by_link(Request& request) {
  const auto token = json::string_at(request.json, "token");
  if (!token) co_return missing("token");
  auto redeemed = co_await parts_.accounts.redeem_link(*token, async::now_ms());
  if (!redeemed) co_return refused_link(redeemed.error());
  std::string method = redeemed->reset ? "reset" : "link";
  co_return co_await welcome(request, redeemed->user, std::move(method));
}

// Answers before anything is looked up, and the same to everybody: neither words nor time tell
// whether the address has an account.
Task<Response> AccountApi::mail_me(Request& request) {
  const auto email = json::string_at(request.json, "email");
  if (!email) co_return missing("email");
  if (!parts_.mail.configured()) {
    co_return net::error_response(409, "no_mail",
                                  "this server sends no mail; ask your administrator for a link");
  }
  auto address = auth::normalize_email(*email);
  if (!address) co_return net::error_response(address.error());
  if (auto allowed = mail_limit_.check(request.remote, *address, async::now_ms()); !allowed) {
    co_return net::error_response(allowed.error());
  }
  mail_limit_.failed(request.remote, *address, async::now_ms());
  const std::string language = json::string_at(request.json, "language").value_or("");
  async::spawn(co_await asio::this_coro::executor, mail_sign_in_link(*std::move(address), language),
               "mailing a sign-in link");
  co_return Response{.status = 202};
}

Task<void> AccountApi::mail_sign_in_link(std::string email, std::string language) {
  const auto send = [&](const Result<std::string>& token, auto write, const char* what) {
    if (!token) {
      if (token.error().code != ErrorCode::conflict && token.error().code != ErrorCode::not_found) {
        log::error("no link could be made to be mailed: {}", token.error().detail);
      }
      return;
    }
    auto sent = parts_.mail.send(write(email, language, url_ + "/#" + what + "=" + *token));
    if (!sent) log::error("a link was not mailed: {}", sent.error().detail);
  };
  const auto reset = co_await parts_.accounts.make_reset_link(email, async::now_ms());
  send(reset, reset_mail, "signin");
  if (reset || reset.error().code != ErrorCode::not_found) co_return;
  const auto welcome = co_await parts_.invitations.welcome(email, async::now_ms());
  if (!welcome || !*welcome) co_return;
  // A disabled account is a conflict, and gets nothing.
  const auto offered = co_await parts_.invitations.offer(email, async::now_ms());
  send(offered, sign_up_mail, "invitation");
}

// Without mail nobody can be asked whether the address is theirs: only the open rule permits that.
Task<Response> AccountApi::sign_up(Request& request) {
  const auto text = [&](const char* name) { return json::string_at(request.json, name); };
  if (!text("email") || !text("password")) co_return missing("email and password");
  if (parts_.rule.sign_up != auth::SignUp::open || parts_.mail.configured()) {
    co_return net::error_response(403, "denied", "accounts are not made this way here");
  }
  const std::string account = auth::normalize_email(*text("email")).value_or("?");
  if (auto allowed = sign_up_limit_.check(request.remote, account, async::now_ms()); !allowed) {
    co_return net::error_response(allowed.error());
  }
  sign_up_limit_.failed(request.remote, account, async::now_ms());
  auto user = co_await parts_.accounts.sign_up(*text("email"), text("name").value_or(""),
                                               *text("password"), async::now_ms());
  if (!user) co_return net::error_response(user.error());
  co_return co_await welcome(request, *std::move(user), "password");
}

Task<Response> AccountApi::look_at_invitation(Request& request) {
  const auto token = json::string_at(request.json, "token");
  if (!token) co_return missing("token");
  const auto found = co_await parts_.invitations.look(*token, async::now_ms());
  if (!found) co_return refused_link(found.error());
  co_return invitation_response(*found);
}

Task<Response> AccountApi::accept_invitation(Request& request) {
  const auto text = [&](const char* name) { return json::string_at(request.json, name); };
  if (!text("token") || !text("password")) co_return missing("token and password");
  auto user = co_await parts_.invitations.accept(*text("token"), text("name").value_or(""),
                                                 *text("password"), async::now_ms());
  if (!user) co_return refused_link(user.error());
  co_return co_await welcome(request, *std::move(user), "invitation");
}

Task<Result<auth::NewSession>> AccountApi::begin_session(Request& request, UserId user,
                                                         std::string method) {
  auto before =
      co_await parts_.sessions.find(std::string(auth::session_cookie(request)), async::now_ms());
  if (before && *before) {
    std::string old = (*before)->session;
    auto ended = co_await parts_.sessions.end(std::move(old));
    if (!ended) co_return std::unexpected(ended.error());
  }
  auth::Arrival arrival = auth::arrival_of(request, std::move(method));
  co_return co_await parts_.sessions.create(std::move(user), std::move(arrival), async::now_ms());
}

Task<Response> AccountApi::welcome(Request& request, auth::User user, std::string method) {
  const bool reset = method == "reset";
  UserId id = user.id;
  auto session = co_await begin_session(request, std::move(id), std::move(method));
  if (!session) co_return net::error_response(session.error());
  Response response = signed_in(user, session->identity.csrf, reset);
  response.set("Set-Cookie", auth::set_cookie(request, session->token));
  co_return response;
}

Task<Response> AccountApi::sign_out(Request& request) {
  std::string session = request.identity->session;
  auto ended = co_await parts_.sessions.end(std::move(session));
  if (!ended) co_return net::error_response(ended.error());
  Response response = net::no_content();
  response.set("Set-Cookie", auth::clear_cookie(request));
  co_return response;
}

}  // namespace colibri::api
