#include "github/link_cell.hpp"

#include <gmock/gmock.h>

#include "base/json.hpp"

namespace colibri::github {
namespace {

using testing::HasSubstr;

const std::string kPlain = R"json({
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 1,
   "id": "c0",
   "metadata": {},
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "ü\n"
     ]
    }
   ],
   "source": [
    "print('ü')"
   ]
  }
 ],
 "metadata": {
  "colab": {
   "provenance": []
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
)json";

std::string linked(std::string_view bytes) {
  auto made = with_link(bytes, "https://lab.example.org", "/github/a/b/blob/main/x%20y.ipynb");
  EXPECT_TRUE(made) << made.error().detail;
  return made.value_or("");
}

TEST(LinkCell, IsTheFirstAndGoesWithoutATrace) {
  const std::string with = linked(kPlain);
  EXPECT_THAT(with, HasSubstr("\"view-in-github\""));
  EXPECT_THAT(with, HasSubstr("<a href=\\\"https://lab.example.org/github/a/b/blob/main/"
                              "x%20y.ipynb\\\" target=\\\"_parent\\\">"));
  EXPECT_THAT(with, HasSubstr("\"include_colab_link\": true"));
  EXPECT_LT(with.find("view-in-github"), with.find("\"c0\""));
  EXPECT_EQ(without_link(with).value_or(""), kPlain);
  EXPECT_EQ(without_link(kPlain).value_or(""), kPlain);
}

TEST(LinkCell, IsThereOnce) {
  EXPECT_EQ(linked(linked(kPlain)), linked(kPlain));
}

TEST(LinkCell, LeavesACellOfItsNameThatIsNone) {
  std::string other = kPlain;
  other.replace(other.find("\"c0\""), 4, "\"view-in-github\"");
  const auto object = json::parse_object(linked(other));
  ASSERT_TRUE(object);
  const json::Array& cells = *json::array_at(*object, "cells");
  ASSERT_EQ(cells.size(), 2U);
  EXPECT_NE(*cells[0].find("id"), *cells[1].find("id"));
  EXPECT_EQ(*cells[1].find("cell_type"), json::Value("code"));
}

TEST(LinkCell, IsOfNotebooksOnly) {
  EXPECT_FALSE(with_link("[]", "https://x", "/y"));
  EXPECT_FALSE(without_link("no json"));
}

TEST(GitSha, IsWhatGitSays) {
  EXPECT_EQ(git_sha(""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  EXPECT_EQ(git_sha("hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
}

}  // namespace
}  // namespace colibri::github
