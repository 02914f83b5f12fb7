#include "supervisor/deadlines.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace colibri::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr Deadlines::Time kStart{1000h};

TEST(Deadlines, HoldForEverUntilSomebodySaysOtherwise) {
  const Deadlines deadlines;
  EXPECT_EQ(deadlines.due(kStart + 100'000h, false, false), std::nullopt);
  EXPECT_EQ(deadlines.life_left_ms(kStart), 0);
}

TEST(Deadlines, EndALifeWhateverRuns) {
  Deadlines deadlines;
  deadlines.set(5000, 0, 0, kStart);
  EXPECT_EQ(deadlines.due(kStart + 4999ms, true, true), std::nullopt);
  EXPECT_EQ(deadlines.due(kStart + 5s, true, true), "deadline");
  EXPECT_EQ(deadlines.life_left_ms(kStart + 2s), 3000);
}

TEST(Deadlines, EndWhatIsIdleButNeverWhatIsBusy) {
  Deadlines deadlines;
  deadlines.set(0, 5000, 2000, kStart);
  EXPECT_EQ(deadlines.due(kStart + 2s, true, false), std::nullopt);
  EXPECT_EQ(deadlines.due(kStart + 2s, false, false), "idle");
  deadlines.used(kStart + 2s);
  EXPECT_EQ(deadlines.due(kStart + 6999ms, false, false), std::nullopt);
  EXPECT_EQ(deadlines.due(kStart + 7s, false, false), "idle");
}

TEST(Deadlines, LeaveTheIdleTimeToAServerThatIsThere) {
  Deadlines deadlines;
  deadlines.set(0, 5000, 5000, kStart);
  EXPECT_EQ(deadlines.due(kStart + 6s, false, true), std::nullopt);
  EXPECT_EQ(deadlines.due(kStart + 6s, false, false), "idle");
  EXPECT_EQ(deadlines.due(kStart + 5s + Deadlines::kServersTime, false, true), "idle");
}

TEST(Deadlines, BearWhatNobodyMeans) {
  Deadlines deadlines;
  const int64_t most = std::numeric_limits<int64_t>::max();
  deadlines.set(most, most, most, kStart);
  deadlines.used(kStart + 1h);
  EXPECT_EQ(deadlines.due(kStart + 1h, false, false), std::nullopt);
  deadlines.set(-5, -5, -5, kStart);
  EXPECT_EQ(deadlines.due(kStart + 1h, false, false), std::nullopt);
}

}  // namespace
}  // namespace colibri::supervisor
