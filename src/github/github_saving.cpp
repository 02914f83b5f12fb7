// Notebooks are put into repositories and gists.
#include "github/github.hpp"
#include "github/link_cell.hpp"
#include "nbformat/base64.hpp"

namespace colibri::github {
namespace {

using FileOutcome = std::variant<FileTarget, Meanwhile>;
using GistOutcome = std::variant<GistTarget, Meanwhile>;

constexpr long kUploadSeconds = 180;

std::string contents_path(const SaveFile& save) {
  return "/repos/" + net::percent_encode(save.repository.owner) + "/" +
         net::percent_encode(save.repository.name) + "/contents/" + encoded_path(save.path);
}

// A 404 is also what GitHub answers to a token that may not write.
std::unexpected<Error> no_such_branch() {
  return failure(ErrorCode::not_found,
                 "GitHub has no such repository or branch, or your token may not write there.");
}

std::unexpected<Error> may_not_write_gists() {
  return failure(ErrorCode::denied,
                 "Your token may not write gists: it needs the right for them at GitHub.");
}

std::unexpected<Error> not_taken(const net::Fetched& answer) {
  return failure(ErrorCode::conflict, "GitHub does not take this: " + message_of(answer));
}

FileTarget target_of(const SaveFile& save) {
  return {.repository = save.repository.full_name(),
          .branch = save.branch,
          .path = save.path,
          .sha = git_sha(save.bytes)};
}

std::string body_of(const SaveFile& save) {
  json::Object body{{"message", save.message},
                    {"content", nbformat::base64_encode(save.bytes)},
                    {"branch", save.branch}};
  if (!save.over.empty()) body.set("sha", save.over);
  return json::serialize(body);
}

std::string first_notebook(const json::Object& gist) {
  const json::Object* files = json::object_at(gist, "files");
  if (files == nullptr) return "";
  for (const auto& [name, value] : *files)
    if (name.ends_with(".ipynb")) return name;
  return "";
}

// `before`: what the file in the gist is called now; empty: it is new.
std::string body_of(const SaveGist& save, const std::string& before) {
  json::Object file{{"content", save.bytes}};
  if (!before.empty()) file.set("filename", save.name);
  json::Object files;
  files.set(before.empty() ? save.name : before, std::move(file));
  json::Object body;
  body.set("files", std::move(files));
  if (save.id.empty()) {
    body.set("description", save.description);
    body.set("public", save.is_public);
  }
  return json::serialize(body);
}

Result<GistOutcome> saved_gist(const net::Fetched& answer) {
  const auto object = json::parse_object(answer.body, {.max_depth = 32, .allow_nan = false});
  if (!object) return not_like_github();
  GistTarget target = gist_target(*object);
  if (!parse_gist(target.id)) return not_like_github();
  return target;
}

}  // namespace

GistTarget gist_target(const json::Object& gist) {
  GistTarget target{.id = json::string_at(gist, "id").value_or(""),
                    .is_public = json::bool_at(gist, "public").value_or(false)};
  if (const json::Object* owner = json::object_at(gist, "owner"))
    target.owner = json::string_at(*owner, "login").value_or("");
  const json::Array* history = json::array_at(gist, "history");
  if (history != nullptr && !history->empty() && history->front().if_object() != nullptr)
    target.version = json::string_at(*history->front().if_object(), "version").value_or("");
  return target;
}

Task<Result<FileOutcome>> GitHub::save_file(std::string token, SaveFile save) {
  if (save.bytes.size() > kLargestFile)
    co_return failure(ErrorCode::too_large, "The notebook is too large.");
  Ask ask;
  ask.method = "PUT";
  ask.path = contents_path(save);
  ask.token = token;
  ask.json = body_of(save);
  ask.total_seconds = kUploadSeconds;
  auto answer = co_await requests_.send(std::move(ask));
  if (!answer) co_return std::unexpected(answer.error());
  switch (answer->status) {
    case 200:
    case 201:
      co_return target_of(save);
    case 404:
      co_return no_such_branch();
    case 409:
    case 422:
      co_return co_await look_why(std::move(token), std::move(save), *std::move(answer));
    default:
      co_return refusal(*answer, true);
  }
}

// GitHub says that something is in the way, and not reliably what.
Task<Result<FileOutcome>> GitHub::look_why(std::string token, SaveFile save, net::Fetched refused) {
  const auto there = co_await sha_of_file(std::move(token), save);
  if (!there) co_return std::unexpected(there.error());
  if (*there == git_sha(save.bytes)) co_return target_of(save);  // An answer was lost on the way.
  if (*there != save.over) co_return Meanwhile{*there};
  co_return not_taken(refused);
}

// Empty when there is none.
Task<Result<std::string>> GitHub::sha_of_file(std::string token, SaveFile save) {
  Ask ask;
  ask.path = contents_path(save) + "?ref=" + net::percent_encode(save.branch);
  ask.token = std::move(token);
  ask.answer_limit = kLargestFile;
  const auto answer = co_await requests_.get_json(std::move(ask));
  if (!answer) {
    if (answer.error().code == ErrorCode::not_found) co_return std::string();
    co_return std::unexpected(answer.error());
  }
  if (answer->if_array() != nullptr)
    co_return failure(ErrorCode::conflict, "There is a folder of this name at GitHub.");
  const json::Object* file = answer->if_object();
  auto sha = file != nullptr ? json::string_at(*file, "sha") : std::nullopt;
  if (!sha || sha->empty()) co_return not_like_github();
  co_return *std::move(sha);
}

Task<Result<GistOutcome>> GitHub::save_gist(std::string token, SaveGist save) {
  std::string before;
  if (!save.id.empty()) {
    Ask look;
    look.path = "/gists/" + save.id;
    look.token = token;
    const auto now = co_await requests_.get_json(std::move(look));
    if (!now && now.error().code == ErrorCode::not_found) co_return Meanwhile{};
    if (!now) co_return std::unexpected(now.error());
    if (now->if_object() == nullptr) co_return not_like_github();
    const GistTarget there = gist_target(*now->if_object());
    if (!save.version.empty() && save.version != there.version) co_return Meanwhile{there.version};
    before = first_notebook(*now->if_object());
  }
  Ask ask;
  ask.method = save.id.empty() ? "POST" : "PATCH";
  ask.path = save.id.empty() ? "/gists" : "/gists/" + save.id;
  ask.token = std::move(token);
  ask.json = body_of(save, before);
  ask.total_seconds = kUploadSeconds;
  const auto answer = co_await requests_.send(std::move(ask));
  if (!answer) co_return std::unexpected(answer.error());
  switch (answer->status) {
    case 200:
    case 201:
      co_return saved_gist(*answer);
    case 403:
    case 404:
      co_return may_not_write_gists();
    case 409:
    case 422:
      co_return not_taken(*answer);
    default:
      co_return refusal(*answer, true);
  }
}

Task<Result<>> GitHub::remove_gist(std::string token, std::string id) {
  Ask ask;
  ask.method = "DELETE";
  ask.path = "/gists/" + id;
  ask.token = std::move(token);
  const auto answer = co_await requests_.send(std::move(ask));
  if (!answer) co_return std::unexpected(answer.error());
  if (answer->status != 204) co_return refusal(*answer, true);
  co_return Result<>();
}

}  // namespace colibri::github
