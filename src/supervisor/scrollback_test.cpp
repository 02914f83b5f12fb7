#include "supervisor/scrollback.hpp"

#include <gtest/gtest.h>

namespace colibri::supervisor {
namespace {

TEST(Scrollback, GivesWhatComesBehindAPlace) {
  Scrollback scrollback(100);
  scrollback.append("one\ntwo\n");
  EXPECT_EQ(scrollback.end(), 8u);
  EXPECT_EQ(scrollback.read(0, 3).bytes, "one");
  const auto rest = scrollback.read(4, 100);
  EXPECT_EQ(rest.from, 4u);
  EXPECT_EQ(rest.bytes, "two\n");
  EXPECT_EQ(scrollback.read(8, 100).bytes, "");
}

TEST(Scrollback, APlaceBeyondTheEndIsTheEnd) {
  Scrollback scrollback(100);
  scrollback.append("one");
  const auto piece = scrollback.read(999, 100);
  EXPECT_EQ(piece.from, 3u);
  EXPECT_EQ(piece.bytes, "");
}

TEST(Scrollback, KeepsTheLastAndBeginsWithAWholeLine) {
  Scrollback scrollback(100);
  for (int i = 100; i < 1000; ++i) scrollback.append("line " + std::to_string(i) + "\n");
  EXPECT_EQ(scrollback.end(), 9u * 900u);
  EXPECT_GE(scrollback.end() - scrollback.begin(), 100u);
  EXPECT_LE(scrollback.end() - scrollback.begin(), 150u);
  const auto piece = scrollback.read(0, 1000);
  EXPECT_GT(piece.from, scrollback.begin());
  EXPECT_TRUE(piece.bytes.starts_with("line "));
  EXPECT_TRUE(piece.bytes.ends_with("line 999\n"));
}

TEST(Scrollback, ALineThatNeverEndsIsGivenFromTheMiddle) {
  Scrollback scrollback(10'000);
  scrollback.append(std::string(20'000, 'x'));
  EXPECT_EQ(scrollback.read(0, 10'000).bytes, std::string(10'000, 'x'));
}

}  // namespace
}  // namespace colibri::supervisor
