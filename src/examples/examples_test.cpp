#include "examples/examples.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/json.hpp"

namespace colibri::examples {
namespace {

bool is_notebook(std::string_view bytes) {
  const auto object = json::parse_object(bytes);
  return object && json::integer_at(*object, "nbformat") == 4 &&
         json::array_at(*object, "cells") != nullptr;
}

TEST(Examples, AreAllThereInEachOfTheirLanguages) {
  ASSERT_GE(all().size(), 9u);
  EXPECT_EQ(all().front().name, "welcome");
  std::set<std::string> names;
  for (const Example& example : all()) {
    EXPECT_TRUE(names.insert(example.name).second) << example.name;
    EXPECT_TRUE(example.title.contains("zh-CN")) << example.name;
    EXPECT_TRUE(example.text.contains("zh-CN")) << example.name;
    for (const auto& [language, file] : example.files) {
      const auto found = find(example.name, language);
      ASSERT_TRUE(found) << file;
      EXPECT_TRUE(is_notebook(found->bytes)) << file;
    }
  }
  EXPECT_TRUE(is_notebook(snippets()));
}

TEST(Examples, AreInEnglishWhereThereIsNoOther) {
  const auto english = find("welcome", "en"), chinese = find("welcome", "zh-CN");
  ASSERT_TRUE(english && chinese);
  EXPECT_NE(english->bytes, chinese->bytes);
  EXPECT_EQ(find("welcome", "fr")->bytes, english->bytes);
}

TEST(Examples, HaveNoOtherNames) {
  for (const char* name : {"", "nothing", "../welcome", "welcome.ipynb", "index.json"})
    EXPECT_EQ(find(name, "en").error().code, ErrorCode::not_found) << name;
}

}  // namespace
}  // namespace colibri::examples
