#include "document/text_diff.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/utf.hpp"
#include "document/common_sequence.hpp"

namespace colibri::document {
namespace {

TEST(TextDiff, MakesOneTextOfAnotherWithoutSplittingCharacters) {
  const std::vector<std::u16string> bits = {u"a\n", u"b\n", u"\n", u"😀", u"😁", u"é", u"x"};
  for (unsigned seed = 1; seed <= 3000 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::u16string from, to;
    for (auto* text : {&from, &to})
      for (size_t n = random() % 12; n > 0; --n) *text += bits[random() % bits.size()];
    const ChangeSet change = diff(from, to);
    EXPECT_FALSE(change.splits_surrogates(from));
    EXPECT_EQ(to_utf8(change.apply(from)), to_utf8(to));
  }
}

TEST(TextDiff, EndsSoonWithVeryManyLines) {
  std::u16string from, to;
  for (int i = 0; i < 20'000; ++i) {
    from += u"a\n";
    to += u"b\n";
  }
  EXPECT_EQ(diff(from, to).apply(from), to);
}

TEST(TextDiff, SaysWhatAPersonWouldHaveTyped) {
  const std::u16string from = u"def area(width):\n    return width * 2\n\nprint(area(3))\n";
  const std::u16string to = u"def area(width):\n    return width * 3\n\nprint(area(width=3))\n";
  const auto hunks = hunks_between(from, to);
  ASSERT_EQ(hunks.size(), 2U);
  EXPECT_EQ(hunks[0], (Hunk{from.find(u"2"), from.find(u"2") + 1, u"3"}));
  EXPECT_EQ(hunks[1], (Hunk{from.find(u"3)"), from.find(u"3)"), u"width="}));
}

TEST(TextDiff, TakesALineThatWasWrittenAnewAsOne) {
  EXPECT_EQ(hunks_between(u"a\nimport numpy as np\nb\n", u"a\nplot(x, y)\nb\n").size(), 1U);
}

std::string merged(std::u16string_view base, std::u16string_view ours, std::u16string_view theirs) {
  return to_utf8(merge_text(base, ours, theirs).apply(ours));
}

TEST(TextMerge, KeepsBothSides) {
  EXPECT_EQ(merged(u"a\nb\nc\n", u"a1\nb\nc\n", u"a\nb\nc2\n"), "a1\nb\nc2\n");
  EXPECT_EQ(merged(u"x", u"x and ours", u"theirs and x"), "theirs and x and ours");
  EXPECT_EQ(merged(u"", u"ours", u"theirs"), "ourstheirs");
  EXPECT_EQ(merged(u"one two", u"one", u"one two three"), "one three");
}

TEST(TextMerge, DoesOnceWhatBothDid) {
  EXPECT_EQ(merged(u"a\nb\n", u"a\nb\nnew\n", u"a\nb\nnew\n"), "a\nb\nnew\n");
  EXPECT_EQ(merged(u"import x\na\nb\nc\n", u"import y\na\nb\nc1\n", u"import y\na\nb2\nc\n"),
            "import y\na\nb2\nc1\n");
}

TEST(TextMerge, IsTheirsWhereWeDidNothingAndOursWhereTheyDidNothing) {
  EXPECT_EQ(merged(u"a", u"a", u"b"), "b");
  EXPECT_EQ(merged(u"a", u"b", u"a"), "b");
}

TEST(CommonSequence, IsTheLongest) {
  for (unsigned seed = 1; seed <= 2000 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::vector<uint32_t> a(random() % 9), b(random() % 9);
    for (auto* list : {&a, &b})
      for (uint32_t& item : *list) item = static_cast<uint32_t>(random() % 4);
    std::vector<std::vector<size_t>> longest(a.size() + 1, std::vector<size_t>(b.size() + 1));
    for (size_t i = a.size(); i-- > 0;)
      for (size_t j = b.size(); j-- > 0;)
        longest[i][j] = a[i] == b[j] ? longest[i + 1][j + 1] + 1
                                     : std::max(longest[i + 1][j], longest[i][j + 1]);
    const auto common = common_sequence(a, b, 100);
    ASSERT_TRUE(common);
    EXPECT_EQ(common->size(), longest[0][0]);
    for (size_t k = 0; k < common->size(); ++k) {
      EXPECT_EQ(a[(*common)[k].first], b[(*common)[k].second]);
      if (k > 0) {
        EXPECT_LT((*common)[k - 1].first, (*common)[k].first);
        EXPECT_LT((*common)[k - 1].second, (*common)[k].second);
      }
    }
  }
}

TEST(CommonSequence, GivesUpPastItsLimit) {
  const std::vector<uint32_t> a{1, 2, 3}, b{4, 5, 6};
  EXPECT_FALSE(common_sequence(a, b, 5));
  EXPECT_TRUE(common_sequence(a, b, 6));
}

}  // namespace
}  // namespace colibri::document
