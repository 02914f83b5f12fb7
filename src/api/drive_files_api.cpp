// Bytes of a Drive: down as files and archives, up in pieces.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/this_coro.hpp>
#include <charconv>

#include "api/counted_source.hpp"
#include "api/drive_api.hpp"
#include "api/file_answer.hpp"
#include "api/notebook_answers.hpp"
#include "auth/api_tokens.hpp"
#include "drive/folder_zip.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

constexpr size_t kMostZipped = 2;  // Of one person: each takes a processor.
constexpr size_t kMostZippedAtAll = 8;
constexpr size_t kUploadLimit = 1ull << 50;  // The quota is what limits.

json::Object upload_json(const notebooks::Upload& upload) {
  return {{"id", upload.id},
          {"path", upload.path},
          {"bytes", upload.bytes},
          {"received", upload.received},
          {"replaces", upload.replaces}};
}

std::string last_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

Response upload_answer(const Result<notebooks::Upload>& upload, unsigned status = 200) {
  if (!upload) return net::error_response(upload.error());
  return net::json_response(status, upload_json(*upload));
}

// The paths of a download: a list in JSON, as one text.
Result<std::vector<std::string>> paths_of(const Request& request) {
  std::vector<std::string> paths;
  const auto found = request.query.find("paths");
  const auto parsed = found == request.query.end()
                          ? failure(ErrorCode::invalid, "paths must be given")
                          : json::parse(found->second, {.max_depth = 2});
  const json::Array* array = parsed ? parsed->if_array() : nullptr;
  if (array == nullptr || array->empty())
    return failure(ErrorCode::invalid, "paths must be a list of texts in JSON");
  for (const json::Value& value : *array) {
    const std::string* path = value.if_string();
    if (path == nullptr) return failure(ErrorCode::invalid, "paths must be a list of texts");
    auto good = is_in_clouds(*path) ? Result<>() : notebooks::Folders::check_home(*path);
    if (!good) return std::unexpected(good.error());
    paths.push_back(*path);
  }
  return paths;
}

}  // namespace

void DriveApi::add_file_routes(net::Router& router) {
  const auto add = [&](verb method, const char* pattern, net::Handler handler, BodyKind body) {
    router.add({.method = method,
                .pattern = pattern,
                .access = Access::signed_in,
                .scope = method == verb::get ? auth::kReadDrive : auth::kWriteDrive,
                .handler = std::move(handler),
                .body = body,
                .body_limit = body == BodyKind::stream ? kUploadLimit : 64u << 10});
  };
  constexpr const char* kUploads = "/api/drive/uploads";
  constexpr const char* kUpload = "/api/drive/uploads/{id}";
  add(
      verb::get, "/api/drive/file", [this](Request& r) { return download(r); }, BodyKind::none);
  add(
      verb::get, "/api/drive/zip", [this](Request& r) { return download_zip(r); }, BodyKind::none);
  add(
      verb::get, kUploads, [this](Request& r) { return list_uploads(r); }, BodyKind::none);
  add(
      verb::post, kUploads, [this](Request& r) { return begin_upload(r); }, BodyKind::json);
  add(
      verb::get, kUpload, [this](Request& r) { return find_upload(r); }, BodyKind::none);
  add(
      verb::put, kUpload, [this](Request& r) { return append(r); }, BodyKind::stream);
  add(
      verb::delete_, kUpload, [this](Request& r) { return drop(r); }, BodyKind::none);
  add(
      verb::post, "/api/drive/uploads/{id}/finish", [this](Request& r) { return finish(r); },
      BodyKind::json);
}

Task<Response> DriveApi::download(Request& request) {
  const auto found = request.query.find("path");
  if (found == request.query.end())
    co_return net::error_response(400, "invalid", "path must be given as text");
  const std::string path = found->second;
  auto reading = is_in_clouds(path) ? clouds_.download(request, path) : own_file(request, path);
  auto answer = co_await std::move(reading);
  const auto as = request.query.find("as");
  if (as == request.query.end() || as->second != "pdf" || !path.ends_with(".pdf") || !answer.source)
    co_return answer;
  // For the browser's own viewer, which runs in no page of ours; with this type and nosniff it is
  // shown as nothing else.
  answer.set("Content-Type", "application/pdf");
  answer.set("Content-Disposition", "inline");
  answer.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'self'");
  co_return answer;
}

Task<Response> DriveApi::own_file(Request& request, std::string path) {
  if (auto good = notebooks::Folders::check_home(path); !good)
    co_return net::error_response(good.error());
  const auto drive = co_await personal_.drive(request.identity->user);
  if (!drive) co_return net::error_response(drive.error());
  co_return co_await file_answer(pool_, *drive, std::move(path), request);
}

Task<Response> DriveApi::download_zip(Request& request) {
  // A link of another site must not make us work; the page's own, or a typed address, may.
  const std::string_view site = request.header("Sec-Fetch-Site");
  if (site == "cross-site" || site == "same-site")
    co_return net::error_response(403, "denied", "ask for it on the page of this server");
  const UserId user = request.identity->user;
  auto paths = paths_of(request);
  if (!paths) co_return net::error_response(paths.error());
  if (!may_begin(*zipping_, user, kMostZipped, kMostZippedAtAll))
    co_return net::error_response(429, "too_many_attempts",
                                  "other downloads are under way; try again when they are done");
  const std::string name = paths->size() == 1 ? last_of(paths->front()) : "My Drive";
  auto making = is_in_clouds(paths->front()) ? clouds_.zip(user, *std::move(paths))
                                             : own_zip(user, *std::move(paths));
  auto source = co_await std::move(making);
  if (!source) co_return net::error_response(source.error());
  Response response;
  response.source = counted(*std::move(source), zipping_, user);
  response.set("Content-Type", "application/zip");
  response.set("Content-Disposition", attachment(name + ".zip"));
  co_return response;
}

Task<Result<std::shared_ptr<async::ByteSource>>> DriveApi::own_zip(UserId user,
                                                                   std::vector<std::string> paths) {
  for (const std::string& path : paths)
    if (auto good = notebooks::Folders::check_home(path); !good)
      co_return std::unexpected(good.error());
  const auto drive = co_await personal_.drive(std::move(user));
  if (!drive) co_return std::unexpected(drive.error());
  co_return drive::zip_source(co_await boost::asio::this_coro::executor, *drive, std::move(paths));
}

// What goes to a cloud waits in the Drive until it is whole.
Task<Result<notebooks::Upload>> DriveApi::begin_in_cloud(UserId user, std::string path,
                                                         int64_t bytes, bool replaces) {
  const auto good = co_await clouds_.check_place(user, path, replaces);
  if (!good) co_return std::unexpected(good.error());
  co_return co_await uploads_.begin_elsewhere(std::move(user), std::move(path), bytes, replaces);
}

Task<Result<std::string>> DriveApi::finish_in_cloud(UserId user, notebooks::Upload upload) {
  const auto file = co_await uploads_.open(user, upload);
  if (!file) co_return std::unexpected(file.error());
  const auto put = co_await clouds_.put(user, upload.path, *file, upload.bytes, upload.replaces);
  close(*file);
  if (!put) co_return std::unexpected(put.error());
  const auto dropped = co_await uploads_.drop(user, upload.id);
  if (!dropped) co_return std::unexpected(dropped.error());
  co_return upload.path;
}

Task<Response> DriveApi::begin_upload(Request& request) {
  const auto path = json::string_at(request.json, "path");
  const auto bytes = json::integer_at(request.json, "bytes");
  if (!path) co_return net::error_response(400, "invalid", "path must be given as text");
  if (!bytes) co_return net::error_response(400, "invalid", "bytes must be given as a number");
  const bool replaces = json::bool_at(request.json, "replaces").value_or(false);
  const UserId user = request.identity->user;
  auto beginning = is_in_clouds(*path) ? begin_in_cloud(user, *path, *bytes, replaces)
                                       : uploads_.begin(user, *path, *bytes, replaces);
  const auto upload = co_await std::move(beginning);
  co_return upload_answer(upload, 201);
}

Task<Response> DriveApi::list_uploads(Request& request) {
  const auto uploads = co_await uploads_.list(request.identity->user);
  if (!uploads) co_return net::error_response(uploads.error());
  json::Array out;
  for (const notebooks::Upload& upload : *uploads) out.emplace_back(upload_json(upload));
  co_return net::json_response(200, {{"uploads", std::move(out)}});
}

Task<Response> DriveApi::find_upload(Request& request) {
  const auto upload = co_await uploads_.find(request.identity->user, request.parameter("id"));
  co_return upload_answer(upload);
}

Task<Response> DriveApi::append(Request& request) {
  const auto from = request.query.find("from");
  int64_t at = -1;
  if (from != request.query.end())
    std::from_chars(from->second.data(), from->second.data() + from->second.size(), at);
  if (at < 0) co_return net::error_response(400, "invalid", "from must be given as a number");
  const auto upload =
      co_await uploads_.append(request.identity->user, request.parameter("id"), at, request.body);
  co_return upload_answer(upload);
}

Task<Response> DriveApi::finish(Request& request) {
  const UserId user = request.identity->user;
  const auto upload = co_await uploads_.find(user, request.parameter("id"));
  if (!upload) co_return net::error_response(upload.error());
  auto finishing = is_in_clouds(upload->path) ? finish_in_cloud(user, *upload)
                                              : uploads_.finish(user, upload->id);
  const auto path = co_await std::move(finishing);
  if (!path) co_return net::error_response(path.error());
  co_return net::json_response(200, {{"path", *path}});
}

Task<Response> DriveApi::drop(Request& request) {
  const auto dropped = co_await uploads_.drop(request.identity->user, request.parameter("id"));
  if (!dropped) co_return net::error_response(dropped.error());
  co_return net::no_content();
}

}  // namespace colibri::api
