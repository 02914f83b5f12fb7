#include "secrets/github_accounts.hpp"

#include <soci/soci.h>

namespace colibri::secrets {

namespace {

// What a token is sealed for; no name of a secret makes the same (its owner begins with the user).
std::string github_owner(const UserId& user) {
  return "github\n" + user.value;
}

}  // namespace

Task<Result<std::optional<GitHubAccount>>> GitHubAccounts::find(UserId user) {
  using Found = std::optional<GitHubAccount>;
  store::Work<Found> work = [user](soci::session& sql) -> Result<Found> {
    GitHubAccount account;
    sql << "SELECT kind, login, scopes, created_ms FROM github_accounts WHERE user_id = :user",
        soci::use(user.value), soci::into(account.kind), soci::into(account.login),
        soci::into(account.scopes), soci::into(account.created_ms);
    if (!sql.got_data()) return Found();
    return Found(std::move(account));
  };
  co_return co_await store_.read<Found>(std::move(work));
}

Task<Result<std::string>> GitHubAccounts::token(UserId user) {
  store::Work<std::string> work = [user](soci::session& sql) -> Result<std::string> {
    std::string sealed;
    sql << "SELECT sealed FROM github_accounts WHERE user_id = :user", soci::use(user.value),
        soci::into(sealed);
    return sql.got_data() ? sealed : std::string();
  };
  const auto sealed = co_await store_.read<std::string>(std::move(work));
  if (!sealed || sealed->empty()) co_return sealed;
  co_return key_.open_sealed(*sealed, github_owner(user));
}

Task<Result<>> GitHubAccounts::connect(UserId user, GitHubAccount account, std::string token) {
  const std::string sealed = key_.seal(token, github_owner(user));
  store::Work<> work = [user, account, sealed](soci::session& sql) -> Result<> {
    sql << "INSERT INTO github_accounts (user_id, kind, login, scopes, sealed, created_ms)"
           " VALUES (:user, :kind, :login, :scopes, :sealed, :created)"
           " ON CONFLICT (user_id) DO UPDATE SET kind = excluded.kind, login = excluded.login,"
           " scopes = excluded.scopes, sealed = excluded.sealed, created_ms = excluded.created_ms",
        soci::use(user.value), soci::use(account.kind), soci::use(account.login),
        soci::use(account.scopes), soci::use(sealed), soci::use(account.created_ms);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<>> GitHubAccounts::disconnect(UserId user) {
  store::Work<> work = [user](soci::session& sql) -> Result<> {
    sql << "DELETE FROM github_accounts WHERE user_id = :user", soci::use(user.value);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

}  // namespace colibri::secrets
