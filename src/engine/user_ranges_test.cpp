#include "engine/user_ranges.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace colibri::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

HostUsers host() {
  return {.passwd =
              "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/:/bin/false\n"
              "ada:x:1000000005:100::/home/ada:/bin/sh\nbroken\nx:y:z\n",
          .group = "root:x:0:\nlab:x:1000070000:ada\n",
          .subuid = "ada:100000:65536\nbob:999999000:65536\n",
          .subgid = "ada:100000:65536\nbob:1000131071:1\n"};
}

TEST(UserRanges, AreComparedWithThoseOfTheHost) {
  EXPECT_THAT(users_among(host(), 1'000'000'000, 2 * 65'536),
              ElementsAre("ada (1000000005, /etc/passwd)", "lab (1000070000, /etc/group)",
                          "bob (999999000 up, /etc/subuid)", "bob (1000131071, /etc/subgid)"));
  EXPECT_THAT(users_among(host(), 1'000'131'072, 65'536), IsEmpty());
  EXPECT_THAT(users_among(host(), 165'536, 65'536), IsEmpty());
  EXPECT_THAT(users_among(host(), 165'535, 1),
              ElementsAre("ada (100000 up, /etc/subuid)", "ada (100000 up, /etc/subgid)"));
}

TEST(UserRanges, AreRefusedInWords) {
  EXPECT_TRUE(check_user_ranges(host(), 2'000'000'000, 64));
  const auto refused = check_user_ranges(host(), 1'000'000'000, 1);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().detail, HasSubstr("runtimes.first_uid"));
  EXPECT_THAT(refused.error().detail, HasSubstr("ada"));
}

}  // namespace
}  // namespace colibri::engine
