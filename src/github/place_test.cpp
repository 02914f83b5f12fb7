#include "github/place.hpp"

#include <gmock/gmock.h>

namespace colibri::github {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::vector<std::string> meant(std::string_view address) {
  std::vector<std::string> out;
  const auto places = parse_blob(address);
  if (!places) return out;
  for (const Place& place : *places) out.push_back(place.ref + ":" + place.path);
  return out;
}

TEST(Place, IsReadFromAnAddress) {
  const auto places =
      parse_blob("jakevdp/PythonDataScienceHandbook/blob/master/notebooks/a b.ipynb");
  ASSERT_TRUE(places);
  EXPECT_EQ(places->front().repository.full_name(), "jakevdp/PythonDataScienceHandbook");
  EXPECT_EQ(places->front().ref, "master");
  EXPECT_EQ(places->front().path, "notebooks/a b.ipynb");
}

TEST(Place, MayHaveSlashesInItsBranch) {
  EXPECT_THAT(meant("a/b/blob/x/y/z.ipynb"), ElementsAre("x:y/z.ipynb", "x/y:z.ipynb"));
  EXPECT_THAT(meant("a/b/blob/1/2/3/4/5/6/z.ipynb"), SizeIs(4));
}

TEST(Place, IsNothingElse) {
  for (const char* address :
       {"", "a/b", "a/b/blob/main", "a/b/blob/main/", "a/b/tree/main/x.ipynb", "a/b/blob/main/x.py",
        "../b/blob/main/x.ipynb", "a/../blob/main/x.ipynb", "a/b/blob/main/../x.ipynb",
        "a/b/blob/../main/x.ipynb", "a/b/blob/ma in/x.ipynb", "a/b/blob/main//x.ipynb",
        "a b/c/blob/main/x.ipynb", "a/b/blob/main/x\n.ipynb", "a/b/blob/main/\xff.ipynb",
        "http://a/b/blob/main/x.ipynb", "a/b?x/blob/main/x.ipynb", "a/b/blob/..main/x.ipynb"}) {
    EXPECT_TRUE(meant(address).empty()) << address;
  }
}

TEST(Place, OfARepositoryAndAGist) {
  EXPECT_EQ(parse_repository("a/b.c-d_e")->full_name(), "a/b.c-d_e");
  for (const char* text : {"", "a", "a/", "/b", "a/b/c", "a/..", "a/b%2f", "a/b?c"})
    EXPECT_FALSE(parse_repository(text)) << text;
  EXPECT_EQ(*parse_gist("ada/0123abcd"), "0123abcd");
  EXPECT_EQ(*parse_gist("0123abcd"), "0123abcd");
  for (const char* text : {"", "ada/", "ada/xyz", "a/b/0123", "../0123", "0123/..", "0123?x"})
    EXPECT_FALSE(parse_gist(text)) << text;
}

TEST(Place, IsWhereANotebookCanBePut) {
  for (const char* path : {"x.ipynb", "notes/first one.ipynb", "\xe4\xb8\xad.ipynb", ".x/y.ipynb"})
    EXPECT_TRUE(is_notebook_path(path)) << path;
  for (const char* path : {"", ".ipynb", "a/.ipynb", "/x.ipynb", "a//x.ipynb", "a/../x.ipynb",
                           "x.py", "x.ipynb/", "a\\x.ipynb", "x\n.ipynb", "\xff.ipynb"})
    EXPECT_FALSE(is_notebook_path(path)) << path;
  EXPECT_EQ(encoded_path("a b/#1?.ipynb"), "a%20b/%231%3F.ipynb");
}

}  // namespace
}  // namespace colibri::github
