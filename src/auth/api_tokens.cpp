#include "auth/api_tokens.hpp"

#include <soci/soci.h>

#include <algorithm>
#include <array>
#include <boost/algorithm/string/join.hpp>
#include <boost/algorithm/string/split.hpp>

#include "auth/accounts.hpp"
#include "auth/token.hpp"
#include "base/random.hpp"

namespace colibri::auth {

namespace {

constexpr std::string_view kTokenPrefix = "colibri_";
constexpr std::string_view kTokenIdPrefix = "k_";
constexpr int64_t kMarkUsedAfterMs = 60LL * 1000;
constexpr int64_t kLeastTokenLifeMs = 60LL * 1000;
constexpr std::array kScopes = {kReadNotebooks, kWriteNotebooks, kRunNotebooks, kReadDrive,
                                kWriteDrive};

std::vector<std::string> split_scopes(const std::string& text) {
  std::vector<std::string> scopes;
  boost::split(scopes, text, [](char c) { return c == ' '; });
  return scopes;
}

Result<> check_token(const std::string& name, const std::vector<std::string>& scopes,
                     int64_t life_ms) {
  if (name.empty()) return failure(ErrorCode::invalid, "a token needs a name");
  if (scopes.empty() || scopes.size() > kScopes.size()) {
    return failure(ErrorCode::invalid, "a token needs one or more scopes");
  }
  for (const std::string& scope : scopes) {
    const bool known = std::ranges::find(kScopes, scope) != kScopes.end();
    if (!known || std::ranges::count(scopes, scope) > 1) {
      return failure(ErrorCode::invalid, "a scope is unknown, or comes twice");
    }
  }
  if (life_ms < kLeastTokenLifeMs || life_ms > kMostTokenLifeMs) {
    return failure(ErrorCode::invalid, "a token lives for at most a year");
  }
  return {};
}

Result<> insert_token(soci::session& sql, const UserId& user, const ApiToken& entry,
                      const std::string& hash) {
  sql << "DELETE FROM api_tokens WHERE expires_ms <= :now", soci::use(entry.created_ms);
  int64_t count = 0;
  sql << "SELECT count(*) FROM api_tokens WHERE user_id = :user", soci::use(user.value),
      soci::into(count);
  if (count >= static_cast<int64_t>(kMostTokens)) {
    return failure(ErrorCode::conflict, "there are 50 tokens already; revoke one first");
  }
  const std::string scopes = boost::algorithm::join(entry.scopes, " ");
  sql << "INSERT INTO api_tokens (id, token_hash, user_id, name, scopes, created_ms, expires_ms, "
         "used_ms) VALUES (:id, :hash, :user, :name, :scopes, :created, :expires, 0)",
      soci::use(entry.id), soci::use(hash), soci::use(user.value), soci::use(entry.name),
      soci::use(scopes), soci::use(entry.created_ms), soci::use(entry.expires_ms);
  return {};
}

struct TokenRow {
  net::Identity identity;
  int64_t used_ms = 0;
};

std::optional<TokenRow> find_token(soci::session& sql, const std::string& hash, int64_t now_ms) {
  TokenRow row;
  std::string scopes, role;
  sql << "SELECT t.id, t.user_id, t.scopes, t.used_ms, u.role FROM api_tokens t "
         "JOIN users u ON u.id = t.user_id "
         "WHERE t.token_hash = :hash AND t.expires_ms > :now AND u.disabled_ms = 0",
      soci::use(hash), soci::use(now_ms), soci::into(row.identity.session),
      soci::into(row.identity.user.value), soci::into(scopes), soci::into(row.used_ms),
      soci::into(role);
  if (!sql.got_data()) return std::nullopt;
  row.identity.owner = role == "owner";
  row.identity.scopes = split_scopes(scopes);
  return row;
}

}  // namespace

bool is_token_name(std::string_view session) {
  return session.starts_with(kTokenIdPrefix);
}

Task<Result<NewApiToken>> ApiTokens::create(UserId user, std::string name,
                                            std::vector<std::string> scopes, int64_t life_ms,
                                            int64_t now_ms) {
  auto called = normalize_name(name);
  if (!called) co_return std::unexpected(called.error());
  if (auto good = check_token(*called, scopes, life_ms); !good) {
    co_return std::unexpected(good.error());
  }
  NewApiToken made{.entry = {.id = random_id(kTokenIdPrefix),
                             .name = *std::move(called),
                             .scopes = std::move(scopes),
                             .created_ms = now_ms,
                             .expires_ms = now_ms + life_ms},
                   .token = std::string(kTokenPrefix) + new_token()};
  auto work = [user, entry = made.entry, hash = token_hash(made.token)](soci::session& sql) {
    return insert_token(sql, user, entry, hash);
  };
  if (auto saved = co_await store_.write(std::move(work)); !saved) {
    co_return std::unexpected(saved.error());
  }
  co_return made;
}

Task<Result<std::vector<ApiToken>>> ApiTokens::list(UserId user, int64_t now_ms) {
  using List = std::vector<ApiToken>;
  auto work = [user, now_ms](soci::session& sql) -> Result<List> {
    List list;
    ApiToken entry;
    std::string scopes;
    soci::statement rows =
        (sql.prepare << "SELECT id, name, scopes, created_ms, expires_ms, used_ms FROM api_tokens "
                        "WHERE user_id = :user AND expires_ms > :now ORDER BY created_ms DESC, id",
         soci::use(user.value), soci::use(now_ms), soci::into(entry.id), soci::into(entry.name),
         soci::into(scopes), soci::into(entry.created_ms), soci::into(entry.expires_ms),
         soci::into(entry.used_ms));
    rows.execute();
    while (rows.fetch()) {
      entry.scopes = split_scopes(scopes);
      list.push_back(entry);
    }
    return list;
  };
  co_return co_await store_.read<List>(std::move(work));
}

Task<Result<>> ApiTokens::revoke(UserId user, std::string id) {
  auto work = [user, id](soci::session& sql) -> Result<> {
    std::string found;
    sql << "DELETE FROM api_tokens WHERE id = :id AND user_id = :user RETURNING id", soci::use(id),
        soci::use(user.value), soci::into(found);
    if (!sql.got_data()) return failure(ErrorCode::not_found, "there is no such token");
    return {};
  };
  auto revoked = co_await store_.write(std::move(work));
  if (revoked) sessions_.tell(id);
  co_return revoked;
}

Task<Result<std::optional<net::Identity>>> ApiTokens::find(std::string token, int64_t now_ms) {
  if (!token.starts_with(kTokenPrefix) || !is_token(token.substr(kTokenPrefix.size()))) {
    co_return std::nullopt;
  }
  const std::string hash = token_hash(token);
  auto work = [hash, now_ms](soci::session& sql) -> Result<std::optional<TokenRow>> {
    return find_token(sql, hash, now_ms);
  };
  auto row = co_await store_.read<std::optional<TokenRow>>(std::move(work));
  if (!row) co_return std::unexpected(row.error());
  if (!*row) co_return std::nullopt;
  if ((*row)->used_ms + kMarkUsedAfterMs < now_ms) {
    auto mark = [hash, now_ms](soci::session& sql) -> Result<> {
      sql << "UPDATE api_tokens SET used_ms = :now WHERE token_hash = :hash", soci::use(now_ms),
          soci::use(hash);
      return {};
    };
    (void)co_await store_.write(std::move(mark));  // Only tells when it was used.
  }
  co_return std::move((*row)->identity);
}

}  // namespace colibri::auth
