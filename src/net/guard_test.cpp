#include "net/guard.hpp"

#include <gtest/gtest.h>

namespace colibri::net {
namespace {

const auto kLoopback = asio::ip::make_address("127.0.0.1");
const auto kLan = asio::ip::make_address("192.168.1.5");

Guard guard() {
  return {.bound_host = "0.0.0.0",
          .public_origin = "https://lab.example.org",
          .allowed_hosts = {"gpubox"}};
}

TEST(HostAllowed, OnlyNamesThatWeKnow) {
  struct Case {
    const char* host;
    bool allowed;
  };
  for (const Case& c : {Case{"localhost", true},
                        Case{"localhost:9000", true},
                        Case{"LOCALHOST:8080", true},
                        Case{"127.0.0.1:8080", true},
                        Case{"[::1]:8080", true},
                        Case{"lab.example.org", true},
                        Case{"lab.example.org:444", true},
                        Case{"gpubox:8080", true},
                        Case{"evil.example", false},
                        Case{"localhost.evil.example", false},
                        Case{"lab.example.org.evil.example", false},
                        Case{"", false},
                        Case{"localhost:", false},
                        Case{"localhost:80x", false},
                        Case{"localhost:123456", false},
                        Case{"user@localhost", false},
                        Case{"local host", false},
                        Case{"[::1", false},
                        Case{"gpubox.", false},
                        Case{"10.0.0.1:8080", false}}) {
    EXPECT_EQ(host_allowed(guard(), c.host, kLoopback), c.allowed) << c.host;
  }
}

TEST(HostAllowed, AnAddressOnlyWhenTheConnectionCameInOnIt) {
  EXPECT_TRUE(host_allowed(guard(), "192.168.1.5:8080", kLan));
  EXPECT_FALSE(host_allowed(guard(), "192.168.1.6:8080", kLan));
  EXPECT_TRUE(host_allowed(guard(), "192.168.1.5", asio::ip::make_address("::ffff:192.168.1.5")));
  EXPECT_TRUE(host_allowed(guard(), "[fd00::7]:8080", asio::ip::make_address("fd00::7")));
}

TEST(OriginOfUrl, TakesPlainOriginsOnly) {
  EXPECT_EQ(origin_of_url("https://Lab.Example.org/"), "https://lab.example.org");
  EXPECT_EQ(origin_of_url("https://lab.example.org:443"), "https://lab.example.org");
  EXPECT_EQ(origin_of_url("http://lab.example.org:8080"), "http://lab.example.org:8080");
  for (const char* url : {"", "lab.example.org", "ftp://x", "https://x/path", "https://u@x",
                          "https://x?q", "https://x#f", "javascript:alert(1)"}) {
    EXPECT_EQ(origin_of_url(url), std::nullopt) << url;
  }
}

struct OriginCase {
  const char* host;
  const char* origin;  // null pointer: none sent
  const char* site;    // Sec-Fetch-Site
  bool unsafe_passes;
  bool socket_passes;
};

TEST(ForeignOrigin, IsRefusedByExactCompare) {
  for (const OriginCase& c : {
           OriginCase{"localhost:8080", "http://localhost:8080", "same-origin", true, true},
           OriginCase{"localhost:8080", "http://localhost:8080", nullptr, true, true},
           OriginCase{"localhost:8080", nullptr, nullptr, true, false},
           OriginCase{"localhost:8080", "null", nullptr, false, false},
           OriginCase{"localhost:8080", "http://localhost:8081", nullptr, false, false},
           OriginCase{"localhost:8080", "http://localhost", nullptr, false, false},
           OriginCase{"localhost:8080", "https://localhost:8080", nullptr, false, false},
           OriginCase{"localhost:8080", "http://localhost:8080.evil.com", nullptr, false, false},
           OriginCase{"localhost:8080", "http://evil.com", nullptr, false, false},
           OriginCase{"localhost:8080", "http://127.0.0.1:8080", nullptr, false, false},
           OriginCase{"localhost:8080", "http://localhost:8080", "same-site", false, false},
           OriginCase{"localhost:8080", "http://localhost:8080", "cross-site", false, false},
           OriginCase{"localhost:8080", "", nullptr, false, false},
           OriginCase{"lab.example.org", "https://lab.example.org", "same-origin", true, true},
           OriginCase{"lab.example.org", "http://lab.example.org", nullptr, false, false},
           OriginCase{"lab.example.org", "https://self.lab.example.org", nullptr, false, false},
           OriginCase{"localhost:8080", "https://lab.example.org", nullptr, false, false},
       }) {
    Request request;
    request.host = c.host;
    if (c.origin != nullptr) request.fields.set(http::field::origin, c.origin);
    if (c.site != nullptr) request.fields.set("Sec-Fetch-Site", c.site);
    const auto passes = [&](OriginRule rule) {
      return !refuse_foreign_origin(guard(), request, rule).has_value();
    };
    const std::string name = std::string(c.host) + " " + (c.origin == nullptr ? "-" : c.origin);
    EXPECT_EQ(passes(OriginRule::if_sent), c.unsafe_passes) << name;
    EXPECT_EQ(passes(OriginRule::required), c.socket_passes) << name;
  }
}

TEST(ForeignOrigin, IsRefusedWhenSentTwice) {
  Request request;
  request.host = "localhost:8080";
  request.fields.insert(http::field::origin, "http://localhost:8080");
  request.fields.insert(http::field::origin, "http://localhost:8080");
  EXPECT_TRUE(refuse_foreign_origin(guard(), request, OriginRule::if_sent));
}

}  // namespace
}  // namespace colibri::net
