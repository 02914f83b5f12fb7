#include "jupyter/long_stream.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/json.hpp"

namespace colibri::jupyter {
namespace {

uint64_t lines_of(const std::string& text) {
  return static_cast<uint64_t>(std::ranges::count(text, '\n'));
}

TEST(LongStream, HeadTailAndCountsAddUpToTheWhole) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const char* pieces[] = {
      "a",  "\n",  "\\",   "\"",   "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x90\xA6",
      "\t", "\\n", "\x01", "word "};
  for (int round = 0; round < 200; ++round) {
    std::string text;
    while (text.size() < 3000) text += pieces[random() % std::size(pieces)];
    const std::string json = json::serialize(json::Object{{"name", "stderr"}, {"text", text}});
    const auto stream = read_long_stream(json, 300, 400);
    ASSERT_TRUE(stream.has_value());
    EXPECT_EQ(stream->name, "stderr");
    EXPECT_TRUE(text.starts_with(stream->head));
    EXPECT_TRUE(text.ends_with(stream->tail));
    EXPECT_LE(stream->tail.size(), 400u);
    EXPECT_GE(stream->head.size(), 296u);
    EXPECT_EQ(stream->head.size() + stream->tail.size() + stream->dropped_bytes, text.size());
    EXPECT_EQ(lines_of(stream->head) + lines_of(stream->tail) + stream->dropped_lines,
              lines_of(text));
  }
}

TEST(LongStream, CountsEscapedSurrogatesAsTheyWouldBeWritten) {
  std::string json = R"({"text": ")";
  for (int i = 0; i < 100; ++i) json += R"(\ud83d\udc26)";
  const auto stream = read_long_stream(json + R"(","name":"stdout"})", 40, 60);
  ASSERT_TRUE(stream.has_value());
  EXPECT_EQ(stream->head.size() + stream->tail.size() + stream->dropped_bytes, 400u);
}

TEST(LongStream, RefusesWhatItDoesNotUnderstand) {
  EXPECT_FALSE(read_long_stream("", 1, 1).has_value());
  EXPECT_FALSE(read_long_stream(R"({"text":5})", 1, 1).has_value());
  EXPECT_FALSE(read_long_stream(R"({"text":"never ends)", 1, 1).has_value());
  EXPECT_FALSE(read_long_stream(R"({"text":"short"})", 10, 10).has_value());
  EXPECT_FALSE(read_long_stream(R"({"text":"a\)", 0, 0).has_value());
}

}  // namespace
}  // namespace colibri::jupyter
