#include "api/terminal_api.hpp"

#include <boost/asio/this_coro.hpp>

#include "api/notebook_answers.hpp"
#include "api/session_watch.hpp"
#include "api/terminal_socket.hpp"
#include "auth/api_tokens.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::CloseCode;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

using namespace std::chrono_literals;

constexpr auto kAnswerLimit = 15s;
constexpr size_t kLongestTitle = 100;
constexpr size_t kLongestId = 64;

Response no_runtime() {
  return net::error_response(409, "no_runtime", "Connect to a runtime first.");
}

bool is_title(const std::string& title) {
  return title.size() <= kLongestTitle && title.find_first_of("\r\n\x1b") == std::string::npos;
}

json::Array terminals_json(const link::Reply& reply) {
  json::Array out;
  const json::Array* terminals =
      reply.content ? json::array_at(*reply.content, "terminals") : nullptr;
  for (const json::Value& value : terminals ? *terminals : json::Array{}) {
    const json::Object* object = value.if_object();
    const auto id = object ? json::string_at(*object, "terminal") : std::nullopt;
    if (!id) continue;
    const auto number = [&](const char* key) { return json::integer_at(*object, key).value_or(0); };
    out.emplace_back(json::Object{{"id", *id},
                                  {"title", json::string_at(*object, "title").value_or("")},
                                  {"columns", number("columns")},
                                  {"rows", number("rows")},
                                  {"created_ms", number("created_ms")}});
  }
  return out;
}

}  // namespace

void TerminalApi::add_routes(net::Router& router) {
  const auto add = [&](verb method, const char* pattern, net::Handler handler) {
    const bool has_body = method == verb::post || method == verb::patch;
    router.add({.method = method,
                .pattern = pattern,
                .access = Access::signed_in,
                .scope = auth::kRunNotebooks,
                .handler = std::move(handler),
                .body = has_body ? BodyKind::json : BodyKind::none});
  };
  const char* all = "/api/notebooks/{id}/terminals";
  const char* one = "/api/notebooks/{id}/terminals/{terminal}";
  add(verb::get, all, [this](Request& r) { return list(r); });
  add(verb::post, all, [this](Request& r) { return open(r); });
  add(verb::patch, one, [this](Request& r) { return rename(r); });
  add(verb::delete_, one, [this](Request& r) { return close(r); });
  router.add(
      {.method = verb::get,
       .pattern = "/api/notebooks/{id}/terminals/{terminal}/socket",
       .access = Access::signed_in,
       .scope = auth::kRunNotebooks,
       .socket = [this](Request& r,
                        std::shared_ptr<net::WebSocket> s) { return socket(r, std::move(s)); },
       .subprotocol = "colibri.terminal.v1"});
}

Task<Result<TerminalApi::Place>> TerminalApi::place_of(const Request& request) {
  const UserId user = request.identity->user;
  const auto opened = co_await notebooks_.open(user, notebook_of(request));
  if (!opened) co_return std::unexpected(opened.error());
  if (opened->role < document::Role::editor)
    co_return failure(ErrorCode::denied, "Terminals are for those who may edit the notebook.");
  co_return Place{opened->actor, opened->actor->runtime_of(user)};
}

Task<Response> TerminalApi::list(Request& request) {
  const auto place = co_await place_of(request);
  if (!place) co_return net::error_response(place.error());
  json::Array terminals;
  if (place->runtime) {
    link::TerminalList question;
    const auto reply =
        co_await runtimes::Runtime::ask(place->runtime, std::move(question), kAnswerLimit);
    if (!reply) co_return net::error_response(reply.error());
    terminals = terminals_json(*reply);
  }
  co_return net::json_response(200, {{"terminals", std::move(terminals)}});
}

Task<Response> TerminalApi::open(Request& request) {
  const auto place = co_await place_of(request);
  if (!place) co_return net::error_response(place.error());
  const std::string title = json::string_at(request.json, "title").value_or("");
  if (!is_title(title))
    co_return net::error_response(400, "invalid", "title must be a line of at most 100 bytes");
  const link::TerminalSize size =
      link::clamped(json::integer_at(request.json, "columns").value_or(80),
                    json::integer_at(request.json, "rows").value_or(24));
  if (!place->runtime) co_return no_runtime();
  link::TerminalOpen question{.title = title, .size = size};
  const auto reply =
      co_await runtimes::Runtime::ask(place->runtime, std::move(question), kAnswerLimit);
  if (!reply) co_return net::error_response(reply.error());
  const auto id = reply->content ? json::string_at(*reply->content, "terminal") : std::nullopt;
  if (!id) co_return net::error_response(503, "unavailable", "The runtime opens no terminal.");
  co_return net::json_response(201, {{"id", *id}});
}

Task<Response> TerminalApi::rename(Request& request) {
  const auto place = co_await place_of(request);
  if (!place) co_return net::error_response(place.error());
  const std::string title = json::string_at(request.json, "title").value_or("");
  if (title.empty() || !is_title(title))
    co_return net::error_response(400, "invalid", "title must be a line of at most 100 bytes");
  if (!place->runtime) co_return no_runtime();
  place->runtime->order(link::TerminalRename{request.parameter("terminal"), title});
  co_return net::no_content();
}

Task<Response> TerminalApi::close(Request& request) {
  const auto place = co_await place_of(request);
  if (!place) co_return net::error_response(place.error());
  if (place->runtime) place->runtime->order(link::TerminalClose{request.parameter("terminal")});
  co_return net::no_content();
}

Task<void> TerminalApi::socket(Request& request, std::shared_ptr<net::WebSocket> socket) {
  SessionWatch watch(sessions_, request.identity->session, socket);
  watch.start(co_await asio::this_coro::executor);
  const auto place = co_await place_of(request);
  if (!place) {
    const ErrorCode code = place.error().code;
    const uint16_t closing = code == ErrorCode::denied      ? CloseCode::no_right
                             : code == ErrorCode::not_found ? CloseCode::no_notebook
                                                            : CloseCode::failed;
    co_return socket->close(closing, place.error().detail);
  }
  const std::string& terminal = request.parameter("terminal");
  if (!place->runtime || terminal.size() > kLongestId)
    co_return socket->close(CloseCode::runtime_gone, "there is no such terminal");
  TerminalSocket session(socket, place->runtime, terminal);
  struct Visit {
    notebooks::DocumentActor& actor;
    TerminalSocket& guest;
    ~Visit() { actor.leave_runtime(guest); }
  } visit{*place->actor, session};
  place->actor->join_runtime(session, request.identity->user, place->runtime->id());
  co_await session.serve();
}

}  // namespace colibri::api
