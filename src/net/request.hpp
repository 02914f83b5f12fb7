#pragma once
// One HTTP request as handlers see it: checked, decoded, and with whoever sent it.
#include <boost/asio/ip/address.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/verb.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/blocking_pool.hpp"
#include "async/byte_source.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "net/temporary_file.hpp"

namespace colibri::net {

namespace http = boost::beast::http;

// Whom the session cookie, or the API token, stands for.
struct Identity {
  UserId user;
  bool owner = false;
  std::string session;  // Names the session or token in the store; no secret.
  std::string csrf;     // What X-Colibri-CSRF must say; not of a token.
  int64_t signed_in_ms = 0;
  std::string method;  // By which way: password, link, reset, invitation, oidc.
  // Of an API token: the routes it may use are those of these scopes.
  std::optional<std::vector<std::string>> scopes;
};

struct Request {
  http::verb method = http::verb::get;
  std::string path;                          // As sent, without the query.
  std::vector<std::string> segments;         // The path's, percent-decoded.
  std::map<std::string, std::string> query;  // Percent-decoded; the first of equal names.
  http::fields fields;
  std::string host;  // Host header in lower case, with its port if it has one; on the allow-list.
  asio::ip::address remote;
  bool https = false;  // The page was reached by https (public_url says so).

  // Set by the router.
  std::map<std::string, std::string, std::less<>> parameters;
  std::optional<Identity> identity;

  // The body, by what the route asks for.
  json::Object json;
  std::optional<TemporaryFile> upload;
  std::shared_ptr<async::ByteSource> body;  // Good until the handler has answered.

  // A header field, empty when absent.
  [[nodiscard]] std::string_view header(http::field name) const;
  [[nodiscard]] std::string_view header(std::string_view name) const;
  // A cookie's value, empty when absent or sent twice.
  [[nodiscard]] std::string_view cookie(std::string_view name) const;
  // A parameter of the route's pattern. Requires that the pattern has it.
  [[nodiscard]] const std::string& parameter(std::string_view name) const;
  // Whether the browser holds the page for local (localhost, 127.0.0.1, [::1]), and so takes Secure
  // cookies over http.
  [[nodiscard]] bool is_loopback() const;
};

// Splits an origin-form target ("/a/b%20c?x=1") into path, segments and query. `invalid` for a bad
// escape, a NUL, an absolute target, or more than 128 segments.
[[nodiscard]] Result<> parse_target(std::string_view target, Request& into);

// "host" of "HOST[:PORT]", in lower case, brackets of IPv6 kept; nothing when malformed.
[[nodiscard]] std::optional<std::string> host_name(std::string_view host);

}  // namespace colibri::net
