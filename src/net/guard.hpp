#pragma once
// The checks that keep other web sites out: which Host names we answer to, and which Origin may
// change anything. Exact compares only.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/request.hpp"
#include "net/response.hpp"

namespace colibri::net {

struct Guard {
  std::string bound_host;                  // --host
  std::string public_origin;               // "https://lab.example.org", or empty
  std::vector<std::string> allowed_hosts;  // lower case, no port
};

// "https://host[:port]" of an URL, in lower case, default ports left out. Nothing when it is no
// http(s) URL, or has a user, a path beyond "/", a query or a fragment.
[[nodiscard]] std::optional<std::string> origin_of_url(std::string_view url);

// Whether we answer to this Host. Against DNS rebinding: a name that an attacker controls can be
// made to point here, so only names we know count; an address only when the connection came in on
// it.
[[nodiscard]] bool host_allowed(const Guard& guard, std::string_view host,
                                const asio::ip::address& local);

enum class OriginRule {
  if_sent,   // For unsafe methods: programs that are no browsers send none.
  required,  // For WebSockets, which carry no CSRF token.
};

// The answer that refuses a request from another site; nothing when it may pass.
[[nodiscard]] std::optional<Response> refuse_foreign_origin(const Guard& guard,
                                                            const Request& request,
                                                            OriginRule rule);

// Equal, in a time that depends on the lengths only.
[[nodiscard]] bool constant_time_equal(std::string_view a, std::string_view b);

}  // namespace colibri::net
