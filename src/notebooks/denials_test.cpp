#include "notebooks/denials.hpp"

#include <gtest/gtest.h>

namespace colibri::notebooks {
namespace {

using namespace std::chrono_literals;

TEST(Denials, AreToldOnceAMinuteAndAllOfThem) {
  Denials denials;
  const UserId ada{"u_1"}, bob{"u_2"};
  async::Clock::time_point now;
  EXPECT_EQ(denials.note(ada, now), 1u);
  EXPECT_EQ(denials.note(ada, now + 1s), 0u);
  EXPECT_EQ(denials.note(bob, now + 2s), 1u);
  EXPECT_EQ(denials.note(ada, now + 59s), 0u);
  EXPECT_EQ(denials.note(ada, now + 60s), 3u);
  EXPECT_EQ(denials.note(ada, now + 61s), 0u);
  EXPECT_EQ(denials.take(ada), 1u);
  EXPECT_EQ(denials.take(ada), 0u);
  EXPECT_EQ(denials.take(bob), 0u);
}

}  // namespace
}  // namespace colibri::notebooks
