#include "api/drive_mount_api.hpp"

#include "api/notebook_answers.hpp"
#include "async/timer.hpp"
#include "net/response.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

bool flag_in(const Request& request, std::string_view key) {
  return json::bool_at(request.json, key).value_or(false);
}

}  // namespace

void DriveMountApi::add_routes(net::Router& router) {
  const auto add = [&](verb method, const char* pattern, net::Handler handler) {
    router.add({.method = method,
                .pattern = pattern,
                .access = Access::signed_in,
                .handler = std::move(handler),
                .body = method == verb::put ? BodyKind::json : BodyKind::none});
  };
  const char* drive = "/api/notebooks/{id}/drive";
  add(verb::get, drive, [this](Request& r) { return look(r); });
  add(verb::put, drive, [this](Request& r) { return mount(r); });
  add(verb::delete_, drive, [this](Request& r) { return unmount(r); });
  add(verb::delete_, "/api/notebooks/{id}/drive/consent", [this](Request& r) { return forget(r); });
}

Task<Result<notebooks::OpenedNotebook>> DriveMountApi::open(const Request& request) {
  auto opened = co_await notebooks_.open(request.identity->user, notebook_of(request));
  if (opened && opened->role < document::Role::editor)
    co_return failure(ErrorCode::denied, "Runtimes are for those who may edit the notebook.");
  co_return opened;
}

Task<Result<std::shared_ptr<runtimes::Runtime>>> DriveMountApi::own_runtime(
    const Request& request) {
  const auto opened = co_await open(request);
  if (!opened) co_return std::unexpected(opened.error());
  auto runtime = opened->actor->runtime_of(request.identity->user);
  if (!runtime) co_return failure(ErrorCode::conflict, "Connect to a runtime first.");
  if (runtime->user() != request.identity->user)
    co_return failure(ErrorCode::denied, "Your Drive can be mounted in your own runtime only.");
  co_return runtime;
}

Task<Response> DriveMountApi::look(Request& request) {
  const auto opened = co_await open(request);
  if (!opened) co_return net::error_response(opened.error());
  const auto remembered =
      co_await mounts_.consents().remembered(request.identity->user, notebook_of(request));
  if (!remembered) co_return net::error_response(remembered.error());
  co_return net::json_response(200, {{"remembered", *remembered}});
}

Task<Response> DriveMountApi::mount(Request& request) {
  const auto runtime = co_await own_runtime(request);
  if (!runtime) co_return net::error_response(runtime.error());
  mounts::MountWish wish{json::string_at(request.json, "mountpoint").value_or("/content/drive"),
                         flag_in(request, "readonly"), flag_in(request, "force")};
  const auto mounted = co_await mounts_.mount(*runtime, std::move(wish));
  if (!mounted) co_return net::error_response(mounted.error());
  // The person's own click is their leave.
  mounts_.consents().allow((*runtime)->id(), *runtime, (*runtime)->shared());
  if (flag_in(request, "remember")) {
    const auto kept = co_await mounts_.consents().remember((*runtime)->user(),
                                                           (*runtime)->notebook(), async::now_ms());
    if (!kept) co_return net::error_response(kept.error());
  }
  json::Array notes(mounted->notes.begin(), mounted->notes.end());
  co_return net::json_response(200, {{"mountpoint", mounted->mountpoint},
                                     {"already", mounted->already},
                                     {"full", mounted->full},
                                     {"notes", std::move(notes)}});
}

Task<Response> DriveMountApi::unmount(Request& request) {
  const auto runtime = co_await own_runtime(request);
  if (!runtime) co_return net::error_response(runtime.error());
  // Whoever takes it away here wants to be asked before it comes back.
  mounts_.consents().disallow((*runtime)->id());
  const auto named = request.query.find("mountpoint");
  std::string mountpoint;
  if (named != request.query.end()) mountpoint = named->second;
  const auto gone = co_await mounts_.unmount(*runtime, std::move(mountpoint));
  if (!gone) co_return net::error_response(gone.error());
  co_return net::json_response(200, {{"mountpoints", json::Array(gone->begin(), gone->end())}});
}

Task<Response> DriveMountApi::forget(Request& request) {
  const auto opened = co_await open(request);
  if (!opened) co_return net::error_response(opened.error());
  const UserId user = request.identity->user;
  if (const auto runtime = opened->actor->runtime_of(user); runtime && runtime->user() == user)
    mounts_.consents().disallow(runtime->id());
  const auto done = co_await mounts_.consents().forget(user, notebook_of(request));
  co_return done ? net::no_content() : net::error_response(done.error());
}

}  // namespace colibri::api
