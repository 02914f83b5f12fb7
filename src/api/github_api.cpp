#include "api/github_api.hpp"

#include <algorithm>
#include <boost/algorithm/string/predicate.hpp>

#include "api/notebook_answers.hpp"
#include "auth/api_tokens.hpp"

namespace colibri::api {

using net::Request;
using net::Response;

namespace {

std::string query_of(const Request& request, const char* name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? "" : found->second;
}

github::Repository repository_of(const Request& request) {
  return {request.parameter("owner"), request.parameter("name")};
}

Result<> check(const github::Repository& repository) {
  const auto good = github::parse_repository(repository.full_name());
  if (!good) return std::unexpected(good.error());
  return {};
}

}  // namespace

Task<Response> GitHubApi::about() {
  const github::Settings& settings = github_.settings();
  co_return net::json_response(200, {{"enabled", settings.enabled}, {"web", settings.web}});
}

Task<Result<std::string>> GitHubApi::token_of(Request& request) {
  if (request.identity->scopes) co_return std::string();
  co_return co_await accounts_.token(request.identity->user);
}

Task<GitHubApi::Entries> GitHubApi::all_of(std::string token, std::string owner) {
  auto own = co_await github_.own_repositories(token);
  if (!own) co_return own;
  std::erase_if(*own, [&](const github::RepositoryEntry& entry) {
    return !boost::algorithm::iequals(entry.repository.owner, owner);
  });
  auto all = co_await github_.repositories(std::move(token), std::move(owner));
  if (!all) co_return all;
  for (github::RepositoryEntry& entry : *all) {
    const bool is_there = std::ranges::any_of(*own, [&](const github::RepositoryEntry& each) {
      return boost::algorithm::iequals(each.repository.name, entry.repository.name);
    });
    if (!is_there) own->push_back(std::move(entry));
  }
  co_return own;
}

Task<GitHubApi::Entries> GitHubApi::wanted(Request& request, std::string token) {
  std::string owner = query_of(request, "owner"), words = query_of(request, "search");
  const bool with_private = query_of(request, "private") == "1";
  if (with_private && token.empty())
    co_return failure(ErrorCode::denied, "Connect to GitHub first.");
  if (!words.empty())
    co_return co_await github_.search(std::move(token), std::move(words), with_private);
  if (!with_private) co_return co_await github_.repositories(std::move(token), std::move(owner));
  if (owner.empty()) co_return co_await github_.own_repositories(std::move(token));
  co_return co_await all_of(std::move(token), std::move(owner));
}

Task<Response> GitHubApi::repositories(Request& request) {
  auto token = co_await token_of(request);
  if (!token) co_return net::error_response(token.error());
  const auto found = co_await wanted(request, *std::move(token));
  if (!found) co_return net::error_response(found.error());
  json::Array list;
  for (const github::RepositoryEntry& entry : *found)
    list.emplace_back(json::Object{{"name", entry.repository.full_name()},
                                   {"description", entry.description},
                                   {"default_branch", entry.default_branch},
                                   {"private", entry.is_private},
                                   {"may_write", entry.may_write}});
  co_return net::json_response(200, {{"repositories", std::move(list)}});
}

Task<Response> GitHubApi::branches(Request& request) {
  github::Repository repository = repository_of(request);
  if (const auto good = check(repository); !good) co_return net::error_response(good.error());
  auto token = co_await token_of(request);
  if (!token) co_return net::error_response(token.error());
  const auto found = co_await github_.branches(*std::move(token), std::move(repository));
  if (!found) co_return net::error_response(found.error());
  co_return net::json_response(200, {{"branches", json::Array(found->begin(), found->end())}});
}

Task<Response> GitHubApi::notebooks(Request& request) {
  github::Repository repository = repository_of(request);
  if (const auto good = check(repository); !good) co_return net::error_response(good.error());
  auto token = co_await token_of(request);
  if (!token) co_return net::error_response(token.error());
  std::string ref = query_of(request, "ref");
  const auto found =
      co_await github_.notebooks(*std::move(token), std::move(repository), std::move(ref));
  if (!found) co_return net::error_response(found.error());
  json::Array list;
  for (const github::NotebookFile& file : found->files)
    list.emplace_back(json::Object{{"path", file.path}, {"bytes", file.bytes}});
  co_return net::json_response(200,
                               {{"notebooks", std::move(list)}, {"truncated", found->truncated}});
}

Task<Result<github::File>> GitHubApi::fetch(Request& request, std::string path, std::string gist) {
  auto token = co_await token_of(request);
  if (!token) co_return std::unexpected(token.error());
  if (!gist.empty()) co_return co_await github_.gist(*std::move(token), std::move(gist));
  co_return co_await github_.file(*std::move(token), std::move(path));
}

Task<Response> GitHubApi::file(Request& request) {
  std::string path = query_of(request, "path"), gist = query_of(request, "gist");
  auto found = co_await fetch(request, std::move(path), std::move(gist));
  if (!found) co_return net::error_response(found.error());
  notebooks::FileBytes file{found->title + ".ipynb", std::move(found->bytes)};
  co_return file_response(std::move(file));
}

Task<Response> GitHubApi::play(Request& request) {
  std::string path = json::string_at(request.json, "path").value_or("");
  std::string gist = json::string_at(request.json, "gist").value_or("");
  auto found = co_await fetch(request, std::move(path), std::move(gist));
  if (!found) co_return net::error_response(found.error());
  notebooks::Foreign foreign{.origin = std::move(found->origin),
                             .title = std::move(found->title),
                             .bytes = std::move(found->bytes)};
  const auto playground = co_await notebooks_.try_out(request.identity->user, std::move(foreign));
  if (!playground) co_return net::error_response(playground.error());
  // A save goes there again, if the person may write there.
  const auto remembered =
      co_await targets_.remember(request.identity->user, *playground, std::move(found->targets));
  if (!remembered) co_return net::error_response(remembered.error());
  co_return made(*playground);
}

void GitHubApi::add_routes(net::Router& router) {
  const auto add_get = [&](const char* pattern, net::Handler handler) {
    router.add({.method = net::http::verb::get,
                .pattern = pattern,
                .access = net::Access::signed_in,
                .scope = auth::kReadNotebooks,
                .handler = std::move(handler)});
  };
  add_get("/api/github", [this](Request&) { return about(); });
  if (!github_.settings().enabled) return;
  add_get("/api/github/repositories", [this](Request& r) { return repositories(r); });
  add_get("/api/github/repositories/{owner}/{name}/branches",
          [this](Request& r) { return branches(r); });
  add_get("/api/github/repositories/{owner}/{name}/notebooks",
          [this](Request& r) { return notebooks(r); });
  add_get("/api/github/file", [this](Request& r) { return file(r); });
  router.add({.method = net::http::verb::post,
              .pattern = "/api/github/playground",
              .access = net::Access::signed_in,
              .scope = auth::kWriteNotebooks,
              .handler = [this](Request& r) { return play(r); },
              .body = net::BodyKind::json});
}

}  // namespace colibri::api
