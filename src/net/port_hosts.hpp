#pragma once
// The names under which programs in runtimes are reached: each has an origin of its own, which
// shares no cookie with ours. Pure.
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/request.hpp"

namespace colibri::net {

class PortHosts {
 public:
  // `url`: "https://*.ports.example.org", with a label for the star. Empty: LABEL.localhost, for
  // those who reach the server as localhost, by the port that they reach it by; browsers look that
  // name up nowhere.
  //
  // invalid  it is no such URL
  [[nodiscard]] static Result<PortHosts> from_url(const std::string& url);

  // The label of a Host in lower case; nothing when it is none of these names.
  [[nodiscard]] std::optional<std::string> label_of(std::string_view host) const;
  // Its origin, for a page that was reached by `page`. Nothing when there is no such name.
  [[nodiscard]] std::optional<std::string> origin(const std::string& label,
                                                  const Request& page) const;
  // All such origins, for a content policy; empty when there are none.
  [[nodiscard]] std::string sources(const Request& page) const;

  [[nodiscard]] bool https() const { return scheme_ == "https"; }
  // Whether browsers hold them for safe, and take Secure cookies from them.
  [[nodiscard]] bool safe() const { return https() || suffix_.empty(); }

 private:
  std::string scheme_ = "http";
  std::string suffix_;  // ".ports.example.org"; empty: .localhost.
  std::string port_;    // ":8443", or empty.
};

}  // namespace colibri::net
