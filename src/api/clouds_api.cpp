#include "api/clouds_api.hpp"

#include "net/response.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

constexpr size_t kCloudBody = 256u << 10;

json::Object option_json(const clouds::Option& option) {
  json::Array choices;
  for (const clouds::Choice& choice : option.choices)
    choices.push_back(json::Object{{"value", choice.value}, {"help", choice.help}});
  return {{"name", option.name},      {"help", option.help},          {"usual", option.usual},
          {"secret", option.secret},  {"required", option.required},  {"rare", option.rare},
          {"long", option.long_text}, {"choices", std::move(choices)}};
}

json::Object kind_json(const clouds::Kind& kind) {
  json::Array options;
  for (const clouds::Option& option : kind.options) options.push_back(option_json(option));
  return {{"name", kind.name}, {"title", kind.title}, {"options", std::move(options)}};
}

json::Object cloud_json(const clouds::Cloud& cloud) {
  return {{"id", cloud.id},
          {"name", cloud.name},
          {"kind", cloud.kind},
          {"created_ms", cloud.created_ms}};
}

std::string cloud_text(const Request& request, std::string_view key) {
  return json::string_at(request.json, key).value_or("");
}

}  // namespace

void CloudsApi::add_routes(net::Router& router) {
  const auto add = [&](verb method, const char* pattern, net::Handler handler) {
    const bool has_body = method == verb::post || method == verb::patch;
    router.add({.method = method,
                .pattern = pattern,
                .access = Access::signed_in,
                .handler = std::move(handler),
                .body = has_body ? BodyKind::json : BodyKind::none,
                .body_limit = kCloudBody});
  };
  const char* one = "/api/clouds/{id}";
  add(verb::get, "/api/clouds", [this](Request& r) { return list(r); });
  add(verb::get, "/api/clouds/kinds", [this](Request& r) { return kinds(r); });
  add(verb::post, "/api/clouds", [this](Request& r) { return connect(r); });
  add(verb::get, one, [this](Request& r) { return look(r); });
  add(verb::patch, one, [this](Request& r) { return change(r); });
  add(verb::delete_, one, [this](Request& r) { return disconnect(r); });
}

Task<Response> CloudsApi::kinds(Request&) {
  const auto kinds = co_await clouds_.kinds();
  if (!kinds) co_return net::error_response(kinds.error());
  json::Array list;
  for (const clouds::Kind& kind : *kinds) list.push_back(kind_json(kind));
  co_return net::json_response(200, {{"kinds", std::move(list)}});
}

Task<Response> CloudsApi::list(Request& request) {
  const auto clouds = co_await clouds_.list(request.identity->user);
  if (!clouds) co_return net::error_response(clouds.error());
  json::Array list;
  for (const clouds::Cloud& cloud : *clouds) list.push_back(cloud_json(cloud));
  co_return net::json_response(200, {{"clouds", std::move(list)}});
}

Task<Response> CloudsApi::look(Request& request) {
  const auto view = co_await clouds_.find(request.identity->user, request.parameter("id"));
  if (!view) co_return net::error_response(view.error());
  json::Object cloud = cloud_json(view->cloud);
  json::Object options;
  for (const auto& [name, value] : view->cloud.options) options.set(name, value);
  cloud.set("folder", view->cloud.folder);
  cloud.set("options", std::move(options));
  cloud.set("secrets", json::Array(view->secrets.begin(), view->secrets.end()));
  co_return net::json_response(200, {{"cloud", std::move(cloud)}});
}

Task<Response> CloudsApi::connect(Request& request) {
  const json::Object* options = json::object_at(request.json, "options");
  clouds::CloudWish wish{cloud_text(request, "name"), cloud_text(request, "kind"),
                         cloud_text(request, "folder"), options ? *options : json::Object()};
  const auto cloud = co_await clouds_.connect(request.identity->user, std::move(wish));
  if (!cloud) co_return net::error_response(cloud.error());
  co_return net::json_response(201, {{"cloud", cloud_json(*cloud)}});
}

Task<Response> CloudsApi::change(Request& request) {
  clouds::CloudChange change{json::string_at(request.json, "name"),
                             json::string_at(request.json, "folder"),
                             json::object_at(request.json, "options")};
  const auto done =
      co_await clouds_.change(request.identity->user, request.parameter("id"), std::move(change));
  if (!done) co_return net::error_response(done.error());
  co_return net::no_content();
}

Task<Response> CloudsApi::disconnect(Request& request) {
  const auto done = co_await clouds_.disconnect(request.identity->user, request.parameter("id"));
  if (!done) co_return net::error_response(done.error());
  co_return net::no_content();
}

}  // namespace colibri::api
