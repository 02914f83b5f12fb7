#include "document/change_set.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "document/change_set_vector.hpp"

namespace colibri::document {
namespace {

ChangeSet read(const json::Value& value) {
  auto set = ChangeSet::from_json(value);
  EXPECT_TRUE(set) << json::serialize(value);
  return set ? *set : ChangeSet();
}

TEST(ChangeSet, AgreesWithTheNpmPackages) {
  std::ifstream file(COLIBRI_TESTDATA "/change_set_vectors.jsonl");
  ASSERT_TRUE(file);
  size_t count = 0;
  for (std::string line; std::getline(file, line) && !HasFailure(); ++count)
    EXPECT_EQ(ChangeSetVector::difference(line), "") << line;
  EXPECT_GE(count, 600u);
}

TEST(ChangeSet, RefusesMalformedJson) {
  for (const char* text :
       {"{}", "[-1]", "[1.5]", "[[]]", "[[\"a\"]]", "[[1,2]]", "[\"1\"]", "[99999999999]",
        "[67108864,1]", "[null]", "[[0,\"a\",3]]", "[0]", "[[0]]", "[[0,\"\"]]", "[3,0,[0,\"a\"]]"})
    EXPECT_FALSE(ChangeSet::from_json(*json::parse(text))) << text;
}

// What no CodeMirror makes but a page can send: neighbours that could be one section.
json::Value any_change(std::mt19937& random, size_t length) {
  const auto below = [&](size_t n) { return static_cast<size_t>(random() % n); };
  json::Array parts;
  while (length > 0 || below(2) == 0) {
    const size_t n = length > 0 ? below(std::min<size_t>(length, 4)) + 1 : 0;
    const std::string text = std::string(below(3), static_cast<char>('x' + below(3)));
    if (n > 0 && below(3) == 0)
      parts.emplace_back(n);
    else if (text.empty() && n > 0)
      parts.emplace_back(json::Array{json::Value(n)});
    else if (!text.empty())
      parts.emplace_back(json::Array{json::Value(n), json::Value(text)});
    else
      continue;
    length -= n;
  }
  return parts;
}

TEST(ChangeSet, KeepsItsLawsForAnyChangeAPageCanSend) {
  for (unsigned seed = 1; seed <= 20'000 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const std::u16string text = std::u16string(u"abcdef").substr(0, random() % 7);
    const ChangeSet a = read(any_change(random, text.size()));
    const ChangeSet b = read(any_change(random, text.size()));
    const ChangeSet next = read(any_change(random, a.new_length()));
    EXPECT_EQ(a.compose(next).apply(text), next.apply(a.apply(text)));
    EXPECT_EQ(a.compose(b.map(a)).apply(text), b.compose(a.map(b, true)).apply(text));
  }
}

TEST(ChangeSet, SeesSplitSurrogates) {
  const std::u16string text = u"a😀b";
  EXPECT_TRUE(ChangeSet::replace(4, 2, 2, u"x").splits_surrogates(text));
  EXPECT_TRUE(ChangeSet::replace(4, 0, 2, u"").splits_surrogates(text));
  EXPECT_TRUE(ChangeSet::replace(4, 0, 0, std::u16string{0xD83D}).splits_surrogates(text));
  EXPECT_FALSE(ChangeSet::replace(4, 1, 3, u"😀😀").splits_surrogates(text));
}

}  // namespace
}  // namespace colibri::document
