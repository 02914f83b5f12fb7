#pragma once
// How people are connected to GitHub: one token each, sealed as their secrets are before it reaches
// the store. It is in no file, log, export or answer; what people see of it is whose it is.
#include <optional>
#include <string>

#include "async/task.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "secrets/key.hpp"
#include "store/store.hpp"

namespace colibri::secrets {

struct GitHubAccount {
  std::string kind;    // "token": made by the person; "oauth": got by the server's OAuth app.
  std::string login;   // At GitHub.
  std::string scopes;  // As GitHub tells them; empty of a fine-grained token.
  int64_t created_ms = 0;
};

class GitHubAccounts {
 public:
  // `store` must outlive this.
  GitHubAccounts(store::Store& store, Key key) : store_(store), key_(std::move(key)) {}

  Task<Result<std::optional<GitHubAccount>>> find(UserId user);
  // Empty when the person is not connected; corrupt when the server has another key.
  Task<Result<std::string>> token(UserId user);
  // In place of what there was.
  Task<Result<>> connect(UserId user, GitHubAccount account, std::string token);
  Task<Result<>> disconnect(UserId user);

 private:
  store::Store& store_;
  Key key_;
};

}  // namespace colibri::secrets
