#include "net/port_hosts.hpp"

#include <algorithm>

#include "net/guard.hpp"

namespace colibri::net {

namespace {

constexpr std::string_view kLocal = ".localhost";
constexpr std::string_view kStar = "*.";

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// ":8080" of "localhost:8080" and "[::1]:8080".
std::string port_of(const std::string& host) {
  const size_t at = host.rfind(':');
  if (at == std::string::npos || host.find(']', at) != std::string::npos) return {};
  return host.substr(at);
}

}  // namespace

Result<PortHosts> PortHosts::from_url(const std::string& url) {
  PortHosts hosts;
  if (url.empty()) return hosts;
  const size_t star = url.find(kStar);
  const auto wrong = failure(ErrorCode::invalid,
                             "ports_url must be like https://*.ports.example.org, without a path");
  if (star == std::string::npos || !url.substr(0, star).ends_with("://")) return wrong;
  std::string without = url;
  without.replace(star, kStar.size(), "");
  const auto origin = origin_of_url(without);
  if (!origin) return wrong;
  const size_t scheme_end = origin->find("://");
  const std::string host = origin->substr(scheme_end + 3);
  if (host.starts_with('[')) return wrong;
  hosts.scheme_ = origin->substr(0, scheme_end);
  hosts.port_ = port_of(host);
  hosts.suffix_ = "." + host.substr(0, host.size() - hosts.port_.size());
  return hosts;
}

std::optional<std::string> PortHosts::label_of(std::string_view host) const {
  const auto name = host_name(host);
  const std::string_view suffix = suffix_.empty() ? kLocal : std::string_view(suffix_);
  if (!name || !name->ends_with(suffix)) return std::nullopt;
  std::string label = name->substr(0, name->size() - suffix.size());
  if (!is_label(label)) return std::nullopt;
  return label;
}

std::optional<std::string> PortHosts::origin(const std::string& label, const Request& page) const {
  if (!suffix_.empty()) return scheme_ + "://" + label + suffix_ + port_;
  if (!page.is_loopback()) return std::nullopt;
  return "http://" + label + std::string(kLocal) + port_of(page.host);
}

std::string PortHosts::sources(const Request& page) const {
  return origin("*", page).value_or("");
}

}  // namespace colibri::net
