#include "api/session_api.hpp"

#include <algorithm>

#include "async/timer.hpp"
#include "auth/api_tokens.hpp"
#include "base/log.hpp"
#include "lease/lease.hpp"

namespace colibri::api {

using net::Access;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

using namespace std::chrono_literals;

constexpr auto kLogLimit = 15s;
constexpr size_t kMostLines = 1000;

// A token acts for its person, whatever that may do besides.
bool is_administrator(const Request& request) {
  return request.identity->owner && !request.identity->scopes;
}

Response no_session() {
  return net::error_response(404, "not_found", "There is no such session.");
}

json::Value member_or(const json::Object& object, std::string_view key, json::Value fallback) {
  const json::Value* found = object.find(key);
  return found ? *found : std::move(fallback);
}

// The lines as far as they are lines: they come from a supervisor.
json::Array lines_of(const link::Reply& reply) {
  json::Array out;
  const json::Array* lines = reply.content ? json::array_at(*reply.content, "lines") : nullptr;
  for (const json::Value& value : lines ? *lines : json::Array{}) {
    const json::Object* object = value.if_object();
    if (!object || out.size() >= kMostLines) continue;
    const auto text = [&](const char* key) { return json::string_at(*object, key).value_or(""); };
    out.emplace_back(json::Object{{"time_ms", json::integer_at(*object, "time_ms").value_or(0)},
                                  {"source", text("source")},
                                  {"level", text("level")},
                                  {"text", text("text")}});
  }
  return out;
}

}  // namespace

void SessionApi::add_routes(net::Router& router) {
  const auto add = [&](verb method, const char* pattern, net::Handler handler) {
    router.add({.method = method,
                .pattern = pattern,
                .access = Access::signed_in,
                .scope = auth::kRunNotebooks,
                .handler = std::move(handler)});
  };
  add(verb::get, "/api/sessions", [this](Request& r) { return list(r); });
  add(verb::delete_, "/api/sessions/{session}", [this](Request& r) { return end(r); });
  add(verb::get, "/api/sessions/{session}/log", [this](Request& r) { return log(r); });
  add(verb::get, "/api/sessions/{session}/resources", [this](Request& r) { return resources(r); });
}

SessionApi::RuntimePtr SessionApi::find(const Request& request) const {
  for (RuntimePtr& runtime : runtimes_.living()) {
    if (runtime->id().value != request.parameter("session")) continue;
    const bool theirs = runtime->user() == request.identity->user;
    return theirs || is_administrator(request) ? std::move(runtime) : nullptr;
  }
  return nullptr;
}

Task<SessionApi::RuntimePtr> SessionApi::find_used(const Request& request) {
  if (RuntimePtr own = find(request)) co_return own;
  for (RuntimePtr& runtime : runtimes_.living()) {
    if (runtime->id().value != request.parameter("session") || !runtime->shared()) continue;
    const RuntimePtr found = runtime;
    const auto opened = co_await notebooks_.open(request.identity->user, found->notebook());
    const bool may = opened && !(opened->role < document::Role::editor) && found->shared();
    co_return may ? found : nullptr;
  }
  co_return nullptr;
}

Task<json::Object> SessionApi::to_json(RuntimePtr runtime, UserId asks) {
  const lease::Status status = runtime->status();
  const bool mine = runtime->user() == asks;
  const auto user = co_await accounts_.find(runtime->user());
  json::Object out{{"id", status.id.value},
                   {"mine", mine},
                   {"user", json::Object{{"id", runtime->user().value},
                                         {"email", user ? user->email : ""},
                                         {"name", user ? user->name : ""}}}};
  // What others call their notebooks is theirs, also for whoever runs the server.
  json::Value notebook = nullptr;
  if (mine) {
    notebook = json::Object{{"id", runtime->notebook().value},
                            {"title", notebooks_.title_of_open(runtime->notebook()).value_or("")}};
  }
  out.set("notebook", std::move(notebook));
  json::Object lease = lease::to_json(status, async::wall_shift_ms());
  lease.erase("id");
  for (auto& [name, value] : lease) out.set(name, std::move(value));
  out.set("used_ms", runtime->ran_ms());
  const json::Object& meters = runtime->meters().latest();
  for (const char* name : {"cpu", "memory_used", "memory_limit", "disk_used", "disk_total"})
    out.set(name, member_or(meters, name, 0));
  if (const json::Array* accelerators = json::array_at(meters, "accelerators"))
    out.set("accelerators", *accelerators);
  if (!out.contains("accelerators")) out.set("accelerators", json::Array{});
  co_return out;
}

Task<Response> SessionApi::list(Request& request) {
  const auto asked = request.query.find("all");
  const bool all = asked != request.query.end() && asked->second == "1";
  if (all && !is_administrator(request))
    co_return net::error_response(403, "denied", "Only administrators see all sessions.");
  const UserId user = request.identity->user;
  auto living = runtimes_.living();
  std::erase_if(living, [&](const RuntimePtr& r) { return !all && r->user() != user; });
  std::ranges::sort(living, std::greater(),
                    [](const RuntimePtr& r) { return r->status().since_ms; });
  json::Array sessions;
  for (const RuntimePtr& runtime : living) sessions.emplace_back(co_await to_json(runtime, user));
  co_return net::json_response(200, {{"sessions", std::move(sessions)}});
}

Task<Response> SessionApi::end(Request& request) {
  const RuntimePtr runtime = find(request);
  if (!runtime) co_return no_session();
  const UserId& user = request.identity->user;
  if (runtime->user() == user) {
    runtime->end("disconnected", "The session was ended.");
  } else {
    colibri::log::info("runtime {} of {} is ended by the administrator {}", runtime->id().value,
                       runtime->user().value, user.value);
    runtime->end("administrator", "An administrator of this server ended the session.");
  }
  co_return net::no_content();
}

Task<Response> SessionApi::log(Request& request) {
  const RuntimePtr runtime = find(request);
  if (!runtime) co_return no_session();
  link::ReadLog question;  // Named, here and beside: g++ 12 may destroy a temporary twice.
  const auto reply = co_await runtimes::Runtime::ask(runtime, std::move(question), kLogLimit);
  if (!reply) co_return net::error_response(reply.error());
  co_return net::json_response(200, {{"lines", lines_of(*reply)}});
}

Task<Response> SessionApi::resources(Request& request) {
  const RuntimePtr runtime = co_await find_used(request);
  if (!runtime) co_return no_session();
  co_return net::json_response(
      200, {{"every_ms", runtime->meters().every_ms()}, {"points", runtime->meters().to_json()}});
}

}  // namespace colibri::api
