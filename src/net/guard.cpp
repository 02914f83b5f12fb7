#include "net/guard.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace colibri::net {

namespace {

constexpr std::string_view kScheme = "://";

std::string_view host_of_origin(std::string_view origin) {
  const size_t at = origin.find(kScheme);
  return at == std::string_view::npos ? std::string_view() : origin.substr(at + kScheme.size());
}

// The one origin whose pages may act, given the name by which this request reached us.
std::string own_origin(const Guard& guard, const Request& request) {
  const auto name = host_name(request.host);
  if (!guard.public_origin.empty() && name == host_name(host_of_origin(guard.public_origin))) {
    return guard.public_origin;
  }
  return "http://" + request.host;
}

Response foreign() {
  return error_response(403, "denied", "this request comes from another web site");
}

}  // namespace

std::optional<std::string> origin_of_url(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed) return std::nullopt;
  const std::string scheme(parsed->scheme());
  if (scheme != "http" && scheme != "https") return std::nullopt;
  if (parsed->has_userinfo() || parsed->has_query() || parsed->has_fragment()) return std::nullopt;
  const std::string path(parsed->encoded_path());
  if (!path.empty() && path != "/") return std::nullopt;
  const auto name = host_name(std::string(parsed->encoded_host()));
  if (!name) return std::nullopt;
  std::string origin = scheme + "://" + *name;
  const std::string port(parsed->port());
  const bool standard = port.empty() || port == (scheme == "http" ? "80" : "443");
  if (!standard) origin += ":" + port;
  return origin;
}

bool host_allowed(const Guard& guard, std::string_view host, const asio::ip::address& local) {
  const auto name = host_name(host);
  if (!name) return false;
  if (*name == "localhost" || *name == "127.0.0.1" || *name == "[::1]") return true;
  if (*name == guard.bound_host || *name == "[" + guard.bound_host + "]") return true;
  if (name == host_name(host_of_origin(guard.public_origin))) return true;
  if (std::ranges::find(guard.allowed_hosts, *name) != guard.allowed_hosts.end()) return true;
  if (local.is_v6() && local.to_v6().is_v4_mapped()) {
    return *name == asio::ip::make_address_v4(asio::ip::v4_mapped, local.to_v6()).to_string();
  }
  return *name == (local.is_v6() ? "[" + local.to_string() + "]" : local.to_string());
}

std::optional<Response> refuse_foreign_origin(const Guard& guard, const Request& request,
                                              OriginRule rule) {
  // Browsers of our time send it with every request; no page can forge it.
  const std::string_view site = request.header("Sec-Fetch-Site");
  if (!site.empty() && site != "same-origin" && site != "none") return foreign();
  if (request.fields.count(http::field::origin) == 0) {
    return rule == OriginRule::required ? std::optional(foreign()) : std::nullopt;
  }
  if (request.fields.count(http::field::origin) > 1) return foreign();
  if (request.header(http::field::origin) != own_origin(guard, request)) return foreign();
  return std::nullopt;
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace colibri::net
