// Where one is signed in, the tokens of one's programs, and what one has chosen for the page.
#include "api/account_answers.hpp"
#include "api/account_api.hpp"
#include "async/timer.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

json::Object session_json(const auth::SessionEntry& entry, const std::string& current) {
  return {{"id", entry.session},
          {"current", entry.session == current},
          {"method", entry.arrival.method},
          {"user_agent", entry.arrival.user_agent},
          {"address", entry.arrival.address},
          {"created_ms", entry.created_ms},
          {"last_seen_ms", entry.last_seen_ms}};
}

json::Object token_json(const auth::ApiToken& token) {
  return {{"id", token.id},
          {"name", token.name},
          {"scopes", json::Array(token.scopes.begin(), token.scopes.end())},
          {"created_ms", token.created_ms},
          {"expires_ms", token.expires_ms},
          {"used_ms", token.used_ms}};
}

std::vector<std::string> texts_at(const json::Object& object, std::string_view name) {
  std::vector<std::string> out;
  const json::Array* list = json::array_at(object, name);
  if (list == nullptr) return out;
  for (const json::Value& item : *list) {
    // What is no text is no scope either.
    out.push_back(item.if_string() == nullptr ? "" : *item.if_string());
  }
  return out;
}

Response new_token_response(const auth::NewApiToken& made) {
  json::Object object = token_json(made.entry);
  object.set("token", made.token);
  return net::json_response(201, object);
}

}  // namespace

void AccountApi::add_session_routes(net::Router& router) {
  const auto add = [&](verb method, const char* pattern, net::Handler handler) {
    router.add(
        {.method = method,
         .pattern = pattern,
         .access = Access::signed_in,
         .handler = std::move(handler),
         .body = method == verb::post || method == verb::patch ? BodyKind::json : BodyKind::none});
  };
  add(verb::get, "/api/me/settings", [this](Request& r) { return own_settings(r); });
  add(verb::patch, "/api/me/settings", [this](Request& r) { return change_settings(r); });
  add(verb::get, "/api/me/sessions", [this](Request& r) { return list_sessions(r); });
  add(verb::delete_, "/api/me/sessions/{id}", [this](Request& r) { return end_session(r); });
  add(verb::post, "/api/me/sessions/end-others",
      [this](Request& r) { return end_other_sessions(r); });
  add(verb::get, "/api/me/tokens", [this](Request& r) { return list_tokens(r); });
  add(verb::post, "/api/me/tokens", [this](Request& r) { return create_token(r); });
  add(verb::delete_, "/api/me/tokens/{id}", [this](Request& r) { return revoke_token(r); });
}

Task<Response> AccountApi::own_settings(Request& request) {
  auto settings = co_await parts_.settings.all(request.identity->user);
  if (!settings) co_return net::error_response(settings.error());
  co_return net::json_response(200, json::Object{{"settings", *std::move(settings)}});
}

Task<Response> AccountApi::change_settings(Request& request) {
  const json::Object* changes = json::object_at(request.json, "settings");
  if (!changes) co_return missing("settings");
  json::Object wanted = *changes;
  auto settings = co_await parts_.settings.change(request.identity->user, std::move(wanted));
  if (!settings) co_return net::error_response(settings.error());
  co_return net::json_response(200, json::Object{{"settings", *std::move(settings)}});
}

Task<Response> AccountApi::list_sessions(Request& request) {
  const auto list = co_await parts_.sessions.list(request.identity->user, async::now_ms());
  if (!list) co_return net::error_response(list.error());
  json::Array sessions;
  for (const auto& entry : *list) {
    sessions.emplace_back(session_json(entry, request.identity->session));
  }
  co_return list_response("sessions", std::move(sessions));
}

Task<Response> AccountApi::end_session(Request& request) {
  const auto ended =
      co_await parts_.sessions.end_own(request.identity->user, request.parameter("id"));
  if (!ended) co_return net::error_response(ended.error());
  co_return net::no_content();
}

Task<Response> AccountApi::end_other_sessions(Request& request) {
  const auto ended =
      co_await parts_.sessions.end_others(request.identity->user, request.identity->session);
  if (!ended) co_return net::error_response(ended.error());
  co_return net::no_content();
}

Task<Response> AccountApi::list_tokens(Request& request) {
  const auto list = co_await parts_.tokens.list(request.identity->user, async::now_ms());
  if (!list) co_return net::error_response(list.error());
  json::Array tokens;
  for (const auto& token : *list) tokens.emplace_back(token_json(token));
  co_return list_response("tokens", std::move(tokens));
}

Task<Response> AccountApi::create_token(Request& request) {
  const auto name = json::string_at(request.json, "name");
  const auto life_ms = json::integer_at(request.json, "life_ms");
  if (!name) co_return missing("name");
  if (!life_ms) co_return net::error_response(400, "invalid", "life_ms must be a number");
  if (auto refused = co_await unconfirmed(request)) co_return *std::move(refused);
  std::vector<std::string> scopes = texts_at(request.json, "scopes");
  const auto made = co_await parts_.tokens.create(request.identity->user, *name, std::move(scopes),
                                                  *life_ms, async::now_ms());
  if (!made) co_return net::error_response(made.error());
  co_return new_token_response(*made);
}

Task<Response> AccountApi::revoke_token(Request& request) {
  const auto revoked =
      co_await parts_.tokens.revoke(request.identity->user, request.parameter("id"));
  if (!revoked) co_return net::error_response(revoked.error());
  co_return net::no_content();
}

}  // namespace colibri::api
