#include "net/router.hpp"

#include <gtest/gtest.h>

namespace colibri::net {
namespace {

Task<Response> nothing(Request&) {
  co_return no_content();
}

Request request_for(http::verb method, std::string_view target) {
  Request request;
  request.method = method;
  EXPECT_TRUE(parse_target(target, request)) << target;
  return request;
}

Router router() {
  Router out;
  const auto add = [&](http::verb method, const char* pattern) {
    out.add({.method = method, .pattern = pattern, .access = Access::open, .handler = nothing});
  };
  add(http::verb::get, "/");
  add(http::verb::get, "/things/{id}");
  add(http::verb::get, "/things/all");
  add(http::verb::delete_, "/things/{id}");
  add(http::verb::get, "/files/{path...}");
  return out;
}

std::string found(http::verb method, std::string_view target) {
  const Router all = router();
  Request request = request_for(method, target);
  const auto match = all.find(request);
  return match.route == nullptr ? "" : match.route->pattern;
}

TEST(Router, FindsByMethodAndPath) {
  EXPECT_EQ(found(http::verb::get, "/"), "/");
  EXPECT_EQ(found(http::verb::get, "/things/a%2Fb?x=1"), "/things/{id}");
  EXPECT_EQ(found(http::verb::head, "/things/7"), "/things/{id}");
  EXPECT_EQ(found(http::verb::get, "/things/all"), "/things/all");
  EXPECT_EQ(found(http::verb::delete_, "/things/all"), "/things/{id}");
}

TEST(Router, TakesAllThatIsLeftOfAPath) {
  const Router all = router();
  Request request = request_for(http::verb::get, "/files/a/b%20c/d.ipynb");
  ASSERT_NE(all.find(request).route, nullptr);
  EXPECT_EQ(request.parameter("path"), "a/b c/d.ipynb");
  EXPECT_EQ(found(http::verb::get, "/files/a"), "/files/{path...}");
  EXPECT_EQ(found(http::verb::get, "/files/"), "");
  EXPECT_EQ(found(http::verb::get, "/files"), "");
}

TEST(Router, KnowsNothingElse) {
  for (const char* target : {"//", "/things", "/things/", "/things/7/", "/things/7/8", "/Things/7",
                             "/things//7", "/..", "/things/../things/7"}) {
    EXPECT_EQ(found(http::verb::get, target), "") << target;
  }
}

TEST(Router, TellsTheMethodsOfAKnownPath) {
  const Router all = router();
  Request request = request_for(http::verb::put, "/things/7");
  const auto match = all.find(request);
  EXPECT_EQ(match.route, nullptr);
  EXPECT_TRUE(match.path_known);
  EXPECT_EQ(match.allow, "GET, DELETE");
}

TEST(Router, HandsOverDecodedParameters) {
  const Router all = router();
  Request request = request_for(http::verb::get, "/things/a%2Fb%20c");
  ASSERT_NE(all.find(request).route, nullptr);
  EXPECT_EQ(request.parameter("id"), "a/b c");
}

TEST(Target, IsRefusedWhenMalformed) {
  for (const char* target :
       {"", "*", "http://localhost/", "/%", "/%2", "/%zz", "/%00", "/a?b=%0a", "/a%0d%0aX:1"}) {
    Request request;
    EXPECT_FALSE(parse_target(target, request)) << target;
  }
  Request deep;
  EXPECT_FALSE(parse_target(std::string(200, '/'), deep));
}

TEST(Target, QueryIsDecoded) {
  const Request request = request_for(http::verb::get, "/?name=a+b%2Bc&x&name=second");
  EXPECT_EQ(request.query.at("name"), "a b+c");
  EXPECT_EQ(request.query.at("x"), "");
}

TEST(Cookie, IsFoundByItsWholeName) {
  Request request;
  request.fields.set(http::field::cookie, "xcolibri=1; colibri=2; colibri2=3");
  EXPECT_EQ(request.cookie("colibri"), "2");
  EXPECT_EQ(request.cookie("none"), "");
}

TEST(Cookie, CountsForNothingWhenSentTwice) {
  Request request;
  request.fields.set(http::field::cookie, "colibri=theirs; colibri=mine");
  EXPECT_EQ(request.cookie("colibri"), "");
}

}  // namespace
}  // namespace colibri::net
