#include "net/forward_head.hpp"

#include <algorithm>
#include <array>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <set>

namespace colibri::net {

namespace {

using boost::algorithm::iequals;
using boost::algorithm::istarts_with;

// Between two neighbours only (RFC 9110 7.6.1), and what we say ourselves.
constexpr std::array<std::string_view, 9> kHop = {
    "Connection", "Keep-Alive",        "Proxy-Connection", "Proxy-Authenticate", "TE",
    "Trailer",    "Transfer-Encoding", "Upgrade",          "Proxy-Authorization"};

bool is_one_of(std::string_view name, const auto& names) {
  return std::ranges::any_of(names, [&](std::string_view each) { return iequals(each, name); });
}

template <class Fields>
std::vector<std::string> named_by_connection(const Fields& fields) {
  std::vector<std::string> out;
  for (auto [at, end] = fields.equal_range(http::field::connection); at != end; ++at)
    for (const auto& token : http::token_list(at->value())) out.emplace_back(token);
  return out;
}

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

void add(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

// Calls `each` with the parts between semicolons.
template <class Each>
void for_parts(std::string_view text, Each each) {
  while (!text.empty()) {
    const size_t end = std::min(text.find(';'), text.size());
    std::string part(text.substr(0, end));
    boost::algorithm::trim(part);
    if (!part.empty()) each(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string without_cookie(std::string_view cookies, std::string_view name) {
  std::string out;
  for_parts(cookies, [&](const std::string& part) {
    if (std::string_view(part).substr(0, part.find('=')) == name) return;
    if (!out.empty()) out += "; ";
    out += part;
  });
  return out;
}

// Empty: it is not let through.
std::string own_cookie(std::string_view set_cookie, std::string_view ours) {
  std::string out;
  bool first = true, good = true;
  for_parts(set_cookie, [&](const std::string& part) {
    if (std::exchange(first, false)) {
      std::string name = part.substr(0, part.find('='));
      boost::algorithm::trim(name);
      good = name != ours;
    } else if (istarts_with(part, "domain")) {
      return;
    }
    if (!out.empty()) out += "; ";
    out += part;
  });
  return good ? out : std::string();
}

std::string without_ancestors(std::string_view policy) {
  std::string out;
  for_parts(policy, [&](const std::string& part) {
    if (istarts_with(part, "frame-ancestors")) return;
    if (!out.empty()) out += "; ";
    out += part;
  });
  return out;
}

void add_body(std::string& head, BodyFrame body) {
  if (body == BodyFrame::chunks) add(head, "Transfer-Encoding", "chunked");
}

}  // namespace

std::string head_for_program(const http::request_header<>& header, const Request& request,
                             const ForwardedHead& how) {
  static constexpr std::array<std::string_view, 6> kOurs = {
      "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
      "Forwarded",       "Expect",           "X-Colibri-CSRF"};
  const auto hops = named_by_connection(header);
  std::string head(view(header.method_string()));
  head.append(" ").append(view(header.target())).append(" HTTP/1.1\r\n");
  for (const auto& field : header) {
    const std::string_view name = view(field.name_string());
    std::string value(view(field.value()));
    if (is_one_of(name, kHop) || is_one_of(name, kOurs) || is_one_of(name, hops)) continue;
    if (field.name() == http::field::content_length && how.body != BodyFrame::length) continue;
    if (field.name() == http::field::cookie) {
      value = without_cookie(value, how.cookie);
      if (value.empty()) continue;
    }
    add(head, name, value);
  }
  add(head, "X-Forwarded-For", request.remote.to_string());
  add(head, "X-Forwarded-Host", request.host);
  add(head, "X-Forwarded-Proto", request.https ? "https" : "http");
  add_body(head, how.body);
  if (how.upgrade) add(head, "Upgrade", "websocket");
  add(head, "Connection", how.upgrade ? "Upgrade" : "close");
  return head + "\r\n";
}

std::string head_for_browser(const http::response_header<>& header, bool keep_alive,
                             const ForwardedHead& how) {
  const auto hops = named_by_connection(header);
  std::string head = "HTTP/1.1 " + std::to_string(header.result_int()) + " ";
  head.append(view(header.reason())).append("\r\n");
  for (const auto& field : header) {
    const std::string_view name = view(field.name_string());
    std::string value(view(field.value()));
    if (is_one_of(name, kHop) || is_one_of(name, hops) || iequals(name, "X-Frame-Options"))
      continue;
    if (field.name() == http::field::content_length && how.body != BodyFrame::length) continue;
    if (field.name() == http::field::set_cookie) value = own_cookie(value, how.cookie);
    if (iequals(name, "Content-Security-Policy")) value = without_ancestors(value);
    if (!value.empty() || view(field.value()).empty()) add(head, name, value);
  }
  add(head, "Content-Security-Policy", "frame-ancestors 'self' " + std::string(how.framed_by));
  add_body(head, how.body);
  if (how.upgrade) add(head, "Upgrade", "websocket");
  add(head, "Connection", how.upgrade ? "Upgrade" : keep_alive ? "keep-alive" : "close");
  return head + "\r\n";
}

}  // namespace colibri::net
