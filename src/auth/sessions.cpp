#include "auth/sessions.hpp"

#include <soci/soci.h>

#include "auth/api_tokens.hpp"
#include "auth/token.hpp"
#include "base/utf.hpp"

namespace colibri::auth {

namespace {

constexpr size_t kMaxUserAgent = 300;
constexpr int64_t kProlongAfterMs = 60LL * 60 * 1000;
constexpr std::string_view kSecurePrefix = "__Host-";
constexpr std::string_view kSessionCookie = "colibri";

struct SessionRow {
  net::Identity identity;
  int64_t last_seen_ms = 0;
};

std::optional<SessionRow> find_row(soci::session& sql, const std::string& hash, int64_t now_ms) {
  SessionRow row;
  std::string role;
  sql << "SELECT s.user_id, s.csrf, s.last_seen_ms, s.created_ms, s.method, u.role "
         "FROM web_sessions s JOIN users u ON u.id = s.user_id "
         "WHERE s.token_hash = :hash AND s.expires_ms > :now AND u.disabled_ms = 0",
      soci::use(hash), soci::use(now_ms), soci::into(row.identity.user.value),
      soci::into(row.identity.csrf), soci::into(row.last_seen_ms),
      soci::into(row.identity.signed_in_ms), soci::into(row.identity.method), soci::into(role);
  if (!sql.got_data()) return std::nullopt;
  row.identity.session = hash;
  row.identity.owner = role == "owner";
  return row;
}

bool token_alive(soci::session& sql, const std::string& id, int64_t now_ms) {
  int64_t count = 0;
  sql << "SELECT count(*) FROM api_tokens t JOIN users u ON u.id = t.user_id "
         "WHERE t.id = :id AND t.expires_ms > :now AND u.disabled_ms = 0",
      soci::use(id), soci::use(now_ms), soci::into(count);
  return count > 0;
}

void mark_seen(soci::session& sql, const UserId& user, int64_t now_ms) {
  sql << "UPDATE users SET last_seen_ms = :now WHERE id = :id", soci::use(now_ms),
      soci::use(user.value);
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

}  // namespace

Arrival arrival_of(const net::Request& request, std::string method) {
  const std::string agent =
      make_valid_utf8(request.header(net::http::field::user_agent).substr(0, kMaxUserAgent));
  return {std::move(method), agent, request.remote.to_string()};
}

Task<Result<NewSession>> Sessions::create(UserId user, Arrival arrival, int64_t now_ms) {
  NewSession made{.token = new_token()};
  made.identity.user = user;
  made.identity.session = token_hash(made.token);
  made.identity.csrf = new_token();
  made.identity.signed_in_ms = now_ms;
  made.identity.method = arrival.method;
  auto work = [identity = made.identity, arrival, now_ms](soci::session& sql) -> Result<bool> {
    sql << "DELETE FROM web_sessions WHERE expires_ms <= :now", soci::use(now_ms);
    const int64_t expires = now_ms + kSessionLifeMs;
    sql << "INSERT INTO web_sessions (token_hash, user_id, csrf, created_ms, expires_ms, "
           "last_seen_ms, method, user_agent, address) "
           "VALUES (:hash, :user, :csrf, :now, :expires, :now, :method, :agent, :address)",
        soci::use(identity.session, "hash"), soci::use(identity.user.value, "user"),
        soci::use(identity.csrf, "csrf"), soci::use(now_ms, "now"), soci::use(expires, "expires"),
        soci::use(arrival.method, "method"), soci::use(arrival.user_agent, "agent"),
        soci::use(arrival.address, "address");
    mark_seen(sql, identity.user, now_ms);
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
    auto work = [hash, user = (*row)->identity.user, now_ms](soci::session& sql) -> Result<> {
      mark_seen(sql, user, now_ms);
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

Task<Result<std::vector<SessionEntry>>> Sessions::list(UserId user, int64_t now_ms) {
  using List = std::vector<SessionEntry>;
  auto work = [user, now_ms](soci::session& sql) -> Result<List> {
    List list;
    SessionEntry entry;
    soci::statement rows =
        (sql.prepare << "SELECT token_hash, method, user_agent, address, created_ms, last_seen_ms "
                        "FROM web_sessions WHERE user_id = :user AND expires_ms > :now "
                        "ORDER BY last_seen_ms DESC, created_ms DESC",
         soci::use(user.value), soci::use(now_ms), soci::into(entry.session),
         soci::into(entry.arrival.method), soci::into(entry.arrival.user_agent),
         soci::into(entry.arrival.address), soci::into(entry.created_ms),
         soci::into(entry.last_seen_ms));
    rows.execute();
    while (rows.fetch()) list.push_back(entry);
    return list;
  };
  co_return co_await store_.read<List>(std::move(work));
}

Task<Result<bool>> Sessions::alive(std::string session, int64_t now_ms) {
  auto work = [session, now_ms](soci::session& sql) -> Result<bool> {
    if (is_token_name(session)) return token_alive(sql, session, now_ms);
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

Task<Result<>> Sessions::end_own(UserId user, std::string session) {
  auto work = [user, session](soci::session& sql) -> Result<> {
    std::string found;
    sql << "DELETE FROM web_sessions WHERE token_hash = :hash AND user_id = :user "
           "RETURNING token_hash",
        soci::use(session), soci::use(user.value), soci::into(found);
    if (!sql.got_data()) return failure(ErrorCode::not_found, "there is no such session");
    return {};
  };
  auto ended = co_await store_.write(std::move(work));
  if (ended) tell(session);
  co_return ended;
}

Task<Result<>> Sessions::end_others(UserId user, std::string keep) {
  return end_but(std::move(user), std::move(keep), kSignedOut);
}

Task<Result<>> Sessions::end_but(UserId user, std::string keep, std::string why) {
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
  for (const std::string& session : *ended) tell(session, why);
  co_return Result<>();
}

Task<Result<>> Sessions::end_all(UserId user, std::string why) {
  if (auto ended = co_await end_but(user, "", why); !ended) co_return ended;
  using Names = std::vector<std::string>;
  auto work = [user](soci::session& sql) -> Result<Names> {
    Names names;
    const soci::rowset<std::string> rows =
        (sql.prepare << "SELECT id FROM api_tokens WHERE user_id = :user", soci::use(user.value));
    for (const std::string& name : rows) names.push_back(name);
    return names;
  };
  auto tokens = co_await store_.read<Names>(std::move(work));
  if (!tokens) co_return std::unexpected(tokens.error());
  for (const std::string& token : *tokens) tell(token, why);
  co_return Result<>();
}

uint64_t Sessions::watch(const std::string& session,
                         std::function<void(const std::string& why)> ended) {
  watchers_.emplace(next_watcher_, Watcher{session, std::move(ended)});
  return next_watcher_++;
}

void Sessions::unwatch(uint64_t watcher) {
  watchers_.erase(watcher);
}

void Sessions::tell(const std::string& session, const std::string& why) {
  std::vector<std::function<void(const std::string&)>> told;
  for (auto it = watchers_.begin(); it != watchers_.end();) {
    if (it->second.session != session) {
      ++it;
      continue;
    }
    told.push_back(std::move(it->second.ended));
    it = watchers_.erase(it);
  }
  for (const auto& ended : told) ended(why);
}

std::string_view find_cookie(const net::Request& request, std::string_view name) {
  if (!wants_secure(request)) return request.cookie(name);
  return request.cookie(std::string(kSecurePrefix).append(name));
}

std::string make_cookie(const net::Request& request, std::string_view name, std::string_view value,
                        int64_t life_seconds) {
  const bool secure = wants_secure(request);
  std::string out(secure ? kSecurePrefix : "");
  out.append(name).append("=").append(value).append("; Path=/; HttpOnly; SameSite=Lax; Max-Age=");
  out += std::to_string(life_seconds);
  if (secure) out += "; Secure";
  return out;
}

std::string_view session_cookie(const net::Request& request) {
  return find_cookie(request, kSessionCookie);
}

std::string set_cookie(const net::Request& request, std::string_view token) {
  return make_cookie(request, kSessionCookie, token, kSessionLifeMs / 1000);
}

std::string clear_cookie(const net::Request& request) {
  return make_cookie(request, kSessionCookie, "", 0);
}

}  // namespace colibri::auth
