#include "api/github_save_api.hpp"

#include <algorithm>
#include <boost/algorithm/string/predicate.hpp>
#include <cctype>

#include "api/github_account_api.hpp"
#include "api/notebook_answers.hpp"
#include "base/utf.hpp"
#include "github/link_cell.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::Request;
using net::Response;
using net::http::verb;

struct GitHubSaveApi::Start {
  UserId user;
  NotebookId notebook;
  std::string server;  // Our own address, for the link.
  std::string token;
  notebooks::FileBytes file;
  github::Targets known;
};

namespace {

constexpr size_t kMostMessage = 10'000;

std::string member(const Request& request, std::string_view key) {
  return json::string_at(request.json, key).value_or("");
}

bool is_message(std::string_view text) {
  return text.size() <= kMostMessage && !find_invalid_utf8(text) && !text.contains('\0') &&
         text.find_first_not_of(" \t\r\n") != std::string_view::npos;
}

bool is_hex(std::string_view text) {
  return text.size() <= 64 &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c) != 0; });
}

// What of the request is wrong.
Result<github::SaveFile> wanted_file(const Request& request) {
  auto repository = github::parse_repository(member(request, "repository"));
  if (!repository) return std::unexpected(repository.error());
  github::SaveFile save;
  save.repository = *std::move(repository);
  save.branch = member(request, "branch");
  save.path = member(request, "path");
  save.message = member(request, "message");
  save.over = member(request, "over");
  if (!github::is_ref(save.branch))
    return failure(ErrorCode::invalid, "This is no name of a branch.");
  if (!github::is_notebook_path(save.path))
    return failure(ErrorCode::invalid,
                   "The path has the names of folders, and of a file that ends in .ipynb.");
  if (!is_message(save.message))
    return failure(ErrorCode::invalid, "A commit needs a message, of at most 10,000 bytes.");
  if (!is_hex(save.over)) return failure(ErrorCode::invalid, "over is the sha of a file");
  return save;
}

bool is_same_place(const github::FileTarget& target, const github::SaveFile& save) {
  return boost::algorithm::iequals(target.repository, save.repository.full_name()) &&
         target.branch == save.branch && target.path == save.path;
}

std::string place_of(const github::FileTarget& target) {
  return "/" + target.repository + "/blob/" + github::encoded_path(target.branch) + "/" +
         github::encoded_path(target.path);
}

std::string url_of(const github::Settings& settings, const github::Targets& targets) {
  if (targets.file) return settings.web + place_of(*targets.file);
  const std::string gists =
      settings.web == "https://github.com" ? "https://gist.github.com" : settings.web + "/gist";
  return gists + "/" + net::percent_encode(targets.gist->owner) + "/" + targets.gist->id;
}

// Nothing was saved; the page asks its person. `there` is what an answer of theirs may replace.
Response changed_meanwhile(const github::Meanwhile& meanwhile, std::string_view words) {
  json::Object answer;
  answer.set("error", json::Object{{"code", "changed"}, {"detail", words}});
  answer.set("there", meanwhile.there);
  return net::json_response(409, answer);
}

std::string_view words_of(const github::Meanwhile& meanwhile, bool was_known) {
  if (meanwhile.there.empty()) return "The file was removed at GitHub meanwhile.";
  return was_known ? "The file was changed at GitHub meanwhile."
                   : "There is a file of this name at GitHub already.";
}

std::string_view gist_words_of(const github::Meanwhile& meanwhile) {
  return meanwhile.there.empty() ? "The gist is not there any more."
                                 : "The gist was changed at GitHub meanwhile.";
}

Error no_gist() {
  return {ErrorCode::conflict, "The gist is not there any more."};
}

Response not_connected() {
  return net::error_response(409, "no_github", "Connect to GitHub first.");
}

}  // namespace

void GitHubSaveApi::add_routes(net::Router& router) {
  if (!parts_.github.settings().enabled) return;
  const auto add = [&](verb method, const char* pattern, net::Handler handler) {
    router.add({.method = method,
                .pattern = pattern,
                .access = Access::signed_in,
                .handler = std::move(handler),
                .body = method == verb::get ? BodyKind::none : BodyKind::json});
  };
  add(verb::get, "/api/notebooks/{id}/github", [this](Request& r) { return look(r); });
  add(verb::post, "/api/notebooks/{id}/github", [this](Request& r) { return save_file(r); });
  add(verb::post, "/api/notebooks/{id}/gist", [this](Request& r) { return save_gist(r); });
}

Task<Response> GitHubSaveApi::look(Request& request) {
  const auto about = co_await parts_.notebooks.about(request.identity->user, notebook_of(request));
  if (!about) co_return net::error_response(about.error());
  const auto account = co_await parts_.accounts.find(request.identity->user);
  if (!account) co_return net::error_response(account.error());
  const auto known = co_await parts_.targets.find(request.identity->user, notebook_of(request));
  if (!known) co_return net::error_response(known.error());
  json::Object answer = github::to_json(*known);
  answer.set("title", about->title);
  answer.set("account", to_json(*account));
  co_return net::json_response(200, answer);
}

Task<std::variant<GitHubSaveApi::Start, Response>> GitHubSaveApi::start(Request& request) {
  Start start;
  start.user = request.identity->user;
  start.notebook = notebook_of(request);
  start.server = parts_.people.origin_of(request);
  auto file = co_await parts_.notebooks.file_bytes(start.user, start.notebook);
  if (!file) co_return net::error_response(file.error());
  start.file = *std::move(file);
  auto token = co_await parts_.accounts.token(start.user);
  if (!token) co_return net::error_response(token.error());
  if (token->empty()) co_return not_connected();
  start.token = *std::move(token);
  auto known = co_await parts_.targets.find(start.user, start.notebook);
  if (!known) co_return net::error_response(known.error());
  start.known = *std::move(known);
  co_return start;
}

// With the link to `path` behind `server`; without one when it is empty.
Task<Result<std::string>> GitHubSaveApi::linked(std::string bytes, std::string server,
                                                std::string path) {
  auto work = [&bytes, &server, &path] {
    return path.empty() ? github::without_link(bytes) : github::with_link(bytes, server, path);
  };
  co_return co_await parts_.pool.run(std::move(work));
}

Task<Response> GitHubSaveApi::remember(Start start, github::Targets targets) {
  json::Object answer = github::to_json(targets);
  answer.set("url", url_of(parts_.github.settings(), targets));
  const auto remembered =
      co_await parts_.targets.remember(start.user, start.notebook, std::move(targets));
  if (!remembered) co_return net::error_response(remembered.error());
  co_return net::json_response(200, answer);
}

Task<Response> GitHubSaveApi::save_file(Request& request) {
  auto begun = co_await start(request);
  if (auto* refused = std::get_if<Response>(&begun)) co_return std::move(*refused);
  Start& start = std::get<Start>(begun);
  auto save = wanted_file(request);
  if (!save) co_return net::error_response(save.error());
  const bool link = json::bool_at(request.json, "link").value_or(true);
  const bool is_known = start.known.file && is_same_place(*start.known.file, *save);
  if (is_known && !request.json.contains("over")) save->over = start.known.file->sha;
  github::FileTarget place;
  place.repository = save->repository.full_name();
  place.branch = save->branch;
  place.path = save->path;
  std::string path = link ? "/github" + place_of(place) : std::string();
  auto bytes = co_await linked(std::move(start.file.bytes), start.server, std::move(path));
  if (!bytes) co_return net::error_response(bytes.error());
  save->bytes = *std::move(bytes);
  auto saved = co_await parts_.github.save_file(start.token, *std::move(save));
  if (!saved) co_return net::error_response(saved.error());
  if (const auto* meanwhile = std::get_if<github::Meanwhile>(&*saved))
    co_return changed_meanwhile(*meanwhile, words_of(*meanwhile, is_known));
  github::Targets targets;
  targets.file = std::get<github::FileTarget>(*std::move(saved));
  targets.file->link = link;
  co_return co_await remember(std::move(start), std::move(targets));
}

Task<Response> GitHubSaveApi::save_gist(Request& request) {
  auto begun = co_await start(request);
  if (auto* refused = std::get_if<Response>(&begun)) co_return std::move(*refused);
  Start& start = std::get<Start>(begun);
  const bool link = json::bool_at(request.json, "link").value_or(true);
  github::SaveGist save;
  save.name = start.file.name;
  save.description = start.file.name.substr(0, start.file.name.size() - 6);
  save.is_public = json::bool_at(request.json, "public").value_or(false);
  if (!json::bool_at(request.json, "update").value_or(false))
    co_return co_await save_new_gist(std::move(start), std::move(save), link);
  if (!start.known.gist)
    co_return net::error_response(409, "conflict", "This notebook has no gist yet.");
  save.id = start.known.gist->id;
  save.version =
      request.json.contains("over") ? member(request, "over") : start.known.gist->version;
  std::string path;
  if (link) path = "/gist/" + net::percent_encode(start.known.gist->owner) + "/" + save.id;
  auto bytes = co_await linked(std::move(start.file.bytes), start.server, std::move(path));
  if (!bytes) co_return net::error_response(bytes.error());
  save.bytes = *std::move(bytes);
  auto saved = co_await parts_.github.save_gist(start.token, std::move(save));
  if (!saved) co_return net::error_response(saved.error());
  if (const auto* meanwhile = std::get_if<github::Meanwhile>(&*saved))
    co_return changed_meanwhile(*meanwhile, gist_words_of(*meanwhile));
  github::Targets targets;
  targets.gist = std::get<github::GistTarget>(*std::move(saved));
  targets.gist->link = link;
  co_return co_await remember(std::move(start), std::move(targets));
}

// Its address is known when it is there: only then can the notebook lead to it. A gist that does
// not get its link does not stay.
Task<Response> GitHubSaveApi::save_new_gist(Start start, github::SaveGist save, bool link) {
  auto plain = co_await linked(start.file.bytes, start.server, std::string());
  if (!plain) co_return net::error_response(plain.error());
  save.bytes = *std::move(plain);
  auto saved = co_await parts_.github.save_gist(start.token, save);
  if (!saved) co_return net::error_response(saved.error());
  github::GistTarget made = std::get<github::GistTarget>(*saved);
  if (link) {
    save.id = made.id;
    std::string path = "/gist/" + net::percent_encode(made.owner) + "/" + made.id;
    auto bytes = co_await linked(std::move(start.file.bytes), start.server, std::move(path));
    saved = std::unexpected(no_gist());
    if (bytes) {
      save.bytes = *std::move(bytes);
      saved = co_await parts_.github.save_gist(start.token, std::move(save));
    }
    if (!saved || !std::holds_alternative<github::GistTarget>(*saved)) {
      (void)co_await parts_.github.remove_gist(start.token, made.id);
      co_return net::error_response(saved ? no_gist() : saved.error());
    }
    made = std::get<github::GistTarget>(*std::move(saved));
  }
  github::Targets targets;
  targets.gist = std::move(made);
  targets.gist->link = link;
  co_return co_await remember(std::move(start), std::move(targets));
}

}  // namespace colibri::api
