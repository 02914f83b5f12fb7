#include "api/secrets_api.hpp"

#include "async/timer.hpp"
#include "net/response.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

constexpr size_t kSecretBodyLimit = 8 * secrets::kMaxValueBytes;  // A byte may be six in JSON.

std::string text_in(const Request& request, std::string_view key) {
  return json::string_at(request.json, key).value_or("");
}

Response done_or(const Result<>& done) {
  return done ? net::no_content() : net::error_response(done.error());
}

}  // namespace

void SecretsApi::add_routes(net::Router& router) {
  const auto add_route = [&](verb method, const char* pattern, net::Handler handler) {
    const bool has_body = method != verb::get && method != verb::delete_;
    router.add({.method = method,
                .pattern = pattern,
                .access = Access::signed_in,
                .handler = std::move(handler),
                .body = has_body ? BodyKind::json : BodyKind::none,
                .body_limit = kSecretBodyLimit});
  };
  const char* one = "/api/secrets/{name}";
  add_route(verb::get, "/api/secrets", [this](Request& r) { return list(r); });
  add_route(verb::post, "/api/secrets", [this](Request& r) { return add(r); });
  add_route(verb::get, one, [this](Request& r) { return value(r); });
  add_route(verb::patch, one, [this](Request& r) { return change(r); });
  add_route(verb::delete_, one, [this](Request& r) { return remove(r); });
  add_route(verb::put, "/api/secrets/{name}/access", [this](Request& r) { return set_access(r); });
}

Task<Response> SecretsApi::list(Request& request) {
  const auto named = request.query.find("notebook");
  NotebookId notebook{named == request.query.end() ? std::string() : named->second};
  const auto entries = co_await secrets_.list(request.identity->user, std::move(notebook));
  if (!entries) co_return net::error_response(entries.error());
  json::Array list;
  for (const secrets::Entry& entry : *entries)
    list.push_back(json::Object{{"name", entry.name},
                                {"created_ms", entry.created_ms},
                                {"changed_ms", entry.changed_ms},
                                {"access", entry.access}});
  co_return net::json_response(200, {{"secrets", std::move(list)}});
}

Task<Response> SecretsApi::add(Request& request) {
  const auto added = co_await secrets_.add(request.identity->user, text_in(request, "name"),
                                           text_in(request, "value"), async::now_ms());
  if (!added) co_return net::error_response(added.error());
  co_return net::json_response(201, {{"name", text_in(request, "name")}});
}

Task<Response> SecretsApi::value(Request& request) {
  const auto found =
      co_await secrets_.find(request.identity->user, request.parameter("name"), NotebookId());
  if (!found) co_return net::error_response(found.error());
  auto response = net::json_response(200, {{"value", found->value}});
  response.set("Cache-Control", "no-store");
  co_return response;
}

Task<Response> SecretsApi::change(Request& request) {
  const std::string name = request.parameter("name");
  const auto changed = co_await secrets_.change(
      request.identity->user, name, json::string_at(request.json, "name").value_or(name),
      json::string_at(request.json, "value"), async::now_ms());
  co_return done_or(changed);
}

Task<Response> SecretsApi::remove(Request& request) {
  const auto removed = co_await secrets_.remove(request.identity->user, request.parameter("name"));
  co_return done_or(removed);
}

Task<Response> SecretsApi::set_access(Request& request) {
  const auto access = json::bool_at(request.json, "access");
  if (!access) co_return net::error_response(400, "invalid", "access is true or false");
  NotebookId notebook{text_in(request, "notebook")};
  const auto set = co_await secrets_.set_access(request.identity->user, request.parameter("name"),
                                                std::move(notebook), *access);
  co_return done_or(set);
}

}  // namespace colibri::api
