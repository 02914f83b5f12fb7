#include "api/files_api.hpp"

#include <boost/asio/this_coro.hpp>

#include "api/files_request.hpp"
#include "api/files_watch.hpp"
#include "api/notebook_answers.hpp"
#include "api/session_watch.hpp"
#include "async/spawn.hpp"
#include "auth/api_tokens.hpp"
#include "net/byte_range.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::CloseCode;
using net::Request;
using net::Response;
using net::http::verb;
using runtimes::FileLine;
using runtimes::FileLines;

namespace {

using namespace std::chrono_literals;

constexpr auto kFilesAnswerLimit = 60s;
constexpr size_t kUsualBody = 64u << 10;
constexpr auto kLongLimit = 15min;  // Gigabytes that reach a disk, or a large tree that goes.

// What the worker said while the body was still on its way, or after it.
struct Verdict {
  async::Event came;
  Result<json::Object> reply = failure(ErrorCode::timeout, "The runtime does not answer.");

  static Task<void> await(std::shared_ptr<FileLines::Hold> hold, std::shared_ptr<Verdict> verdict) {
    verdict->reply = co_await FileLine::reply(hold->line(), kLongLimit);
    verdict->came.set();
  }
};

std::string name_of(const std::string& path) {
  return path == "/" ? "runtime" : path.substr(path.rfind('/') + 1);
}

// A link of another site must not make us work; the page's own, or a typed address, may.
bool is_foreign(const Request& request) {
  const std::string_view site = request.header("Sec-Fetch-Site");
  return site == "cross-site" || site == "same-site";
}

// Whatever a file of a runtime is, it is never shown as a page of this server.
void make_inert(Response& response, std::string_view name, const char* type) {
  response.set("Content-Type", type);
  response.set("Content-Disposition", attachment(name));
  response.set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
  response.set("Cache-Control", "no-store");
}

uint64_t count_at(const json::Object& object, const char* key) {
  return static_cast<uint64_t>(std::max<int64_t>(0, json::integer_at(object, key).value_or(0)));
}

std::string entry_tag(const json::Object& entry) {
  return "\"" + json::string_at(entry, "version").value_or("") + "\"";
}

std::string untagged(std::string_view tag) {
  if (tag.size() >= 2 && tag.starts_with('"') && tag.ends_with('"'))
    return std::string(tag.substr(1, tag.size() - 2));
  return std::string(tag);
}

}  // namespace

void FilesApi::add_routes(net::Router& router) {
  const auto add = [&](verb method, const char* pattern, BodyKind body, net::Handler handler) {
    router.add({.method = method,
                .pattern = pattern,
                .access = Access::signed_in,
                .scope = auth::kRunNotebooks,
                .handler = std::move(handler),
                .body = body,
                .body_limit = body == BodyKind::stream ? SIZE_MAX : kUsualBody});
  };
  const char* all = "/api/notebooks/{id}/files";
  const char* content = "/api/notebooks/{id}/files/content";
  const char* upload = "/api/notebooks/{id}/files/upload";
  add(verb::get, all, BodyKind::none, [this](Request& r) { return list(r); });
  add(verb::delete_, all, BodyKind::none, [this](Request& r) { return remove(r); });
  add(verb::get, "/api/notebooks/{id}/files/status", BodyKind::none,
      [this](Request& r) { return status(r); });
  add(verb::get, content, BodyKind::none, [this](Request& r) { return read(r); });
  add(verb::put, content, BodyKind::stream, [this](Request& r) { return write(r); });
  add(verb::get, "/api/notebooks/{id}/files/archive", BodyKind::none,
      [this](Request& r) { return archive(r); });
  add(verb::post, "/api/notebooks/{id}/files/folder", BodyKind::json,
      [this](Request& r) { return make_folder(r); });
  add(verb::post, "/api/notebooks/{id}/files/rename", BodyKind::json,
      [this](Request& r) { return rename(r); });
  add(verb::put, upload, BodyKind::stream, [this](Request& r) { return put_range(r); });
  add(verb::get, upload, BodyKind::none, [this](Request& r) { return upload_offset(r); });
  add(verb::post, upload, BodyKind::json, [this](Request& r) { return upload_finish(r); });
  add(verb::delete_, upload, BodyKind::none, [this](Request& r) { return upload_discard(r); });
  router.add(
      {.method = verb::get,
       .pattern = "/api/notebooks/{id}/files/socket",
       .access = Access::signed_in,
       .scope = auth::kRunNotebooks,
       .socket = [this](Request& r,
                        std::shared_ptr<net::WebSocket> s) { return watch(r, std::move(s)); },
       .subprotocol = "colibri.files.v1"});
}

Task<Result<FilesApi::Place>> FilesApi::place_of(const Request& request) {
  const UserId user = request.identity->user;
  const auto opened = co_await notebooks_.open(user, notebook_of(request));
  if (!opened) co_return std::unexpected(opened.error());
  if (opened->role < document::Role::editor)
    co_return failure(ErrorCode::denied,
                      "The runtime's files are for those who may edit the notebook.");
  auto runtime = opened->actor->runtime_of(user);
  if (!runtime) co_return failure(ErrorCode::conflict, "Connect to a runtime first.");
  if (runtime->local())
    co_return failure(ErrorCode::unsupported,
                      "The files of a local runtime are on the machine where it runs.");
  co_return Place{opened->actor, std::move(runtime)};
}

Task<Result<FilesApi::Hold>> FilesApi::line_for(const Request& request) {
  const auto place = co_await place_of(request);
  if (!place) co_return std::unexpected(place.error());
  place->runtime->touch();
  auto taking = FileLines::take(place->runtime, FileLines::Use::work);
  co_return co_await std::move(taking);
}

Task<Response> FilesApi::answer(Request& request, Result<link::FileRequest> question) {
  if (!question) co_return net::error_response(question.error());
  const auto hold = co_await line_for(request);
  if (!hold) co_return net::error_response(hold.error());
  const bool is_long = question->op == "remove" || question->op == "finish";
  auto asking = FileLine::ask((*hold)->line(), *std::move(question),
                              is_long ? async::Duration(kLongLimit) : kFilesAnswerLimit);
  const auto reply = co_await std::move(asking);
  if ((*hold)->line()->open()) (*hold)->done();
  if (!reply) co_return net::error_response(reply.error());
  co_return net::json_response(200, *reply);
}

Task<Response> FilesApi::give_body(Request& request, Result<link::FileRequest> question) {
  if (!question) co_return net::error_response(question.error());
  const auto hold = co_await line_for(request);
  if (!hold) co_return net::error_response(hold.error());
  const auto line = (*hold)->line();
  auto beginning = FileLine::begin(line, *std::move(question));
  if (const auto begun = co_await std::move(beginning); !begun)
    co_return net::error_response(begun.error());
  const auto verdict = std::make_shared<Verdict>();
  async::spawn(line->executor(), Verdict::await(*hold, verdict), "awaiting an upload's answer");
  // The worker may refuse what comes before all of it has come.
  while (!verdict->came.is_set()) {
    auto piece = co_await request.body->next();
    if (!piece) {
      line->close();  // The worker does what is right for a range that broke off.
      co_return net::error_response(piece.error());
    }
    if (piece->empty()) break;
    auto giving = FileLine::give_piece(line, *std::move(piece));
    if (const auto given = co_await std::move(giving); !given) break;
  }
  auto ending = FileLine::give_piece(line, "");
  if (const auto ended = co_await std::move(ending); ended) line->expire_after(kLongLimit);
  (void)co_await verdict->came.wait_for(kLongLimit);
  if (line->open()) (*hold)->done();
  if (!verdict->reply) co_return net::error_response(verdict->reply.error());
  co_return net::json_response(200, *verdict->reply);
}

Task<Response> FilesApi::list(Request& request) {
  return answer(request, file_request(request, "list"));
}

Task<Response> FilesApi::status(Request& request) {
  return answer(request, file_request(request, "status"));
}

Task<Response> FilesApi::remove(Request& request) {
  return answer(request, file_request(request, "remove"));
}

Task<Response> FilesApi::make_folder(Request& request) {
  return answer(request, file_request_of_body(request, "folder"));
}

Task<Response> FilesApi::rename(Request& request) {
  return answer(request, file_request_of_body(request, "rename"));
}

Task<Response> FilesApi::upload_offset(Request& request) {
  return answer(request, file_request(request, "offset"));
}

Task<Response> FilesApi::upload_finish(Request& request) {
  return answer(request, file_request_of_body(request, "finish"));
}

Task<Response> FilesApi::upload_discard(Request& request) {
  return answer(request, file_request(request, "discard"));
}

Task<Response> FilesApi::put_range(Request& request) {
  return give_body(request, file_request(request, "range"));
}

Task<Response> FilesApi::write(Request& request) {
  const auto told = body_bytes(request);
  auto question = file_request(request, "write");
  if (question) {
    question->size = told.value_or(0);
    if (request.header("If-None-Match") == "*") question->version = "none";
    if (const auto tag = request.header("If-Match"); !tag.empty() && tag != "*")
      question->version = untagged(tag);
  }
  if (question && !told)
    co_return net::error_response(411, "invalid", "the request must say how long its body is");
  auto giving = give_body(request, std::move(question));
  co_return co_await std::move(giving);
}

Task<Response> FilesApi::read(Request& request) {
  if (is_foreign(request))
    co_return net::error_response(403, "denied", "ask for it on the page of this server");
  auto question = file_request(request, "read");
  if (!question) co_return net::error_response(question.error());
  question->offset = question->size = 0;
  const std::string name = name_of(question->path);
  const auto hold = co_await line_for(request);
  if (!hold) co_return net::error_response(hold.error());
  const auto line = (*hold)->line();
  std::optional<net::ByteRange> range;
  if (const auto header = request.header("Range"); !header.empty()) {
    auto look = *question;
    look.op = "status";
    auto asking = FileLine::ask(line, std::move(look), kFilesAnswerLimit);
    const auto entry = co_await std::move(asking);
    if (!entry) co_return net::error_response(entry.error());
    const std::string_view only_if = request.header("If-Range");
    const auto part = net::parse_range(header, count_at(*entry, "size"));
    if (!part) co_return net::error_response(416, "invalid", part.error().detail);
    if (only_if.empty() || only_if == entry_tag(*entry)) range = *part;
  }
  if (range) {
    question->offset = range->from;
    question->size = range->bytes;
  }
  auto asking = FileLine::ask(line, *std::move(question), kFilesAnswerLimit);
  const auto entry = co_await std::move(asking);
  if (!entry) co_return net::error_response(entry.error());
  Response response;
  response.source = runtimes::pieces_of(*hold);
  const uint64_t bytes = count_at(*entry, "bytes");
  response.source_bytes = bytes;
  make_inert(response, name, "application/octet-stream");
  response.set("Accept-Ranges", "bytes");
  response.set("ETag", entry_tag(*entry));
  if (range) {
    const uint64_t from = count_at(*entry, "from");
    response.status = 206;
    response.set("Content-Range", "bytes " + std::to_string(from) + "-" +
                                      std::to_string(from + bytes - 1) + "/" +
                                      std::to_string(count_at(*entry, "size")));
  }
  co_return response;
}

Task<Response> FilesApi::archive(Request& request) {
  if (is_foreign(request))
    co_return net::error_response(403, "denied", "ask for it on the page of this server");
  auto question = file_request(request, "archive");
  if (!question) co_return net::error_response(question.error());
  const std::string name = name_of(question->path) + ".zip";
  const auto hold = co_await line_for(request);
  if (!hold) co_return net::error_response(hold.error());
  auto asking = FileLine::ask((*hold)->line(), *std::move(question), kFilesAnswerLimit);
  const auto begun = co_await std::move(asking);
  if (!begun) co_return net::error_response(begun.error());
  Response response;
  response.source = runtimes::pieces_of(*hold);
  make_inert(response, name, "application/zip");
  co_return response;
}

Task<void> FilesApi::watch(Request& request, std::shared_ptr<net::WebSocket> socket) {
  SessionWatch session(sessions_, request.identity->session, socket);
  session.start(co_await asio::this_coro::executor);
  const auto place = co_await place_of(request);
  if (!place) {
    const ErrorCode code = place.error().code;
    const uint16_t closing = code == ErrorCode::denied      ? CloseCode::no_right
                             : code == ErrorCode::not_found ? CloseCode::no_notebook
                                                            : CloseCode::runtime_gone;
    co_return socket->close(closing, place.error().detail);
  }
  auto taking = FileLines::take(place->runtime, FileLines::Use::watch);
  const auto hold = co_await std::move(taking);
  if (!hold) co_return socket->close(CloseCode::try_again, hold.error().detail);
  FilesWatch watch(socket, *hold);
  struct Visit {
    notebooks::DocumentActor& actor;
    FilesWatch& guest;
    ~Visit() { actor.leave_runtime(guest); }
  } visit{*place->actor, watch};
  place->actor->join_runtime(watch, request.identity->user, place->runtime->id());
  co_await watch.serve();
}

}  // namespace colibri::api
