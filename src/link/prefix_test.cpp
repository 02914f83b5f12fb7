#include "link/prefix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace colibri::link {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> texts(const std::vector<Prefix>& prefixes) {
  std::vector<std::string> all;
  for (const Prefix& prefix : prefixes) all.push_back(to_text(prefix));
  return all;
}

Prefix prefix(const char* text) {
  return *parse_prefix(text);
}

TEST(Prefix, IsReadAndWritten) {
  EXPECT_EQ(to_text(prefix("10.1.2.0/24")), "10.1.2.0/24");
  EXPECT_EQ(to_text(prefix("192.0.2.7")), "192.0.2.7/32");
  EXPECT_EQ(to_text(prefix("fd00::/8")), "fd00::/8");
  EXPECT_EQ(to_text(prefix("0.0.0.0/0")), "0.0.0.0/0");
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10.0.0/8", "10.0.0.1/8",
                           "fd00::/129", "host", "10.0.0.0/8 "}) {
    EXPECT_FALSE(parse_prefix(text)) << text;
  }
}

TEST(Prefix, LeavesARestAroundWhatIsTakenOut) {
  EXPECT_THAT(texts(subtract(prefix("10.0.0.0/8"), {prefix("10.128.0.0/9")})),
              ElementsAre("10.0.0.0/9"));
  EXPECT_THAT(texts(subtract(prefix("10.0.0.0/30"), {prefix("10.0.0.1")})),
              ElementsAre("10.0.0.0/32", "10.0.0.2/31"));
  EXPECT_THAT(subtract(prefix("10.0.0.0/8"), {prefix("0.0.0.0/0")}), IsEmpty());
  EXPECT_THAT(texts(subtract(prefix("fc00::/7"), {prefix("10.0.0.0/8")})), ElementsAre("fc00::/7"));
  EXPECT_EQ(subtract(prefix("10.0.0.0/8"), {prefix("10.1.2.0/24")}).size(), 16u);
}

TEST(Prefix, KeepsRuntimesFromTheHostAndPrivateNetworks) {
  const auto all = texts(unreachable_networks({prefix("203.0.113.5"), prefix("10.9.9.9")}, {}));
  for (const char* text : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
                           "fc00::/7", "203.0.113.5/32", "100.64.0.0/10"}) {
    EXPECT_THAT(all, Contains(text));
  }
  // Allowing all opens neither the host nor metadata.
  const auto open = texts(unreachable_networks({prefix("10.9.9.9")}, {prefix("0.0.0.0/0")}));
  EXPECT_THAT(open, Not(Contains("10.0.0.0/8")));
  EXPECT_THAT(open, Contains("10.9.9.9/32"));
  EXPECT_THAT(open, Contains("169.254.0.0/16"));
}

}  // namespace
}  // namespace colibri::link
