#include "document/change_set.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>

#include "base/utf.hpp"

namespace colibri::document {
namespace {

ChangeSet read(const json::Value& value) {
  auto set = ChangeSet::from_json(value);
  EXPECT_TRUE(set) << json::serialize(value);
  return set ? *set : ChangeSet();
}

std::vector<Update> read_updates(const json::Value& value) {
  std::vector<Update> updates;
  for (const json::Value& update : *value.if_array())
    updates.push_back({*update.find("client")->if_string(), read(*update.find("changes"))});
  return updates;
}

std::string written(const std::vector<Update>& updates) {
  json::Array array;
  for (const Update& u : updates)
    array.push_back(json::Object{{"client", u.client}, {"changes", u.changes.to_json()}});
  return json::serialize(array);
}

// One line of tools/vectors/change_set_vectors.mjs: what the npm packages made of random changes.
void check_vector(const std::string& line) {
  const auto vector = json::parse_object(line);
  ASSERT_TRUE(vector) << vector.error().detail;
  const auto at = [&](const char* key) -> const json::Value& { return *vector->find(key); };
  const auto text = [&](const char* key) { return json::serialize(at(key)); };
  const ChangeSet a = read(at("a")), b = read(at("b")), next = read(at("next"));
  EXPECT_EQ(json::serialize(a.to_json()), text("a"));
  EXPECT_EQ(to_utf8(a.apply(to_utf16(*at("text").if_string()))), *at("applied").if_string());
  EXPECT_EQ(json::serialize(a.compose(next).to_json()), text("composed"));
  EXPECT_EQ(json::serialize(a.map(b).to_json()), text("mapped"));
  EXPECT_EQ(json::serialize(a.map(b, true).to_json()), text("mapped_before"));
  const auto rebased = rebase(read_updates(at("updates")), read_updates(at("over")));
  ASSERT_TRUE(rebased);
  EXPECT_EQ(written(*rebased), text("rebased"));
}

TEST(ChangeSet, AgreesWithTheNpmPackages) {
  const char* fresh = std::getenv("COLIBRI_VECTORS");
  std::ifstream file(fresh ? fresh : COLIBRI_TESTDATA "/change_set_vectors.jsonl");
  ASSERT_TRUE(file);
  size_t count = 0;
  for (std::string line; std::getline(file, line) && !HasFailure(); ++count) {
    SCOPED_TRACE(line);
    check_vector(line);
  }
  EXPECT_GE(count, 1000u);
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
