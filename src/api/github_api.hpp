#pragma once
// The routes about notebooks at GitHub: what there is, and a playground of one. A person who is
// connected asks in their own name, an API token of theirs in nobody's.
#include "github/github.hpp"
#include "github/targets.hpp"
#include "net/router.hpp"
#include "notebooks/notebooks.hpp"
#include "secrets/github_accounts.hpp"

namespace colibri::api {

class GitHubApi {
 public:
  // All must outlive the last request.
  GitHubApi(github::GitHub& github, github::TargetRows& targets, secrets::GitHubAccounts& accounts,
            notebooks::Notebooks& notebooks)
      : github_(github), targets_(targets), accounts_(accounts), notebooks_(notebooks) {}

  // This must outlive the router's use. Without GitHub only the route that says so.
  void add_routes(net::Router& router);

 private:
  using Answer = Task<net::Response>;

  Answer about();
  Answer repositories(net::Request& request);
  Answer branches(net::Request& request);
  Answer notebooks(net::Request& request);
  Answer file(net::Request& request);
  Answer play(net::Request& request);
  // The token of whoever asks; empty: nobody's.
  Task<Result<std::string>> token_of(net::Request& request);
  using Entries = Result<std::vector<github::RepositoryEntry>>;
  // All of an owner that the token's person may see.
  Task<Entries> all_of(std::string token, std::string owner);
  Task<Entries> wanted(net::Request& request, std::string token);
  // The notebook at a query's `path`, or its `gist`.
  Task<Result<github::File>> fetch(net::Request& request, std::string path, std::string gist);

  github::GitHub& github_;
  github::TargetRows& targets_;
  secrets::GitHubAccounts& accounts_;
  notebooks::Notebooks& notebooks_;
};

}  // namespace colibri::api
