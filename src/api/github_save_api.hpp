#pragma once
// The routes that save a notebook in a repository or a gist of its person (docs/protocol.md 5.2).
// For people at their pages: no API token writes in their name at GitHub.
#include <variant>

#include "api/account_api.hpp"
#include "async/blocking_pool.hpp"
#include "github/github.hpp"
#include "github/targets.hpp"
#include "net/router.hpp"
#include "notebooks/notebooks.hpp"
#include "secrets/github_accounts.hpp"

namespace colibri::api {

class GitHubSaveApi {
 public:
  // All must outlive the last request.
  struct Parts {
    github::GitHub& github;
    github::TargetRows& targets;
    secrets::GitHubAccounts& accounts;
    notebooks::Notebooks& notebooks;
    AccountApi& people;
    async::BlockingPool& pool;
  };
  explicit GitHubSaveApi(Parts parts) : parts_(parts) {}

  // Without GitHub there are none.
  void add_routes(net::Router& router);

 private:
  using Answer = Task<net::Response>;
  // What is to be saved, in whose name, and what is known of where it was.
  struct Start;

  Answer look(net::Request& request);
  Answer save_file(net::Request& request);
  Answer save_gist(net::Request& request);
  // The answer instead, when it cannot begin.
  Task<std::variant<Start, net::Response>> start(net::Request& request);
  Answer save_new_gist(Start start, github::SaveGist save, bool link);
  Task<Result<std::string>> linked(std::string bytes, std::string server, std::string path);
  Answer remember(Start start, github::Targets targets);

  Parts parts_;
};

}  // namespace colibri::api
