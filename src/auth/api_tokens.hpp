#pragma once
// API tokens: for programs, instead of a browser's session. Each has scopes, an end, and is shown
// once; the store keeps its hash.
#include <optional>
#include <string>
#include <vector>

#include "auth/sessions.hpp"
#include "store/store.hpp"

namespace colibri::auth {

inline constexpr int64_t kMostTokenLifeMs = 366LL * 24 * 60 * 60 * 1000;
inline constexpr size_t kMostTokens = 50;  // Of one user.

// What a token may be allowed. The routes say which scope they need (net::Route::scope).
inline constexpr std::string_view kReadNotebooks = "notebooks:read";
inline constexpr std::string_view kWriteNotebooks = "notebooks:write";  // Make, rename, remove.
inline constexpr std::string_view kRunNotebooks = "notebooks:run";      // Open live: edit and run.
inline constexpr std::string_view kReadDrive = "drive:read";
inline constexpr std::string_view kWriteDrive = "drive:write";  // Make, change, move, remove files.

struct ApiToken {
  std::string id;
  std::string name;
  std::vector<std::string> scopes;
  int64_t created_ms = 0;
  int64_t expires_ms = 0;
  int64_t used_ms = 0;  // 0: never. To the minute.
};

struct NewApiToken {
  ApiToken entry;
  std::string token;  // "colibri_…"; kept nowhere.
};

// Whether a session's name is a token's: its id.
[[nodiscard]] bool is_token_name(std::string_view session);

// All use is on the reactor thread.
class ApiTokens {
 public:
  ApiTokens(store::Store& store, Sessions& sessions) : store_(store), sessions_(sessions) {}

  // `invalid` for a name, scopes or a life that cannot be; `conflict` when there are too many.
  Task<Result<NewApiToken>> create(UserId user, std::string name, std::vector<std::string> scopes,
                                   int64_t life_ms, int64_t now_ms);
  // The newest first; those that are over are left out.
  Task<Result<std::vector<ApiToken>>> list(UserId user, int64_t now_ms);
  // Ends it at once, its sockets too. not_found when the user has no such token.
  Task<Result<>> revoke(UserId user, std::string id);
  // Nobody for what is no token, or one that is over.
  Task<Result<std::optional<net::Identity>>> find(std::string token, int64_t now_ms);

 private:
  store::Store& store_;
  Sessions& sessions_;
};

}  // namespace colibri::auth
