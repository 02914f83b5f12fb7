#include "api/examples_api.hpp"

#include "api/notebook_answers.hpp"
#include "auth/api_tokens.hpp"
#include "examples/examples.hpp"

namespace colibri::api {

using net::Request;
using net::Response;

namespace {

json::Object words_json(const examples::Words& words) {
  json::Object out;
  for (const auto& [language, text] : words) out.set(language, text);
  return out;
}

Task<Response> list_examples(Request&) {
  json::Array list;
  for (const examples::Example& example : examples::all())
    list.emplace_back(json::Object{{"name", example.name},
                                   {"title", words_json(example.title)},
                                   {"text", words_json(example.text)},
                                   {"image", example.image}});
  co_return net::json_response(200, {{"examples", std::move(list)}});
}

Response bytes_response(std::string_view bytes) {
  Response response{.body = bytes};
  response.set("Content-Type", "application/x-ipynb+json");
  return response;
}

Task<Response> example_file(Request& request) {
  const auto language = request.query.find("language");
  const auto example = examples::find(request.parameter("name"),
                                      language == request.query.end() ? "en" : language->second);
  if (!example) co_return net::error_response(example.error());
  co_return bytes_response(example->bytes);
}

Task<Response> snippets_file(Request&) {
  co_return bytes_response(examples::snippets());
}

}  // namespace

Task<Response> ExamplesApi::play(Request& request) {
  const std::string& name = request.parameter("name");
  const auto example =
      examples::find(name, json::string_at(request.json, "language").value_or("en"));
  if (!example) co_return net::error_response(example.error());
  notebooks::Foreign foreign{
      .origin = "example:" + name, .title = example->title, .bytes = std::string(example->bytes)};
  const auto made_one = co_await notebooks_.try_out(request.identity->user, std::move(foreign));
  if (!made_one) co_return net::error_response(made_one.error());
  co_return made(*made_one);
}

void ExamplesApi::add_routes(net::Router& router) {
  const auto add_get = [&](const char* pattern, net::Handler handler) {
    router.add({.method = net::http::verb::get,
                .pattern = pattern,
                .access = net::Access::signed_in,
                .scope = auth::kReadNotebooks,
                .handler = std::move(handler)});
  };
  add_get("/api/examples", list_examples);
  add_get("/api/examples/{name}/file", example_file);
  add_get("/api/snippets", snippets_file);
  router.add({.method = net::http::verb::post,
              .pattern = "/api/examples/{name}/playground",
              .access = net::Access::signed_in,
              .scope = auth::kWriteNotebooks,
              .handler = [this](Request& request) { return play(request); },
              .body = net::BodyKind::json});
}

}  // namespace colibri::api
