#include "github/github.hpp"

#include <algorithm>
#include <boost/algorithm/string/replace.hpp>
#include <charconv>
#include <optional>

#include "async/timer.hpp"

namespace colibri::github {
namespace {

constexpr size_t kLargestFile = 50u << 20;
constexpr size_t kLargestAnswer = 16u << 20;  // Of a tree with very many files.
constexpr long kPatienceSeconds = 40;
constexpr const char* kJson = "application/vnd.github+json";
constexpr const char* kRaw = "application/vnd.github.raw+json";

std::string header(const net::Fetched& answer, std::string_view name) {
  const auto found = answer.headers.find(name);
  return found == answer.headers.end() ? "" : found->second;
}

std::optional<int64_t> number(const std::string& text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_rate_limit(const net::Fetched& answer) {
  if (answer.status == 429) return true;
  return answer.status == 403 &&
         (header(answer, "x-ratelimit-remaining") == "0" || !header(answer, "retry-after").empty());
}

std::unexpected<Error> wait_a_while(const net::Fetched& answer) {
  const int64_t now_s = async::now_ms() / 1000;
  int64_t wait_s = number(header(answer, "retry-after")).value_or(0);
  if (const auto reset = number(header(answer, "x-ratelimit-reset"))) wait_s = *reset - now_s;
  const int64_t minutes = std::clamp<int64_t>((wait_s + 59) / 60, 1, 60);
  return failure(ErrorCode::unavailable,
                 "GitHub takes no more requests from this server for now. Try again in " +
                     std::to_string(minutes) + " min.");
}

std::unexpected<Error> refusal(const net::Fetched& answer) {
  if (is_rate_limit(answer)) return wait_a_while(answer);
  switch (answer.status) {
    case 401:
    case 403:
      return failure(ErrorCode::denied, "GitHub refuses this.");
    case 404:
    case 409:  // A repository without a commit.
    case 422:
      return failure(ErrorCode::not_found, "GitHub has nothing there, or it is private.");
    case 413:
      return failure(ErrorCode::too_large, "The notebook is too large.");
    default:
      return failure(ErrorCode::unavailable,
                     "GitHub answers with an error (" + std::to_string(answer.status) + ").");
  }
}

std::unexpected<Error> not_like_github() {
  return failure(ErrorCode::unavailable, "What answers does not answer as GitHub does.");
}

// Each part of a path by itself: a slash in it stays one.
std::string encoded_path(const std::string& path) {
  return boost::algorithm::replace_all_copy(net::percent_encode(path), "%2F", "/");
}

std::string path_of(const Repository& repository) {
  return "/repos/" + net::percent_encode(repository.owner) + "/" +
         net::percent_encode(repository.name);
}

std::string title_of_path(const std::string& path) {
  std::string title = path.substr(path.rfind('/') + 1);
  if (title.ends_with(".ipynb")) title.resize(title.size() - 6);
  return title;
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
                       .default_branch = json::string_at(*object, "default_branch").value_or("")});
  }
  return entries;
}

}  // namespace

Result<> check_settings(const Settings& settings) {
  for (const auto& [key, url] : {std::pair("api", settings.api), std::pair("web", settings.web)}) {
    if (!net::is_safe_url(url) || url.ends_with('/') ||
        url.find_first_of("?#") != std::string::npos)
      return failure(ErrorCode::invalid, "github: " + std::string(key) +
                                             " must be an https address without / at its end");
  }
  return {};
}

Task<Result<net::Fetched>> GitHub::get(std::string path, std::string accept, size_t limit) {
  net::Fetch fetch{.url = settings_.api + path,
                   .headers = {{"Accept", accept}, {"X-GitHub-Api-Version", "2022-11-28"}},
                   .answer_limit = limit,
                   .total_seconds = kPatienceSeconds};
  net::Fetch again = fetch;
  auto answer = co_await http_.send(std::move(fetch));
  // What was renamed is elsewhere on the same server; nowhere else is gone to.
  if (answer && (answer->status == 301 || answer->status == 302 || answer->status == 307)) {
    again.url = header(*answer, "location");
    if (!again.url.starts_with(settings_.api + "/")) co_return not_like_github();
    answer = co_await http_.send(std::move(again));
  }
  if (!answer) {
    if (answer.error().code == ErrorCode::too_large)
      co_return failure(ErrorCode::too_large, "The notebook is too large.");
    co_return failure(ErrorCode::unavailable, "GitHub cannot be reached from this server.");
  }
  if (answer->status != 200) co_return refusal(*answer);
  co_return answer;
}

Task<Result<json::Value>> GitHub::get_json(std::string path) {
  std::string accept = kJson;
  const auto answer = co_await get(std::move(path), std::move(accept), kLargestAnswer);
  if (!answer) co_return std::unexpected(answer.error());
  auto value = json::parse(answer->body, {.max_depth = 32, .allow_nan = false});
  if (!value) co_return not_like_github();
  co_return *std::move(value);
}

Task<Result<std::vector<RepositoryEntry>>> GitHub::repositories(std::string owner) {
  if (!is_owner(owner)) co_return failure(ErrorCode::invalid, "This is no name at GitHub.");
  std::string path =
      "/users/" + net::percent_encode(owner) + "/repos?per_page=100&sort=pushed&type=all";
  const auto answer = co_await get_json(std::move(path));
  if (!answer) co_return std::unexpected(answer.error());
  const json::Array* list = answer->if_array();
  if (list == nullptr) co_return not_like_github();
  co_return entries_of(*list);
}

Task<Result<std::vector<RepositoryEntry>>> GitHub::search(std::string words) {
  if (words.empty() || words.size() > 200)
    co_return failure(ErrorCode::invalid, "Type some words to search for.");
  std::string path = "/search/repositories?per_page=50&q=" + net::percent_encode(words);
  const auto answer = co_await get_json(std::move(path));
  if (!answer) co_return std::unexpected(answer.error());
  const json::Object* object = answer->if_object();
  const json::Array* list = object != nullptr ? json::array_at(*object, "items") : nullptr;
  if (list == nullptr) co_return not_like_github();
  co_return entries_of(*list);
}

Task<Result<std::vector<std::string>>> GitHub::branches(Repository repository) {
  std::string path = path_of(repository) + "/branches?per_page=100";
  const auto answer = co_await get_json(std::move(path));
  if (!answer) co_return std::unexpected(answer.error());
  const json::Array* list = answer->if_array();
  if (list == nullptr) co_return not_like_github();
  std::vector<std::string> names;
  for (const json::Value& value : *list) {
    const json::Object* object = value.if_object();
    std::string name =
        object != nullptr ? json::string_at(*object, "name").value_or("") : std::string();
    if (is_ref(name)) names.push_back(std::move(name));
  }
  co_return names;
}

Task<Result<NotebookFiles>> GitHub::notebooks(Repository repository, std::string ref) {
  if (!is_ref(ref)) co_return failure(ErrorCode::invalid, "This is no name of a branch.");
  std::string path =
      path_of(repository) + "/git/trees/" + net::percent_encode(ref) + "?recursive=1";
  const auto answer = co_await get_json(std::move(path));
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

Task<Result<File>> GitHub::file(std::string address) {
  const auto places = parse_blob(address);
  if (!places) co_return std::unexpected(places.error());
  Result<File> found = failure(ErrorCode::not_found, "GitHub has nothing there, or it is private.");
  for (const Place& place : *places) {
    std::string path = path_of(place.repository) + "/contents/" + encoded_path(place.path) +
                       "?ref=" + net::percent_encode(place.ref);
    std::string accept = kRaw;
    auto answer = co_await get(std::move(path), std::move(accept), kLargestFile);
    if (answer) {
      co_return File{.origin = "github:" + address,
                     .title = title_of_path(place.path),
                     .bytes = std::move(answer->body)};
    }
    found = std::unexpected(answer.error());
    if (answer.error().code != ErrorCode::not_found) break;
  }
  co_return found;
}

Task<Result<File>> GitHub::gist(std::string address) {
  const auto id = parse_gist(address);
  if (!id) co_return std::unexpected(id.error());
  std::string path = "/gists/" + *id;
  const auto answer = co_await get_json(std::move(path));
  if (!answer) co_return std::unexpected(answer.error());
  const json::Object* object = answer->if_object();
  const json::Object* files = object != nullptr ? json::object_at(*object, "files") : nullptr;
  if (files == nullptr) co_return not_like_github();
  for (const auto& [name, value] : *files) {
    const json::Object* file = value.if_object();
    if (file == nullptr || !name.ends_with(".ipynb")) continue;
    if (json::bool_at(*file, "truncated").value_or(false))
      co_return failure(ErrorCode::too_large, "The notebook is too large.");
    co_return File{.origin = "gist:" + *id,
                   .title = title_of_path(name),
                   .bytes = json::string_at(*file, "content").value_or("")};
  }
  co_return failure(ErrorCode::not_found, "There is no notebook in this gist.");
}

}  // namespace colibri::github
