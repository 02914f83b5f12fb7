#include "api/github_api.hpp"

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

Task<Response> GitHubApi::repositories(Request& request) {
  std::string owner = query_of(request, "owner"), words = query_of(request, "search");
  Result<std::vector<github::RepositoryEntry>> found;
  if (owner.empty()) {
    found = co_await github_.search(std::move(words));
  } else {
    found = co_await github_.repositories(std::move(owner));
  }
  if (!found) co_return net::error_response(found.error());
  json::Array list;
  for (const github::RepositoryEntry& entry : *found)
    list.emplace_back(json::Object{{"name", entry.repository.full_name()},
                                   {"description", entry.description},
                                   {"default_branch", entry.default_branch}});
  co_return net::json_response(200, {{"repositories", std::move(list)}});
}

Task<Response> GitHubApi::branches(Request& request) {
  github::Repository repository = repository_of(request);
  if (const auto good = check(repository); !good) co_return net::error_response(good.error());
  const auto found = co_await github_.branches(std::move(repository));
  if (!found) co_return net::error_response(found.error());
  co_return net::json_response(200, {{"branches", json::Array(found->begin(), found->end())}});
}

Task<Response> GitHubApi::notebooks(Request& request) {
  github::Repository repository = repository_of(request);
  if (const auto good = check(repository); !good) co_return net::error_response(good.error());
  std::string ref = query_of(request, "ref");
  const auto found = co_await github_.notebooks(std::move(repository), std::move(ref));
  if (!found) co_return net::error_response(found.error());
  json::Array list;
  for (const github::NotebookFile& file : found->files)
    list.emplace_back(json::Object{{"path", file.path}, {"bytes", file.bytes}});
  co_return net::json_response(200,
                               {{"notebooks", std::move(list)}, {"truncated", found->truncated}});
}

Task<Result<github::File>> GitHubApi::fetch(std::string path, std::string gist) {
  if (!gist.empty()) co_return co_await github_.gist(std::move(gist));
  co_return co_await github_.file(std::move(path));
}

Task<Response> GitHubApi::file(Request& request) {
  std::string path = query_of(request, "path"), gist = query_of(request, "gist");
  auto found = co_await fetch(std::move(path), std::move(gist));
  if (!found) co_return net::error_response(found.error());
  notebooks::FileBytes file{found->title + ".ipynb", std::move(found->bytes)};
  co_return file_response(std::move(file));
}

Task<Response> GitHubApi::play(Request& request) {
  std::string path = json::string_at(request.json, "path").value_or("");
  std::string gist = json::string_at(request.json, "gist").value_or("");
  auto found = co_await fetch(std::move(path), std::move(gist));
  if (!found) co_return net::error_response(found.error());
  notebooks::Foreign foreign{.origin = std::move(found->origin),
                             .title = std::move(found->title),
                             .bytes = std::move(found->bytes)};
  const auto playground = co_await notebooks_.try_out(request.identity->user, std::move(foreign));
  if (!playground) co_return net::error_response(playground.error());
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
