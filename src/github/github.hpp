#pragma once
// Reads notebooks from GitHub, or from a GitHub Enterprise server of one's own, over its REST
// interface. All requests go to the configured address and nowhere else; what comes back is checked
// and bounded. On the reactor thread.
#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/json.hpp"
#include "github/place.hpp"
#include "net/http_client.hpp"

namespace colibri::github {

// `github:` in colibri.yaml.
struct Settings {
  bool enabled = true;
  std::string api = "https://api.github.com";
  std::string web = "https://github.com";  // Where people look at it.
};

// `invalid` with a sentence that names the key.
[[nodiscard]] Result<> check_settings(const Settings& settings);

struct RepositoryEntry {
  Repository repository;
  std::string description, default_branch;
};

struct NotebookFile {
  std::string path;
  int64_t bytes = 0;
};

struct NotebookFiles {
  std::vector<NotebookFile> files;
  bool truncated = false;  // There are more than GitHub tells at once.
};

struct File {
  std::string origin;  // "github:owner/name/blob/REF/PATH" or "gist:ID"
  std::string title;
  std::string bytes;
};

// Of all of these the errors are sentences for a person:
//
// invalid      no such name or address can be
// not_found    GitHub has no such thing, or it is private
// denied       GitHub refuses
// too_large    the file
// unavailable  it does not answer, or not as GitHub does, or this server has asked too often:
//              then the sentence says how long to wait
class GitHub {
 public:
  // `http` must outlive this.
  GitHub(net::HttpClient& http, Settings settings) : http_(http), settings_(std::move(settings)) {}

  [[nodiscard]] const Settings& settings() const { return settings_; }

  // Of a user or an organisation, those changed last first; a hundred at most, as with search().
  Task<Result<std::vector<RepositoryEntry>>> repositories(std::string owner);
  // Those that fit the words best.
  Task<Result<std::vector<RepositoryEntry>>> search(std::string words);
  Task<Result<std::vector<std::string>>> branches(Repository repository);
  Task<Result<NotebookFiles>> notebooks(Repository repository, std::string ref);

  // As parse_blob() and parse_gist() take it. Of a gist its first notebook.
  Task<Result<File>> file(std::string address);
  Task<Result<File>> gist(std::string address);

 private:
  Task<Result<net::Fetched>> get(std::string path, std::string accept, size_t limit);
  Task<Result<json::Value>> get_json(std::string path);

  net::HttpClient& http_;
  Settings settings_;
};

}  // namespace colibri::github
