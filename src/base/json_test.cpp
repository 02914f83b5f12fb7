#include "base/json.hpp"

#include <gtest/gtest.h>

namespace colibri::json {
namespace {

std::string round_trip(std::string_view text, NanAs nan = NanAs::python) {
  const auto value = parse(text);
  return value ? serialize(*value, nan) : "error: " + value.error().detail;
}

TEST(Json, KeepsTheSpellingOfNumbers) {
  const std::string text = R"([1.0,1e-07,1E+16,-0,123456789012345678901234567890,0.10])";
  EXPECT_EQ(round_trip(text), text);
}

TEST(Json, ReadsAndWritesNanAsPythonDoes) {
  EXPECT_EQ(round_trip("[NaN,Infinity,-Infinity]"), "[NaN,Infinity,-Infinity]");
}

TEST(Json, WritesNanAsNullForBrowsers) {
  EXPECT_EQ(round_trip("[NaN,-Infinity]", NanAs::null), "[null,null]");
}

TEST(Json, KeepsLoneSurrogatesEscaped) {
  EXPECT_EQ(round_trip(R"(["\ud83d","\ud83d\ude00","\ud83dx"])"),
            "[\"\\ud83d\",\"😀\",\"\\ud83dx\"]");
}

TEST(Json, LetsTheLaterOfTwoEqualKeysWinInTheFirstPlace) {
  EXPECT_EQ(round_trip(R"({"a":1,"b":2,"a":3})"), R"({"a":3,"b":2})");
}

TEST(Json, FindsEqualKeysInLargeObjects) {
  std::string text = "{";
  for (int i = 0; i < 100; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  text += R"("k99":1})";
  const auto object = parse_object(text);
  ASSERT_TRUE(object);
  EXPECT_EQ(object->size(), 100u);
  EXPECT_EQ(integer_at(*object, "k99"), 1);
}

TEST(Json, EscapesOnlyWhatPythonEscapes) {
  EXPECT_EQ(serialize(Value("\"\\/\x01\x7f\n\u2028")), "\"\\\"\\\\/\\u0001\x7f\\n\u2028\"");
}

TEST(Json, SaysWhereItFails) {
  EXPECT_EQ(round_trip("{\"a\": 1,\n \"b\" 2}"),
            "error: not JSON: expected ':' at line 2, column 6");
  EXPECT_EQ(round_trip("[1] x"), "error: not JSON: text after the end at line 1, column 5");
  EXPECT_EQ(round_trip("[\"\xff\"]"), "error: not UTF-8: byte 255 at offset 2");
}

TEST(Json, RefusesWhatIsNoJson) {
  for (const char* text :
       {"", "[1,]", "{,}", "01", "1.", "+1", "'a'", "[\"\t\"]", "nul", "\"\\x\"", "-"})
    EXPECT_FALSE(parse(text)) << text;
}

TEST(Json, RefusesTooDeepNesting) {
  EXPECT_FALSE(parse(std::string(10'000, '[')));
}

TEST(Json, RefusesMoreValuesThanAllowed) {
  EXPECT_TRUE(parse("[1,{\"a\":2}]", {.max_values = 4}));
  EXPECT_FALSE(parse("[1,{\"a\":2}]", {.max_values = 3}));
}

TEST(Json, SkipsAByteOrderMark) {
  EXPECT_EQ(round_trip("\xEF\xBB\xBF{}"), "{}");
}

}  // namespace
}  // namespace colibri::json
