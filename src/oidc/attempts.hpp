#pragma once
// Sign-ins that are under way at a provider: what we must remember of each until the person comes
// back. Bound to the browser that began it by a cookie, good once, for ten minutes. In memory: who
// is under way while the server restarts begins again.
#include <map>
#include <optional>
#include <string>

#include "base/id.hpp"
#include "oidc/provider.hpp"

namespace colibri::oidc {

struct Attempt {
  std::string provider;
  Challenge challenge;
  std::string browser;  // What the cookie says.
  std::string to;       // Where the person goes afterwards: a path of ours.
  UserId link_to;       // Not empty: links the way of signing in to this account.
  int64_t started_ms = 0;
};

class Attempts {
 public:
  static constexpr int64_t kLifeMs = 10LL * 60 * 1000;
  static constexpr size_t kMost = 5'000;

  // Under `state`, which is random. The oldest goes when there are too many.
  void add(std::string state, Attempt attempt);
  // Takes it out, whether it fits or not. Nothing when there is none such, it is too old, or it is
  // of another browser or provider.
  std::optional<Attempt> take(const std::string& state, const std::string& provider,
                              std::string_view browser, int64_t now_ms);

 private:
  std::map<std::string, Attempt> attempts_;
};

// A path of our own site with its query, for after the sign-in: "/notebooks/n_1". Anything that a
// browser might take for another site, or that is no path, becomes "/".
[[nodiscard]] std::string own_path(std::string_view wanted);

}  // namespace colibri::oidc
