#include "api/webdav_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/file_answer.hpp"
#include "api/webdav_answers.hpp"
#include "async/timer.hpp"
#include "auth/api_tokens.hpp"
#include "base/random.hpp"
#include "notebooks/folder_paths.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

constexpr size_t kMostXml = 64u << 10;
constexpr size_t kMostListed = 100'000;
constexpr size_t kMostLocks = 1000;
constexpr int64_t kLockSeconds = 600;
constexpr size_t kBodyLimit = 1ull << 50;
constexpr const char* kMethods =
    "OPTIONS, GET, HEAD, PUT, DELETE, MKCOL, COPY, MOVE, PROPFIND, PROPPATCH, LOCK, UNLOCK";

Response failed(const Error& error) {
  if (error.code == ErrorCode::too_large) return dav_status(507);
  return net::error_response(error);
}

// Reads what nobody looks at, so that the connection stays good.
Task<bool> drain(Request& request) {
  size_t read = 0;
  for (;;) {
    const auto piece = co_await request.body->next();
    if (!piece) co_return false;
    if (piece->empty()) co_return true;
    read += piece->size();
    if (read > kMostXml) co_return false;
  }
}

bool is_hidden_name(const std::string& path) {
  const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
  return name.starts_with('.') || name.starts_with('~');
}

std::string above(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

}  // namespace

void WebdavApi::add_routes(net::Router& router) {
  constexpr std::array kReads = {verb::get, verb::options, verb::propfind};
  constexpr std::array kWrites = {verb::put,  verb::delete_, verb::mkcol,  verb::copy,
                                  verb::move, verb::lock,    verb::unlock, verb::proppatch};
  const auto add = [&](verb method, const char* pattern, std::string_view scope) {
    router.add({.method = method,
                .pattern = pattern,
                .access = Access::signed_in,
                .scope = scope,
                .handler = [this](Request& r) { return serve(r); },
                .body = BodyKind::stream,
                .body_limit = kBodyLimit,
                .asks_by_basic = true});
  };
  for (const char* pattern : {"/dav", "/dav/", "/dav/{path...}"}) {
    for (const verb method : kReads) add(method, pattern, auth::kReadDrive);
    for (const verb method : kWrites) add(method, pattern, auth::kWriteDrive);
  }
}

Task<Result<WebdavApi::Target>> WebdavApi::target_of(UserId user,
                                                     const std::vector<std::string>& segments) {
  Target target{.path = std::string(drive::kHome)};
  for (size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].empty() && i + 1 == segments.size()) break;
    if (segments[i].find('/') != std::string::npos)
      co_return failure(ErrorCode::invalid, "a name has a slash in it");
    target.path += "/" + segments[i];
  }
  if (auto good = notebooks::Folders::check_home(target.path); !good)
    co_return std::unexpected(good.error());
  auto drive = co_await personal_.drive(user);
  if (!drive) co_return std::unexpected(drive.error());
  target.drive = *std::move(drive);
  auto look = [d = target.drive, path = target.path] { return d->look(path); };
  auto item = co_await pool_.run(std::move(look));
  if (!item) co_return std::unexpected(item.error());
  target.item = *std::move(item);
  co_return target;
}

Task<Response> WebdavApi::serve(Request& request) {
  // A browser's session is not for this: only a program with a token comes here.
  if (!request.identity->scopes) {
    Response response = net::error_response(401, "signed_out", "sign in with an API token");
    response.set("WWW-Authenticate", "Basic realm=\"Colibri\", charset=\"UTF-8\"");
    co_return response;
  }
  if (request.method == verb::options) co_return co_await options();
  std::vector<std::string> segments = request.segments;
  segments.erase(segments.begin());
  auto target = co_await target_of(request.identity->user, segments);
  if (!target) co_return failed(target.error());
  const std::string path = target->path;
  const bool writes = request.method != verb::get && request.method != verb::head &&
                      request.method != verb::propfind && request.method != verb::lock &&
                      request.method != verb::unlock && request.method != verb::copy;
  if (writes && is_locked(request, path)) co_return dav_status(423);
  co_return co_await act(request, *std::move(target));
}

Task<Response> WebdavApi::act(Request& request, Target target) {
  if (request.method == verb::put) co_return co_await put(request, std::move(target));
  if (request.method == verb::mkcol) co_return co_await make_folder(request, std::move(target));
  if (const bool read = co_await drain(request); !read) co_return dav_status(413);
  if (request.method == verb::lock) co_return co_await lock(request, std::move(target));
  if (!target.item) co_return dav_status(404);
  switch (request.method) {
    case verb::propfind:
      co_return co_await find(request, std::move(target));
    case verb::delete_:
      co_return co_await remove(request, std::move(target));
    case verb::move:
    case verb::copy:
      co_return co_await move_or_copy(request, std::move(target));
    case verb::unlock:
      co_return co_await unlock(request, std::move(target));
    case verb::proppatch:
      co_return dav_no_property(target.path, target.item->is_folder);
    default:
      co_return co_await get(request, std::move(target));
  }
}

Task<Response> WebdavApi::options() {
  Response response = dav_status(200);
  response.set("DAV", "1, 2");
  response.set("Allow", kMethods);
  response.set("MS-Author-Via", "DAV");
  co_return response;
}

Task<Response> WebdavApi::find(Request& request, Target target) {
  const std::string_view depth = request.header("Depth");
  if (depth != "0" && depth != "1") {
    // All below all could be without an end.
    co_return net::error_response(403, "denied", "ask for one folder at a time");
  }
  std::vector<DavEntry> entries{{target.path, *target.item}};
  if (depth == "1" && target.item->is_folder) {
    auto list = [d = target.drive, path = target.path] {
      return d->list_folder(path, drive::Drive::Hidden::listed);
    };
    auto items = co_await pool_.run(std::move(list));
    if (!items) co_return failed(items.error());
    if (items->size() > kMostListed) co_return dav_status(507);
    for (drive::Item& item : *items) {
      std::string path = target.path + "/" + item.name;
      entries.push_back({std::move(path), std::move(item)});
    }
  }
  std::string room;
  const auto space = co_await drive_.uploads().space(request.identity->user);
  if (space && space->quota > 0)
    room = fmt::format(
        "<D:quota-used-bytes>{}</D:quota-used-bytes>"
        "<D:quota-available-bytes>{}</D:quota-available-bytes>",
        space->used, std::max<int64_t>(0, space->quota - space->used));
  auto work = [&entries, &room] { return dav_multistatus(entries, room); };
  co_return co_await pool_.run(std::move(work));
}

Task<Response> WebdavApi::get(Request& request, Target target) {
  if (!target.item->is_folder) {
    auto answer = co_await file_answer(pool_, target.drive, target.path, request);
    co_return answer;
  }
  Response response = dav_status(200);
  response.body = std::string_view("This is a folder for programs that speak WebDAV.\n");
  response.set("Content-Type", "text/plain; charset=utf-8");
  co_return response;
}

Task<Response> WebdavApi::put(Request& request, Target target) {
  const UserId user = request.identity->user;
  if (target.item && target.item->is_folder) co_return dav_status(405);
  const std::string_view match = request.header(net::http::field::if_match);
  const std::string tag = target.item ? tag_of(target.item->stamp) : "";
  if (!match.empty() && (tag.empty() || (match != "*" && match != tag))) co_return dav_status(412);
  const std::string_view none = request.header(net::http::field::if_none_match);
  if (!none.empty() && target.item && (none == "*" || none == tag)) co_return dav_status(412);
  auto look = [d = target.drive, path = above(target.path)] { return d->look(path); };
  const auto folder = co_await pool_.run(std::move(look));
  if (!folder || !*folder || !(*folder)->is_folder) co_return dav_status(409);
  const auto done = co_await drive_.uploads().put(user, target.path, request.body);
  if (!done) co_return failed(done.error());
  Response response = dav_status(target.item ? 204 : 201);
  auto again = [d = target.drive, path = target.path] { return d->look(path); };
  const auto now = co_await pool_.run(std::move(again));
  if (now && *now) response.set("ETag", tag_of((*now)->stamp));
  co_return response;
}

Task<Response> WebdavApi::make_folder(Request& request, Target target) {
  const auto piece = co_await request.body->next();
  if (!piece || !piece->empty()) co_return dav_status(415);
  if (target.item) co_return dav_status(405);
  auto work = [d = target.drive, path = target.path] { return d->make_folder(path); };
  const auto made = co_await pool_.run(std::move(work));
  if (!made && made.error().code == ErrorCode::not_found) co_return dav_status(409);
  if (!made) co_return failed(made.error());
  co_return dav_status(201);
}

Task<Response> WebdavApi::remove(Request& request, Target target) {
  if (target.path == drive::kHome) co_return dav_status(403);
  Result<> done;
  if (is_hidden_name(target.path)) {
    // What programs keep for themselves is nothing for the Trash.
    auto work = [d = target.drive, path = target.path] { return d->erase_all(path); };
    done = co_await pool_.run(std::move(work));
  } else {
    const auto trashed = co_await drive_.folders().trash(request.identity->user, target.path);
    done = trashed ? Result<>() : Result<>(std::unexpected(trashed.error()));
  }
  if (!done) co_return failed(done.error());
  std::erase_if(locks_, [&](const auto& each) {
    return each.first.first == request.identity->user &&
           notebooks::is_below(each.first.second, target.path);
  });
  co_return dav_status(204);
}

// A file takes the place of another at once, as programs save; a folder is put into the Trash
// before another takes its place.
Task<Result<>> WebdavApi::move_over(UserId user, Target from, Target to) {
  if (to.item && !to.item->is_folder && !from.item->is_folder) {
    auto work = [d = from.drive, source = from.path, target = to.path] {
      return d->overwrite(source, target);
    };
    co_return co_await pool_.run(std::move(work));
  }
  if (to.item) {
    const auto trashed = co_await drive_.folders().trash(user, to.path);
    if (!trashed) co_return std::unexpected(trashed.error());
  }
  co_return co_await drive_.folders().relocate(user, from.path, to.path);
}

Task<Response> WebdavApi::move_or_copy(Request& request, Target target) {
  const UserId user = request.identity->user;
  auto segments = dav_destination(request);
  if (!segments) co_return failed(segments.error());
  auto to = co_await target_of(user, *segments);
  if (!to) co_return failed(to.error());
  if (is_locked(request, to->path)) co_return dav_status(423);
  if (target.path == drive::kHome || to->path == drive::kHome || to->path == target.path)
    co_return dav_status(403);
  if (notebooks::is_below(to->path, target.path)) co_return dav_status(403);
  const bool existed = to->item.has_value();
  if (existed && request.header("Overwrite") == "F") co_return dav_status(412);
  Result<> done;
  if (request.method == verb::move) {
    done = co_await move_over(user, std::move(target), *std::move(to));
  } else {
    const auto bytes = co_await drive_.folders().bytes_of(user, target.path);
    if (!bytes) co_return failed(bytes.error());
    const auto room = co_await drive_.uploads().check_room(user, std::max<int64_t>(1, *bytes));
    if (!room) co_return failed(room.error());
    if (existed) {
      const auto trashed = co_await drive_.folders().trash(user, to->path);
      if (!trashed) co_return failed(trashed.error());
    }
    auto work = [d = target.drive, from = target.path, into = to->path] {
      return d->copy(from, into);
    };
    done = co_await pool_.run(std::move(work));
    drive_.uploads().changed(user);
  }
  if (!done && done.error().code == ErrorCode::not_found) co_return dav_status(409);
  if (!done) co_return failed(done.error());
  co_return dav_status(existed ? 204 : 201);
}

bool WebdavApi::is_locked(const Request& request, const std::string& path) {
  const int64_t now = async::lasting_ms();
  std::erase_if(locks_, [&](const auto& each) { return each.second.until_ms < now; });
  const std::string_view condition = request.header("If");
  return std::ranges::any_of(locks_, [&](const auto& each) {
    const auto& [place, held] = each;
    return place.first == request.identity->user &&
           (notebooks::is_below(path, place.second) || notebooks::is_below(place.second, path)) &&
           !condition.contains("<" + held.token + ">");
  });
}

Task<Response> WebdavApi::lock(Request& request, Target target) {
  const UserId user = request.identity->user;
  const int64_t until = async::lasting_ms() + kLockSeconds * 1000;
  const std::pair place(user, target.path);
  const std::string_view condition = request.header("If");
  if (const auto held = locks_.find(place);
      held != locks_.end() && condition.contains("<" + held->second.token + ">")) {
    held->second.until_ms = until;
    co_return dav_lock(target.path, held->second.token, kLockSeconds, false);
  }
  if (is_locked(request, target.path)) co_return dav_status(423);
  if (locks_.size() >= kMostLocks) co_return dav_status(503);
  const bool is_new = !target.item;
  if (is_new) {
    // A name that is locked before there is a file: an empty one.
    auto look = [d = target.drive, path = above(target.path)] { return d->look(path); };
    const auto folder = co_await pool_.run(std::move(look));
    if (!folder || !*folder) co_return dav_status(409);
    const auto made = co_await drive_.uploads().put(user, target.path, request.body);
    if (!made) co_return failed(made.error());
  }
  const std::string token = random_id("opaquelocktoken:");
  locks_[place] = {token, until};
  co_return dav_lock(target.path, token, kLockSeconds, is_new);
}

Task<Response> WebdavApi::unlock(Request& request, Target target) {
  const std::pair place(request.identity->user, target.path);
  const auto held = locks_.find(place);
  if (held == locks_.end() || request.header("Lock-Token") != "<" + held->second.token + ">")
    co_return dav_status(409);
  locks_.erase(held);
  co_return dav_status(204);
}

}  // namespace colibri::api
