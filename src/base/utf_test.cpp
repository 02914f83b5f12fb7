#include "base/utf.hpp"

#include <gtest/gtest.h>

namespace colibri {
namespace {

TEST(Utf, ConvertsBothWays) {
  const std::string text = "aé漢😀";
  EXPECT_EQ(to_utf16(text), u"aé漢😀");
  EXPECT_EQ(to_utf8(u"aé漢😀"), text);
}

TEST(Utf, KeepsLoneSurrogates) {
  const std::u16string lone{u'a', 0xD83D, u'b'};
  EXPECT_EQ(to_utf16(to_utf8(lone)), lone);
}

TEST(Utf, FindsTheFirstInvalidByte) {
  EXPECT_EQ(find_invalid_utf8("ab\xC0\x80"), 2u);
  EXPECT_EQ(find_invalid_utf8("\xED\xA0\x80"), 0u);  // A surrogate is not UTF-8.
  EXPECT_EQ(find_invalid_utf8("漢😀"), std::nullopt);
}

TEST(Utf, CountsUtf16UnitsAndCodePoints) {
  EXPECT_EQ(utf16_length("a😀b"), 4u);
  EXPECT_EQ(utf16_to_code_points("a😀b", 3), 2u);
  EXPECT_EQ(code_points_to_utf16("a😀b", 2), 3u);
  EXPECT_EQ(code_points_to_utf16("a😀b", 9), 4u);
}

TEST(Utf, ReplacesInvalidBytes) {
  EXPECT_EQ(make_valid_utf8("a\xFFz"), "a\uFFFDz");
}

}  // namespace
}  // namespace colibri
