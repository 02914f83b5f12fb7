#include "oidc/attempts.hpp"

#include <algorithm>
#include <cctype>

#include "net/guard.hpp"

namespace colibri::oidc {

void Attempts::add(std::string state, Attempt attempt) {
  std::erase_if(attempts_, [&](const auto& entry) {
    return entry.second.started_ms + kLifeMs <= attempt.started_ms;
  });
  if (attempts_.size() >= kMost) {
    attempts_.erase(std::ranges::min_element(
        attempts_, {}, [](const auto& entry) { return entry.second.started_ms; }));
  }
  attempts_.insert_or_assign(std::move(state), std::move(attempt));
}

std::optional<Attempt> Attempts::take(const std::string& state, const std::string& provider,
                                      std::string_view browser, int64_t now_ms) {
  auto node = attempts_.extract(state);
  if (node.empty()) return std::nullopt;
  Attempt attempt = std::move(node.mapped());
  if (attempt.started_ms + kLifeMs <= now_ms || attempt.provider != provider) return std::nullopt;
  if (!net::constant_time_equal(attempt.browser, browser)) return std::nullopt;
  return attempt;
}

std::string own_path(std::string_view wanted) {
  constexpr size_t kMostPath = 1000;
  constexpr std::string_view kPlain = "/-._~%?=&+,:@!";
  const bool plain = std::ranges::all_of(wanted, [&](unsigned char c) {
    return std::isalnum(c) != 0 || kPlain.contains(static_cast<char>(c));
  });
  if (!plain || wanted.size() > kMostPath || !wanted.starts_with('/') || wanted.starts_with("//")) {
    return "/";
  }
  return std::string(wanted);
}

}  // namespace colibri::oidc
