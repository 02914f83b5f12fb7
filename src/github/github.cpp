#include "github/github.hpp"

#include <algorithm>
#include <iterator>

#include "github/link_cell.hpp"

namespace colibri::github {
namespace {

constexpr int kMostPages = 10;
constexpr size_t kOnAPage = 100;

std::string path_of(const Repository& repository) {
  return "/repos/" + net::percent_encode(repository.owner) + "/" +
         net::percent_encode(repository.name);
}

std::string title_of_path(const std::string& path) {
  std::string title = path.substr(path.rfind('/') + 1);
  if (title.ends_with(".ipynb")) title.resize(title.size() - 6);
  return title;
}

bool may_push(const json::Object& repository) {
  const json::Object* permissions = json::object_at(repository, "permissions");
  return permissions != nullptr && json::bool_at(*permissions, "push").value_or(false) &&
         !json::bool_at(repository, "archived").value_or(false);
}

// What is no repository as GitHub tells them is left out.
std::vector<RepositoryEntry> entries_of(const json::Array& list) {
  std::vector<RepositoryEntry> entries;
  for (const json::Value& value : list) {
    const json::Object* object = value.if_object();
    if (object == nullptr) continue;
    auto repository = parse_repository(json::string_at(*object, "full_name").value_or(""));
    if (!repository) continue;
    entries.push_back({.repository = *std::move(repository),
                       .description = json::string_at(*object, "description").value_or(""),
                       .default_branch = json::string_at(*object, "default_branch").value_or(""),
                       .is_private = json::bool_at(*object, "private").value_or(false),
                       .may_write = may_push(*object)});
  }
  return entries;
}

std::string text_at(const json::Object* object, std::string_view key) {
  return object == nullptr ? "" : json::string_at(*object, key).value_or("");
}

Targets target_of(const Place& place, const std::string& bytes) {
  Targets targets;
  targets.file = FileTarget{.repository = place.repository.full_name(),
                            .branch = place.ref,
                            .path = place.path,
                            .sha = git_sha(bytes)};
  return targets;
}

}  // namespace

Task<Result<std::vector<RepositoryEntry>>> GitHub::repositories(std::string token,
                                                                std::string owner) {
  if (!is_owner(owner)) co_return failure(ErrorCode::invalid, "This is no name at GitHub.");
  Ask ask;
  ask.path = "/users/" + net::percent_encode(owner) + "/repos?per_page=100&sort=pushed&type=all";
  ask.token = token;
  const auto answer = co_await requests_.get_json(std::move(ask));
  if (!answer) co_return std::unexpected(answer.error());
  const json::Array* list = answer->if_array();
  if (list == nullptr) co_return not_like_github();
  co_return entries_of(*list);
}

Task<Result<std::vector<RepositoryEntry>>> GitHub::own_repositories(std::string token) {
  std::vector<RepositoryEntry> all;
  for (int page = 1; page <= kMostPages; ++page) {
    Ask ask;
    ask.path = "/user/repos?per_page=100&sort=pushed&page=" + std::to_string(page);
    ask.token = token;
    const auto answer = co_await requests_.get_json(std::move(ask));
    if (!answer) co_return std::unexpected(answer.error());
    const json::Array* list = answer->if_array();
    if (list == nullptr) co_return not_like_github();
    auto entries = entries_of(*list);
    std::ranges::move(entries, std::back_inserter(all));
    if (list->size() < kOnAPage) break;
  }
  co_return all;
}

Task<Result<std::vector<RepositoryEntry>>> GitHub::search(std::string token, std::string words,
                                                          bool with_private) {
  if (words.empty() || words.size() > 200)
    co_return failure(ErrorCode::invalid, "Type some words to search for.");
  if (!token.empty() && !with_private) words += " is:public";
  Ask ask;
  ask.path = "/search/repositories?per_page=50&q=" + net::percent_encode(words);
  ask.token = token;
  const auto answer = co_await requests_.get_json(std::move(ask));
  if (!answer) co_return std::unexpected(answer.error());
  const json::Object* object = answer->if_object();
  const json::Array* list = object != nullptr ? json::array_at(*object, "items") : nullptr;
  if (list == nullptr) co_return not_like_github();
  co_return entries_of(*list);
}

Task<Result<std::vector<std::string>>> GitHub::branches(std::string token, Repository repository) {
  Ask ask;
  ask.path = path_of(repository) + "/branches?per_page=100";
  ask.token = token;
  const auto answer = co_await requests_.get_json(std::move(ask));
  if (!answer) co_return std::unexpected(answer.error());
  const json::Array* list = answer->if_array();
  if (list == nullptr) co_return not_like_github();
  std::vector<std::string> names;
  for (const json::Value& value : *list) {
    std::string name = text_at(value.if_object(), "name");
    if (is_ref(name)) names.push_back(std::move(name));
  }
  co_return names;
}

Task<Result<NotebookFiles>> GitHub::notebooks(std::string token, Repository repository,
                                              std::string ref) {
  if (!is_ref(ref)) co_return failure(ErrorCode::invalid, "This is no name of a branch.");
  Ask ask;
  ask.path = path_of(repository) + "/git/trees/" + net::percent_encode(ref) + "?recursive=1";
  ask.token = token;
  const auto answer = co_await requests_.get_json(std::move(ask));
  if (!answer) co_return std::unexpected(answer.error());
  const json::Object* object = answer->if_object();
  const json::Array* tree = object != nullptr ? json::array_at(*object, "tree") : nullptr;
  if (tree == nullptr) co_return not_like_github();
  NotebookFiles files{.files = {},
                      .truncated = json::bool_at(*object, "truncated").value_or(false)};
  for (const json::Value& value : *tree) {
    const json::Object* entry = value.if_object();
    if (entry == nullptr || json::string_at(*entry, "type") != "blob") continue;
    std::string file = json::string_at(*entry, "path").value_or("");
    if (!file.ends_with(".ipynb")) continue;
    files.files.push_back({std::move(file), json::integer_at(*entry, "size").value_or(0)});
  }
  co_return files;
}

Task<Result<File>> GitHub::file(std::string token, std::string address) {
  const auto places = parse_blob(address);
  if (!places) co_return std::unexpected(places.error());
  Result<File> found = failure(ErrorCode::not_found, "GitHub has nothing there, or it is private.");
  for (const Place& place : *places) {
    Ask ask;
    ask.path = path_of(place.repository) + "/contents/" + encoded_path(place.path) +
               "?ref=" + net::percent_encode(place.ref);
    ask.token = token;
    ask.accept = kRaw;
    ask.answer_limit = kLargestFile;
    auto answer = co_await requests_.get(std::move(ask));
    if (answer) {
      Targets targets = target_of(place, answer->body);
      co_return File{.origin = "github:" + address,
                     .title = title_of_path(place.path),
                     .bytes = std::move(answer->body),
                     .targets = std::move(targets)};
    }
    found = std::unexpected(answer.error());
    if (answer.error().code != ErrorCode::not_found) break;
  }
  co_return found;
}

Task<Result<File>> GitHub::gist(std::string token, std::string address) {
  const auto id = parse_gist(address);
  if (!id) co_return std::unexpected(id.error());
  Ask ask;
  ask.path = "/gists/" + *id;
  ask.token = token;
  const auto answer = co_await requests_.get_json(std::move(ask));
  if (!answer) co_return std::unexpected(answer.error());
  const json::Object* object = answer->if_object();
  const json::Object* files = object != nullptr ? json::object_at(*object, "files") : nullptr;
  if (files == nullptr) co_return not_like_github();
  for (const auto& [name, value] : *files) {
    const json::Object* file = value.if_object();
    if (file == nullptr || !name.ends_with(".ipynb")) continue;
    if (json::bool_at(*file, "truncated").value_or(false))
      co_return failure(ErrorCode::too_large, "The notebook is too large.");
    Targets targets;
    targets.gist = gist_target(*object);
    co_return File{.origin = "gist:" + *id,
                   .title = title_of_path(name),
                   .bytes = json::string_at(*file, "content").value_or(""),
                   .targets = std::move(targets)};
  }
  co_return failure(ErrorCode::not_found, "There is no notebook in this gist.");
}

}  // namespace colibri::github
