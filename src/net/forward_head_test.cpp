#include "net/forward_head.hpp"

#include <gmock/gmock.h>

#include "net/port_hosts.hpp"

namespace colibri::net {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Request request_at(const std::string& host) {
  Request request;
  request.host = host;
  request.remote = asio::ip::make_address("10.0.0.7");
  return request;
}

http::request_header<> asked() {
  http::request_header<> header;
  header.method(http::verb::get);
  header.target("/a%20b?x=1");
  header.set(http::field::host, "8000-abc.localhost:8080");
  header.set(http::field::cookie, "own=1; secret=x; secretly=2");
  return header;
}

TEST(ForwardHead, KeepsWhatIsOursFromTheProgram) {
  auto header = asked();
  header.set("X-Forwarded-For", "6.6.6.6");
  header.set(http::field::connection, "close, X-Hop");
  header.set("X-Hop", "1");
  header.set(http::field::content_length, "5");
  const auto head = head_for_program(header, request_at("8000-abc.localhost:8080"),
                                     {.cookie = "secret", .framed_by = {}});
  EXPECT_THAT(head, testing::StartsWith("GET /a%20b?x=1 HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("Cookie: own=1; secretly=2\r\n"));
  EXPECT_THAT(head, HasSubstr("X-Forwarded-For: 10.0.0.7\r\n"));
  EXPECT_THAT(head, HasSubstr("Host: 8000-abc.localhost:8080\r\n"));
  EXPECT_THAT(head, AllOf(Not(HasSubstr("6.6.6.6")), Not(HasSubstr("X-Hop")),
                          Not(HasSubstr("Content-Length"))));
  EXPECT_TRUE(head.ends_with("Connection: close\r\n\r\n")) << head;
}

TEST(ForwardHead, SaysHowTheBodyEndsInOneWay) {
  auto header = asked();
  header.set(http::field::content_length, "5");
  header.set(http::field::transfer_encoding, "chunked");
  const Request request = request_at("8000-abc.localhost");
  const auto chunked = head_for_program(
      header, request, {.cookie = "secret", .framed_by = {}, .body = BodyFrame::chunks});
  EXPECT_THAT(chunked,
              AllOf(HasSubstr("Transfer-Encoding: chunked"), Not(HasSubstr("Content-Length"))));
  const auto known = head_for_program(
      header, request, {.cookie = "secret", .framed_by = {}, .body = BodyFrame::length});
  EXPECT_THAT(known, AllOf(HasSubstr("Content-Length: 5"), Not(HasSubstr("Transfer-Encoding"))));
}

TEST(ForwardHead, LetsAProgramSetNothingThatIsNotItsOwn) {
  http::response_header<> header;
  header.result(200);
  header.reason("Fine");
  header.insert(http::field::set_cookie, "a=1; Path=/; DOMAIN=ports.example.org; HttpOnly");
  header.insert(http::field::set_cookie, " secret =2");
  header.insert("X-Frame-Options", "DENY");
  header.insert("Content-Security-Policy", "img-src *; Frame-Ancestors 'none'");
  const auto head =
      head_for_browser(header, true, {.cookie = "secret", .framed_by = "https://lab.example.org"});
  EXPECT_THAT(head, testing::StartsWith("HTTP/1.1 200 Fine\r\n"));
  EXPECT_THAT(head, HasSubstr("Set-Cookie: a=1; Path=/; HttpOnly\r\n"));
  EXPECT_THAT(head,
              AllOf(Not(HasSubstr("secret")), Not(HasSubstr("DENY")), Not(HasSubstr("'none'"))));
  EXPECT_THAT(head, HasSubstr("Content-Security-Policy: img-src *\r\n"));
  EXPECT_THAT(head, HasSubstr("frame-ancestors 'self' https://lab.example.org\r\n"));
}

TEST(PortHosts, AreLabelsOfLocalhostUnlessTheConfigurationSaysOthers) {
  const PortHosts local;
  EXPECT_EQ(local.label_of("8000-abc.localhost:8080"), "8000-abc");
  for (const char* host : {"localhost", "localhost:8080", "127.0.0.1", "a.b.localhost",
                           ".localhost", "x.localhost.evil.example", "x_y.localhost", "xlocalhost"})
    EXPECT_FALSE(local.label_of(host)) << host;
  EXPECT_EQ(local.origin("8000-abc", request_at("127.0.0.1:9")), "http://8000-abc.localhost:9");
  EXPECT_EQ(local.origin("8000-abc", request_at("[::1]")), "http://8000-abc.localhost");
  EXPECT_FALSE(local.origin("8000-abc", request_at("lab.example.org")));
  EXPECT_EQ(local.sources(request_at("localhost:8080")), "http://*.localhost:8080");

  const auto site = PortHosts::from_url("https://*.ports.example.org:8443");
  ASSERT_TRUE(site);
  EXPECT_EQ(site->label_of("8000-abc.ports.example.org:8443"), "8000-abc");
  EXPECT_FALSE(site->label_of("8000-abc.localhost"));
  EXPECT_EQ(site->origin("8000-abc", request_at("lab.example.org")),
            "https://8000-abc.ports.example.org:8443");
  EXPECT_TRUE(site->safe());
  for (const char* url :
       {"https://ports.example.org", "*.ports.example.org", "https://a.*.org",
        "https://*.ports.example.org/x", "https://*.[::1]", "ftp://*.example.org"})
    EXPECT_FALSE(PortHosts::from_url(url)) << url;
}

}  // namespace
}  // namespace colibri::net
