#pragma once
// The routes by which a person is connected to GitHub (docs/protocol.md 5.2): by a token, or by
// GitHub's OAuth web flow, whose way there and back are navigations of the browser. For people at
// their pages: no API token connects anybody.
#include "api/account_api.hpp"
#include "github/github.hpp"
#include "net/router.hpp"
#include "oidc/attempts.hpp"
#include "secrets/github_accounts.hpp"

namespace colibri::api {

// What the page may know of it.
[[nodiscard]] json::Value to_json(const std::optional<secrets::GitHubAccount>& account);

class GitHubAccountApi {
 public:
  // All must outlive the last request.
  GitHubAccountApi(github::GitHub& github, secrets::GitHubAccounts& accounts, AccountApi& people)
      : github_(github), accounts_(accounts), people_(people) {}

  void add_routes(net::Router& router);

 private:
  using Answer = Task<net::Response>;

  Answer look(net::Request& request);
  Answer connect(net::Request& request);
  Answer disconnect(net::Request& request);
  Answer begin(net::Request& request);
  Answer come_back(net::Request& request);
  // Takes the token in if GitHub knows it.
  Task<Result<secrets::GitHubAccount>> take(UserId user, std::string token, std::string kind);

  github::GitHub& github_;
  secrets::GitHubAccounts& accounts_;
  AccountApi& people_;
  oidc::Attempts attempts_;
};

}  // namespace colibri::api
