#include "api/drive_api.hpp"

#include <algorithm>
#include <charconv>

#include "api/account_answers.hpp"
#include "api/notebook_answers.hpp"
#include "async/timer.hpp"
#include "auth/api_tokens.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::Request;
using net::Response;
using net::http::verb;
using notebooks::DriveEntry;
using notebooks::Listing;

namespace {

constexpr size_t kMostOfPage = 1000;
constexpr size_t kUsualPage = 200;
constexpr size_t kMostPaths = 1000;
constexpr size_t kPathsBody = 8u << 20;

std::string_view to_string(DriveEntry::Kind kind) {
  switch (kind) {
    case DriveEntry::Kind::folder:
      return "folder";
    case DriveEntry::Kind::notebook:
      return "notebook";
    case DriveEntry::Kind::file:
      return "file";
  }
  return "file";
}

json::Object drive_entry(const DriveEntry& entry) {
  json::Object out{
      {"kind", to_string(entry.kind)}, {"name", entry.name},  {"path", entry.path},
      {"place", entry.place},          {"bytes", entry.size}, {"modified_ms", entry.modified_ms},
      {"starred", entry.starred}};
  if (entry.notebook) out.set("notebook", notebook_json(*entry.notebook));
  if (entry.trashed_ms != 0) out.set("trashed_ms", entry.trashed_ms);
  if (!entry.found.empty()) out.set("found", entry.found);
  return out;
}

std::string query_of(const Request& request, const char* name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::string() : found->second;
}

size_t number_of(const Request& request, const char* name, size_t usual) {
  const std::string text = query_of(request, name);
  size_t value = usual;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

notebooks::ListOrder order_of(const Request& request) {
  using notebooks::SortBy;
  const std::string by = query_of(request, "sort");
  notebooks::ListOrder order{.descending = query_of(request, "order") == "desc"};
  if (by == "modified") order.by = SortBy::modified;
  if (by == "size") order.by = SortBy::size;
  if (by == "opened") order.by = SortBy::opened;
  if (by == "trashed") order.by = SortBy::trashed;
  return order;
}

// The texts in a list of the request, or the answer that it has none.
Result<std::vector<std::string>> texts_of(const Request& request, const char* name) {
  const json::Array* array = json::array_at(request.json, name);
  std::vector<std::string> out;
  if (array == nullptr || array->empty() || array->size() > kMostPaths)
    return failure(ErrorCode::invalid, std::string(name) + " must be a list of 1 to 1000 texts");
  for (const json::Value& value : *array) {
    const std::string* text = value.if_string();
    if (text == nullptr)
      return failure(ErrorCode::invalid, std::string(name) + " must be a list of 1 to 1000 texts");
    out.push_back(*text);
  }
  return out;
}

// What became of each, in their order: {"path"} or {"error"}.
class Outcomes {
 public:
  void add(const Result<std::string>& result) {
    if (result) {
      out_.emplace_back(json::Object{{"path", *result}});
      return;
    }
    const json::Object error{{"code", colibri::to_string(result.error().code)},
                             {"detail", result.error().detail}};
    out_.emplace_back(json::Object{{"error", error}});
  }
  [[nodiscard]] Response response() && {
    return net::json_response(200, {{"outcomes", std::move(out_)}});
  }

 private:
  json::Array out_;
};

}  // namespace

void DriveApi::add_routes(net::Router& router) {
  const auto add = [&](verb method, const char* pattern, net::Handler handler,
                       BodyKind body = BodyKind::json) {
    router.add({.method = method,
                .pattern = pattern,
                .access = Access::signed_in,
                .scope = method == verb::get ? auth::kReadDrive : auth::kWriteDrive,
                .handler = std::move(handler),
                .body = body,
                .body_limit = kPathsBody});
  };
  add(
      verb::get, "/api/drive", [this](Request& r) { return list(r); }, BodyKind::none);
  add(
      verb::get, "/api/drive/space", [this](Request& r) { return space(r); }, BodyKind::none);
  add(verb::post, "/api/drive/folders", [this](Request& r) { return make_folder(r); });
  add(verb::post, "/api/drive/rename", [this](Request& r) { return rename(r); });
  add(verb::post, "/api/drive/move", [this](Request& r) { return move(r); });
  add(verb::post, "/api/drive/copy", [this](Request& r) { return copy(r); });
  add(verb::put, "/api/drive/star", [this](Request& r) { return star(r); });
  add(verb::post, "/api/drive/trash", [this](Request& r) { return trash(r); });
  add(verb::post, "/api/drive/trash/restore", [this](Request& r) { return restore(r); });
  add(verb::post, "/api/drive/trash/erase", [this](Request& r) { return erase(r); });
  add(verb::post, "/api/drive/trash/empty", [this](Request& r) { return empty_trash(r); });
  add_file_routes(router);
}

Task<Result<Listing>> DriveApi::listing(const Request& request) {
  const UserId user = request.identity->user;
  const std::string view = query_of(request, "view");
  if (view == "recent") co_return co_await folders_.recent(user);
  if (view == "starred") co_return co_await folders_.starred(user);
  if (view == "shared") co_return co_await folders_.shared(user);
  if (view == "trash") co_return co_await folders_.in_trash(user);
  const std::string path = query_of(request, "path");
  if (view == "folder" && is_in_clouds(path)) co_return co_await clouds_.folder(user, path);
  if (view == "folder") co_return co_await folders_.folder(user, path);
  if (view == "search") co_return co_await folders_.search(user, query_of(request, "q"));
  co_return failure(ErrorCode::invalid,
                    "view must be folder, recent, starred, shared, trash or search");
}

Task<Response> DriveApi::list(Request& request) {
  const UserId user = request.identity->user;
  const size_t offset = number_of(request, "offset", 0);
  const size_t limit = std::clamp<size_t>(number_of(request, "limit", kUsualPage), 1, kMostOfPage);
  const int64_t now = async::lasting_ms();
  std::string token = query_of(request, "list");
  auto kept = offset == 0 ? nullptr : lists_.find(user, token, now);
  if (!kept) {
    auto all = co_await listing(request);
    if (!all) co_return net::error_response(all.error());
    const auto order = order_of(request);
    auto sort = [&all, order] { notebooks::sort_listing(*all, order); };
    co_await pool_.run(std::move(sort));
    auto made = lists_.keep(user, *std::move(all), now);
    token = std::move(made.token);
    kept = std::move(made.listing);
  }
  json::Array entries;
  for (size_t i = offset; i < kept->size() && i < offset + limit; ++i)
    entries.emplace_back(drive_entry((*kept)[i]));
  co_return net::json_response(200, {{"entries", std::move(entries)},
                                     {"total", static_cast<uint64_t>(kept->size())},
                                     {"list", token}});
}

Task<Response> DriveApi::space(Request& request) {
  const auto space = co_await uploads_.space(request.identity->user);
  if (!space) co_return net::error_response(space.error());
  co_return net::json_response(200, {{"used", space->used}, {"quota", space->quota}});
}

Task<Response> DriveApi::make_folder(Request& request) {
  const auto path = json::string_at(request.json, "path");
  if (!path) co_return missing("path");
  const UserId user = request.identity->user;
  auto making = is_in_clouds(*path) ? clouds_.make(user, *path) : folders_.make(user, *path);
  const auto made = co_await std::move(making);
  if (!made) co_return net::error_response(made.error());
  co_return net::json_response(201, {{"path", *path}});
}

Task<Response> DriveApi::rename(Request& request) {
  const auto path = json::string_at(request.json, "path");
  const auto name = json::string_at(request.json, "name");
  if (!path || !name) co_return missing(path ? "name" : "path");
  const UserId user = request.identity->user;
  auto renaming = is_in_clouds(*path) ? clouds_.rename(user, *path, *name)
                                      : folders_.rename(user, *path, *name);
  const auto renamed = co_await std::move(renaming);
  if (!renamed) co_return net::error_response(renamed.error());
  co_return net::no_content();
}

Task<Response> DriveApi::move(Request& request) {
  const auto paths = texts_of(request, "paths");
  const auto to = json::string_at(request.json, "to");
  if (!paths) co_return net::error_response(paths.error());
  if (!to) co_return missing("to");
  Outcomes outcomes;
  for (const std::string& path : *paths) {
    const UserId user = request.identity->user;
    auto moving =
        is_in_clouds(path) ? clouds_.move(user, path, *to) : folders_.move(user, path, *to);
    const auto moved = co_await std::move(moving);
    outcomes.add(moved);
  }
  co_return std::move(outcomes).response();
}

Task<Response> DriveApi::copy(Request& request) {
  const UserId user = request.identity->user;
  const auto paths = texts_of(request, "paths");
  const auto to = json::string_at(request.json, "to");
  if (!paths) co_return net::error_response(paths.error());
  if (!to) co_return missing("to");
  Outcomes outcomes;
  for (const std::string& path : *paths) {
    const auto bytes = co_await folders_.bytes_of(user, path);
    auto done = bytes ? co_await uploads_.check_room(user, std::max<int64_t>(*bytes, 1))
                      : Result<>(std::unexpected(bytes.error()));
    Result<std::string> copied;
    if (done) {
      copied = co_await folders_.copy(user, path, *to);
    } else {
      copied = std::unexpected(done.error());
    }
    outcomes.add(copied);
    uploads_.changed(user);
  }
  co_return std::move(outcomes).response();
}

Task<Response> DriveApi::star(Request& request) {
  const auto path = json::string_at(request.json, "path");
  const auto starred = json::bool_at(request.json, "starred");
  if (!path) co_return missing("path");
  if (!starred) co_return net::error_response(400, "invalid", "starred must be true or false");
  const auto done = co_await folders_.star(request.identity->user, *path, *starred);
  if (!done) co_return net::error_response(done.error());
  co_return net::no_content();
}

Task<Response> DriveApi::trash(Request& request) {
  const auto paths = texts_of(request, "paths");
  if (!paths) co_return net::error_response(paths.error());
  Outcomes outcomes;
  for (const std::string& path : *paths) {
    const UserId user = request.identity->user;
    // A cloud has no Trash of ours.
    auto trashing = is_in_clouds(path) ? clouds_.erase(user, path) : folders_.trash(user, path);
    const auto done = co_await std::move(trashing);
    outcomes.add(done ? Result<std::string>("") : std::unexpected(done.error()));
  }
  co_return std::move(outcomes).response();
}

Task<Response> DriveApi::restore(Request& request) {
  const auto names = texts_of(request, "names");
  if (!names) co_return net::error_response(names.error());
  Outcomes outcomes;
  for (const std::string& name : *names) {
    const auto restored = co_await folders_.restore(request.identity->user, name);
    outcomes.add(restored);
  }
  co_return std::move(outcomes).response();
}

Task<Response> DriveApi::erase(Request& request) {
  const UserId user = request.identity->user;
  const auto names = texts_of(request, "names");
  if (!names) co_return net::error_response(names.error());
  Outcomes outcomes;
  for (const std::string& name : *names) {
    const auto erased = co_await folders_.erase(user, name);
    outcomes.add(erased ? Result<std::string>(name) : std::unexpected(erased.error()));
  }
  uploads_.changed(user);
  co_return std::move(outcomes).response();
}

Task<Response> DriveApi::empty_trash(Request& request) {
  const UserId user = request.identity->user;
  const auto emptied = co_await folders_.empty_trash(user);
  uploads_.changed(user);
  if (!emptied) co_return net::error_response(emptied.error());
  co_return net::no_content();
}

}  // namespace colibri::api
