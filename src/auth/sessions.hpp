#pragma once
// Signed-in browsers, as rows of the store: a server that starts again still knows them, and a
// session that is ended is over at once, its sockets too.
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "async/task.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "net/request.hpp"
#include "store/store.hpp"

namespace colibri::auth {

inline constexpr int64_t kSessionLifeMs = 30LL * 24 * 60 * 60 * 1000;  // After the last use.

// Why sessions end, as a socket's close says it (docs/protocol.md section 2).
inline constexpr const char* kSignedOut = "signed out";
inline constexpr const char* kAccountDeleted = "account deleted";
inline constexpr const char* kAccountDisabled = "account disabled";

// How and from where somebody signed in.
struct Arrival {
  std::string method;  // net::Identity::method
  std::string user_agent;
  std::string address;
};
[[nodiscard]] Arrival arrival_of(const net::Request& request, std::string method);

// A signed-in browser as its user sees it in a list.
struct SessionEntry {
  std::string session;  // Names it, as net::Identity::session.
  Arrival arrival;
  int64_t created_ms = 0;
  int64_t last_seen_ms = 0;  // To the hour.
};

struct NewSession {
  std::string token;  // For the cookie; kept nowhere else.
  net::Identity identity;
};

// All use is on the reactor thread.
class Sessions {
 public:
  explicit Sessions(store::Store& store) : store_(store) {}

  Task<Result<NewSession>> create(UserId user, Arrival arrival, int64_t now_ms);
  // Nobody for an unknown or expired token. Prolongs the session's life, at most once an hour.
  Task<Result<std::optional<net::Identity>>> find(std::string token, int64_t now_ms);
  // By the last use, the newest first.
  Task<Result<std::vector<SessionEntry>>> list(UserId user, int64_t now_ms);
  // Whether the session or API token named so (Identity::session) still lives.
  Task<Result<bool>> alive(std::string session, int64_t now_ms);

  // Ends one session, or all of a user but `keep`; tells those who watch.
  Task<Result<>> end(std::string session);
  // not_found when the user has no such session.
  Task<Result<>> end_own(UserId user, std::string session);
  Task<Result<>> end_others(UserId user, std::string keep);

  // Ends all sessions of the user, and the sockets that tokens opened: nobody is in any more. The
  // tokens themselves stay. Those who watch are told `why`, one of the words below.
  Task<Result<>> end_all(UserId user, std::string why);

  // Calls `ended` once, on the reactor, with the reason when the session is ended. Unwatch with the
  // number.
  uint64_t watch(const std::string& session, std::function<void(const std::string& why)> ended);
  void unwatch(uint64_t watcher);
  // Calls those who watch a session or token that has been ended otherwise.
  void tell(const std::string& session, const std::string& why = kSignedOut);

 private:
  Task<Result<>> end_but(UserId user, std::string keep, std::string why);

  struct Watcher {
    std::string session;
    std::function<void(const std::string&)> ended;
  };
  store::Store& store_;
  uint64_t next_watcher_ = 1;
  std::unordered_map<uint64_t, Watcher> watchers_;
};

// A cookie of ours: its value in the request, and the Set-Cookie that sets it. On https, and on the
// loopback, it is "__Host-NAME" and Secure; on plain http over a network no browser would keep
// that, so there it is "NAME". HttpOnly, SameSite=Lax.
[[nodiscard]] std::string_view find_cookie(const net::Request& request, std::string_view name);
[[nodiscard]] std::string make_cookie(const net::Request& request, std::string_view name,
                                      std::string_view value, int64_t life_seconds);

// The session's.
[[nodiscard]] std::string_view session_cookie(const net::Request& request);
[[nodiscard]] std::string set_cookie(const net::Request& request, std::string_view token);
[[nodiscard]] std::string clear_cookie(const net::Request& request);

}  // namespace colibri::auth
