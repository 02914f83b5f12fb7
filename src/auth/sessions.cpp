#include "auth/sessions.hpp"

#include <soci/soci.h>

#include "auth/token.hpp"

namespace colibri::auth {

namespace {

constexpr int64_t kProlongAfterMs = 60LL * 60 * 1000;
constexpr std::string_view kSecureName = "__Host-colibri";
constexpr std::string_view kPlainName = "colibri";

struct SessionRow {
  net::Identity identity;
  int64_t last_seen_ms = 0;
};

std::optional<SessionRow> find_row(soci::session& sql, const std::string& hash, int64_t now_ms) {
  SessionRow row;
  std::string role;
  sql << "SELECT user_id, csrf, last_seen_ms, role FROM web_sessions "
         "JOIN users ON users.id = user_id WHERE token_hash = :hash AND expires_ms > :now",
      soci::use(hash), soci::use(now_ms), soci::into(row.identity.user.value),
      soci::into(row.identity.csrf), soci::into(row.last_seen_ms), soci::into(role);
  if (!sql.got_data()) return std::nullopt;
  row.identity.session = hash;
  row.identity.owner = role == "owner";
  return row;
}

// Safari keeps no Secure cookie from http, not even on the loopback as the others do.
bool is_safari(const net::Request& request) {
  const auto agent = request.header(net::http::field::user_agent);
  return agent.find("Safari/") != std::string_view::npos &&
         agent.find("Chrom") == std::string_view::npos;
}

bool wants_secure(const net::Request& request) {
  return request.https || (request.is_loopback() && !is_safari(request));
}

std::string cookie(const net::Request& request, std::string_view value, int64_t life_seconds) {
  const bool secure = wants_secure(request);
  std::string out(secure ? kSecureName : kPlainName);
  out.append("=").append(value).append("; Path=/; HttpOnly; SameSite=Lax; Max-Age=");
  out += std::to_string(life_seconds);
  if (secure) out += "; Secure";
  return out;
}

}  // namespace

Task<Result<NewSession>> Sessions::create(UserId user, int64_t now_ms) {
  NewSession made{.token = new_token()};
  made.identity.user = user;
  made.identity.session = token_hash(made.token);
  made.identity.csrf = new_token();
  auto work = [identity = made.identity, now_ms](soci::session& sql) -> Result<bool> {
    sql << "DELETE FROM web_sessions WHERE expires_ms <= :now", soci::use(now_ms);
    const int64_t expires = now_ms + kSessionLifeMs;
    sql << "INSERT INTO web_sessions (token_hash, user_id, csrf, created_ms, expires_ms, "
           "last_seen_ms) VALUES (:hash, :user, :csrf, :now, :expires, :now)",
        soci::use(identity.session, "hash"), soci::use(identity.user.value, "user"),
        soci::use(identity.csrf, "csrf"), soci::use(now_ms, "now"), soci::use(expires, "expires");
    std::string role;
    sql << "SELECT role FROM users WHERE id = :id", soci::use(identity.user.value),
        soci::into(role);
    return role == "owner";
  };
  auto saved = co_await store_.write<bool>(std::move(work));
  if (!saved) co_return std::unexpected(saved.error());
  made.identity.owner = *saved;
  co_return made;
}

Task<Result<std::optional<net::Identity>>> Sessions::find(std::string token, int64_t now_ms) {
  if (!is_token(token)) co_return std::nullopt;
  const std::string hash = token_hash(token);
  auto work = [hash, now_ms](soci::session& sql) -> Result<std::optional<SessionRow>> {
    return find_row(sql, hash, now_ms);
  };
  auto row = co_await store_.read<std::optional<SessionRow>>(std::move(work));
  if (!row) co_return std::unexpected(row.error());
  if (!*row) co_return std::nullopt;
  if ((*row)->last_seen_ms + kProlongAfterMs < now_ms) {
    auto work = [hash, now_ms](soci::session& sql) -> Result<> {
      const int64_t expires = now_ms + kSessionLifeMs;
      sql << "UPDATE web_sessions SET last_seen_ms = :now, expires_ms = :expires "
             "WHERE token_hash = :hash",
          soci::use(now_ms), soci::use(expires), soci::use(hash);
      return {};
    };
    // If this fails (a full disk) the session still stands until its time.
    (void)co_await store_.write(std::move(work));
  }
  co_return std::move((*row)->identity);
}

Task<Result<bool>> Sessions::alive(std::string session, int64_t now_ms) {
  auto work = [session, now_ms](soci::session& sql) -> Result<bool> {
    return find_row(sql, session, now_ms).has_value();
  };
  co_return co_await store_.read<bool>(std::move(work));
}

Task<Result<>> Sessions::end(std::string session) {
  auto work = [session](soci::session& sql) -> Result<> {
    sql << "DELETE FROM web_sessions WHERE token_hash = :hash", soci::use(session);
    return {};
  };
  auto ended = co_await store_.write(std::move(work));
  if (ended) tell(session);
  co_return ended;
}

Task<Result<>> Sessions::end_others(UserId user, std::string keep) {
  using Names = std::vector<std::string>;
  auto work = [user, keep](soci::session& sql) -> Result<Names> {
    Names names;
    {
      const soci::rowset<std::string> rows =
          (sql.prepare << "SELECT token_hash FROM web_sessions "
                          "WHERE user_id = :user AND token_hash <> :keep",
           soci::use(user.value), soci::use(keep));
      for (const std::string& name : rows) names.push_back(name);
    }
    sql << "DELETE FROM web_sessions WHERE user_id = :user AND token_hash <> :keep",
        soci::use(user.value), soci::use(keep);
    // A link that went out before must not outlive the change either.
    sql << "DELETE FROM signin_links WHERE user_id = :user", soci::use(user.value);
    return names;
  };
  auto ended = co_await store_.write<Names>(std::move(work));
  if (!ended) co_return std::unexpected(ended.error());
  for (const std::string& session : *ended) tell(session);
  co_return Result<>();
}

uint64_t Sessions::watch(const std::string& session, std::function<void()> ended) {
  watchers_.emplace(next_watcher_, Watcher{session, std::move(ended)});
  return next_watcher_++;
}

void Sessions::unwatch(uint64_t watcher) {
  watchers_.erase(watcher);
}

void Sessions::tell(const std::string& session) {
  std::vector<std::function<void()>> told;
  for (auto it = watchers_.begin(); it != watchers_.end();) {
    if (it->second.session != session) {
      ++it;
      continue;
    }
    told.push_back(std::move(it->second.ended));
    it = watchers_.erase(it);
  }
  for (const auto& ended : told) ended();
}

std::string_view session_cookie(const net::Request& request) {
  return request.cookie(wants_secure(request) ? kSecureName : kPlainName);
}

std::string set_cookie(const net::Request& request, std::string_view token) {
  return cookie(request, token, kSessionLifeMs / 1000);
}

std::string clear_cookie(const net::Request& request) {
  return cookie(request, "", 0);
}

}  // namespace colibri::auth
