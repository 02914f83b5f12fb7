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

struct NewSession {
  std::string token;  // For the cookie; kept nowhere else.
  net::Identity identity;
};

// All use is on the reactor thread.
class Sessions {
 public:
  explicit Sessions(store::Store& store) : store_(store) {}

  Task<Result<NewSession>> create(UserId user, int64_t now_ms);
  // Nobody for an unknown or expired token. Prolongs the session's life, at most once an hour.
  Task<Result<std::optional<net::Identity>>> find(std::string token, int64_t now_ms);
  // Whether the session named so (Identity::session) still lives.
  Task<Result<bool>> alive(std::string session, int64_t now_ms);

  // Ends one session, or all of a user but `keep`; tells those who watch.
  Task<Result<>> end(std::string session);
  Task<Result<>> end_others(UserId user, std::string keep);

  // Calls `ended` once, on the reactor, when the session is ended. Unwatch with the number.
  uint64_t watch(const std::string& session, std::function<void()> ended);
  void unwatch(uint64_t watcher);

 private:
  void tell(const std::string& session);

  struct Watcher {
    std::string session;
    std::function<void()> ended;
  };
  store::Store& store_;
  uint64_t next_watcher_ = 1;
  std::unordered_map<uint64_t, Watcher> watchers_;
};

// The session cookie. On https, and on the loopback, it is "__Host-colibri" and Secure; on plain
// http over a network no browser would keep that, so there it is "colibri".
[[nodiscard]] std::string_view session_cookie(const net::Request& request);
[[nodiscard]] std::string set_cookie(const net::Request& request, std::string_view token);
[[nodiscard]] std::string clear_cookie(const net::Request& request);

}  // namespace colibri::auth
