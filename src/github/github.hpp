#pragma once
// Notebooks at GitHub, or at a GitHub Enterprise server of one's own, over its REST interface: they
// are found, read and saved there, in nobody's name or in that of a person whose token is given.
// All requests go to the configured addresses and nowhere else; what comes back is checked and
// bounded. On the reactor thread.
#include <string>
#include <variant>
#include <vector>

#include "async/task.hpp"
#include "base/json.hpp"
#include "github/place.hpp"
#include "github/requests.hpp"
#include "github/settings.hpp"
#include "github/targets.hpp"
#include "net/http_client.hpp"

namespace colibri::github {

struct RepositoryEntry {
  Repository repository;
  std::string description, default_branch;
  bool is_private = false;
  bool may_write = false;  // Whoever asked.
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
  Targets targets;  // The place that it was read from.
};

// What a token stands for.
struct TokenFacts {
  std::string login;
  std::string scopes;  // "gist, repo"; of a fine-grained token GitHub tells none.
};

// A person's way to GitHub's own page, where they agree to be connected.
struct Invitation {
  std::string state, challenge, redirect_uri;
};

struct SaveFile {
  Repository repository;
  std::string branch, path, message, bytes;
  std::string over;  // The file that may be replaced, by its sha; empty: there must be none.
};

struct SaveGist {
  std::string id;       // Empty: a new one.
  std::string version;  // That may be replaced; empty: whatever is there.
  std::string name;     // Of the file.
  std::string description, bytes;
  bool is_public = false;  // Of a new one.
};

// Nothing was saved: there is something else now than the person has seen. Empty: nothing any more.
struct Meanwhile {
  std::string there;
};

// Of all of these the errors are sentences for a person:
//
// invalid      no such name or address can be
// not_found    GitHub has no such thing, or it is private
// denied       GitHub refuses
// conflict     GitHub does not take what is to be saved; it says why
// too_large    the file
// unavailable  it does not answer, or not as GitHub does, or it was asked too often: then the
//              sentence says how long to wait
//
// `token` is a person's, or empty: nobody's.
class GitHub {
 public:
  // `http` must outlive this. `app_secret` is that of settings.oauth.
  GitHub(net::HttpClient& http, Settings settings, std::string app_secret)
      : http_(http),
        settings_(std::move(settings)),
        app_secret_(std::move(app_secret)),
        requests_(http, settings_) {}
  GitHub(const GitHub&) = delete;

  [[nodiscard]] const Settings& settings() const { return settings_; }

  // --- github.cpp: what there is ---

  // Public ones of a user or an organisation, those changed last first; a hundred at most.
  Task<Result<std::vector<RepositoryEntry>>> repositories(std::string token, std::string owner);
  // All that the token's person has to do with, private ones too; a thousand at most.
  Task<Result<std::vector<RepositoryEntry>>> own_repositories(std::string token);
  // Those that fit the words best, fifty at most.
  Task<Result<std::vector<RepositoryEntry>>> search(std::string token, std::string words,
                                                    bool with_private);
  Task<Result<std::vector<std::string>>> branches(std::string token, Repository repository);
  Task<Result<NotebookFiles>> notebooks(std::string token, Repository repository, std::string ref);
  // As parse_blob() and parse_gist() take it. Of a gist its first notebook.
  Task<Result<File>> file(std::string token, std::string address);
  Task<Result<File>> gist(std::string token, std::string address);

  // --- github_saving.cpp ---

  // One commit, or nothing.
  Task<Result<std::variant<FileTarget, Meanwhile>>> save_file(std::string token, SaveFile save);
  Task<Result<std::variant<GistTarget, Meanwhile>>> save_gist(std::string token, SaveGist save);
  Task<Result<>> remove_gist(std::string token, std::string id);

  // --- github_account.cpp: whose token it is ---

  // `denied` when GitHub does not know it.
  Task<Result<TokenFacts>> look_at_token(std::string token);
  // Where the browser of somebody goes who wants to be connected. Requires settings().oauth.
  [[nodiscard]] std::string authorization_url(const Invitation& invitation) const;
  // The token for what GitHub has given the browser. Its errors are for the log.
  Task<Result<std::string>> redeem(std::string code, std::string verifier,
                                   std::string redirect_uri);

 private:
  Task<Result<std::variant<FileTarget, Meanwhile>>> look_why(std::string token, SaveFile save,
                                                             net::Fetched refused);
  Task<Result<std::string>> sha_of_file(std::string token, SaveFile save);

  net::HttpClient& http_;
  Settings settings_;
  std::string app_secret_;
  Requests requests_;
};

// A gist as GitHub tells of it.
[[nodiscard]] GistTarget gist_target(const json::Object& gist);

// Printable ASCII without blanks, of a length that tokens have.
[[nodiscard]] bool is_token(std::string_view text);

}  // namespace colibri::github
