#include "supervisor/stream_coalescer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace colibri::supervisor {
namespace {

using namespace std::chrono_literals;
using link::StreamText;

class StreamCoalescerTest : public testing::Test {
 protected:
  void add(const std::string& text, const std::string& name = "stdout",
           const std::string& execution = "x") {
    coalescer.add({{execution}, name, text}, now, out);
  }
  [[nodiscard]] std::string sent() const {
    std::string text;
    for (const StreamText& piece : out) text += piece.text;
    return text;
  }

  StreamCoalescer coalescer;
  StreamCoalescer::Time now{100s};
  std::vector<StreamText> out;
};

TEST_F(StreamCoalescerTest, JoinsUntilFiftyMillisecondsAfterTheFirstByte) {
  add("a");
  now += 30ms;
  add("b");
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(coalescer.due(), StreamCoalescer::Time{100s} + 50ms);
  now += 20ms;
  coalescer.on_time(now, out);
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].text, "ab");
  EXPECT_FALSE(coalescer.due().has_value());
}

TEST_F(StreamCoalescerTest, KeepsTheOrderOfStdoutAndStderr) {
  add("1");
  add("2", "stderr");
  add("3");
  coalescer.flush(now, false, out);
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[1].name, "stderr");
  EXPECT_EQ(sent(), "123");
}

TEST_F(StreamCoalescerTest, GoesOutAtSixtyFourKibibytesWithoutSplittingACharacter) {
  std::string text;
  while (text.size() < 200'000) text += "h\xC3\xA4\xE2\x82\xAC\xF0\x9F\x90\xA6";
  add(text);
  coalescer.flush(now, true, out);
  EXPECT_EQ(sent(), text);
  for (const StreamText& piece : out) {
    EXPECT_LE(piece.text.size(), StreamCoalescer::kFrameBytes);
    EXPECT_NE(static_cast<unsigned char>(piece.text[0]) & 0xC0, 0x80);
  }
}

TEST_F(StreamCoalescerTest, LosesNothingBelowTheFloodLimit) {
  std::string all;
  for (int i = 0; all.size() < StreamCoalescer::kFloodBytes - 100; ++i) {
    const std::string line = "line " + std::to_string(i) + "\n";
    add(line);
    all += line;
    now += 1us;
    coalescer.on_time(now, out);
  }
  coalescer.flush(now, true, out);
  EXPECT_EQ(sent(), all);
}

TEST_F(StreamCoalescerTest, HoldsAFloodToSixtyFourKibibytesPerInterval) {
  const std::string block(64 << 10, 'x');
  for (int i = 0; i < 128; ++i) add(block);
  out.clear();
  const auto start = now;
  for (int i = 0; i < 10'000; ++i) {
    add(std::string(9'999, 'y') + "\n");
    now += 100us;
    coalescer.on_time(now, out);
    if (i % 10 == 0) coalescer.flush(now, false, out);  // Something else of the kernel.
  }
  const auto intervals = (now - start) / StreamCoalescer::kFloodInterval + 1;
  EXPECT_LE(sent().size(), static_cast<size_t>(intervals) * StreamCoalescer::kFrameBytes);
  EXPECT_GT(sent().size(), 0u);
}

TEST_F(StreamCoalescerTest, CountsAllThatAFloodLeavesOut) {
  uint64_t lines = 0, bytes = 0;
  std::mt19937 random(7);
  for (int i = 0; i < 200'000; ++i) {
    const std::string line = std::string(random() % 120, 'z') + "\n";
    ++lines;
    bytes += line.size();
    add(line, random() % 3 == 0 ? "stderr" : "stdout");
    now += 10us;
    coalescer.on_time(now, out);
  }
  coalescer.flush(now, true, out);
  uint64_t seen_lines = 0, seen_bytes = 0;
  for (const StreamText& piece : out) {
    seen_lines += piece.dropped_lines + static_cast<uint64_t>(std::ranges::count(piece.text, '\n'));
    seen_bytes += piece.dropped_bytes + piece.text.size();
  }
  EXPECT_EQ(seen_lines, lines);
  EXPECT_EQ(seen_bytes, bytes);
  EXPECT_FALSE(coalescer.due().has_value());
}

TEST_F(StreamCoalescerTest, PassesOnWhatWasLeftOutBefore) {
  add("head\n");
  coalescer.add({{"x"}, "stdout", "tail\n", 7, 70}, now, out);
  coalescer.add({{"x"}, "stdout", "tail2\n", 1, 10}, now, out);
  coalescer.flush(now, true, out);
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].text, "head\n");
  EXPECT_EQ(out[1].text, "tail2\n");
  EXPECT_EQ(out[1].dropped_lines, 9u);
  EXPECT_EQ(out[1].dropped_bytes, 85u);
}

TEST_F(StreamCoalescerTest, FloodOfOneExecutionDoesNotHoldAnother) {
  const std::string block(64 << 10, 'x');
  for (int i = 0; i < 200; ++i) add(block);
  out.clear();
  add("hello", "stdout", "y");
  coalescer.flush(now, false, out);
  EXPECT_TRUE(std::ranges::any_of(out, [](const StreamText& s) { return s.text == "hello"; }));
}

TEST(KeepTail, CutsAtALineThenAtACharacter) {
  std::string lines = "one\ntwo\nthree\n";
  EXPECT_EQ(keep_tail(lines, 9), (std::pair<uint64_t, uint64_t>{2, 8}));
  EXPECT_EQ(lines, "three\n");
  std::string wide = "\xE2\x82\xAC\xE2\x82\xAC";
  EXPECT_EQ(keep_tail(wide, 4).second, 3u);
  EXPECT_EQ(wide, "\xE2\x82\xAC");
}

}  // namespace
}  // namespace colibri::supervisor
