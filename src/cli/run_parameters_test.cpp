#include "cli/run_parameters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utf.hpp"

namespace colibri::cli {
namespace {

using testing::ElementsAre;

std::string assign(const char* text, const char* language = "python") {
  const auto parameter = parse_parameter(text);
  if (!parameter) return parameter.error().detail;
  const auto lines = assignments({*parameter}, language);
  return lines ? lines->substr(lines->find('\n') + 1) : lines.error().detail;
}

TEST(Parameters, AreReadAsJsonElseAsText) {
  EXPECT_EQ(assign("n=21"), "n = 21\n");
  EXPECT_EQ(assign("rate=1e-07"), "rate = 1e-07\n");
  EXPECT_EQ(assign("name=Ada"), "name = \"Ada\"\n");
  EXPECT_EQ(assign("name=\"21\""), "name = \"21\"\n");
  EXPECT_EQ(assign("query=a=b"), "query = \"a=b\"\n");
  EXPECT_EQ(assign("empty="), "empty = \"\"\n");
}

TEST(Parameters, AreSpelledAsTheLanguageHasThem) {
  const char* all = R"(x=[true, null, NaN, -Infinity, {"a": "b"}])";
  EXPECT_EQ(assign(all), "x = [True, None, float('nan'), -float('inf'), {\"a\": \"b\"}]\n");
  EXPECT_EQ(assign(all, "R"), "x <- list(TRUE, NULL, NaN, -Inf, list(\"a\" = \"b\"))\n");
  EXPECT_EQ(assign(all, "julia"), "x = [true, nothing, NaN, -Inf, Dict(\"a\" => \"b\")]\n");
}

TEST(Parameters, CannotBreakOutOfTheirQuotes) {
  EXPECT_EQ(assign("x=\"); import os #"), "x = \"\\\"); import os #\"\n");
  EXPECT_EQ(assign("x=a\\\nb"), "x = \"a\\\\\\nb\"\n");
  EXPECT_EQ(assign("x=$(rm)", "julia"), "x = \"\\$(rm)\"\n");
  EXPECT_EQ(assign("x=\x01"), "x = \"\\u0001\"\n");
}

TEST(Parameters, NeedANameThatAProgramCouldHave) {
  for (const char* bad : {"x", "=1", "1x=1", "a b=1", "a;import os=1", "a.b=1"})
    EXPECT_FALSE(parse_parameter(bad)) << bad;
}

TEST(Parameters, AreRefusedInALanguageWithUnknownLiterals) {
  const auto lines = assignments({{"x", 1}}, "cobol");
  ASSERT_FALSE(lines);
  EXPECT_EQ(lines.error().code, ErrorCode::unsupported);
}

document::Cell cell(const char* id, const char* tag) {
  document::Cell out;
  out.id = {id};
  if (*tag) out.metadata.set("tags", json::Array{tag});
  return out;
}

std::vector<std::string> ids_after_injection(std::vector<document::Cell> cells) {
  nbformat::Notebook notebook{.cells = std::move(cells)};
  EXPECT_TRUE(inject_parameters(notebook, {{"x", 1}}, "new"));
  std::vector<std::string> out;
  for (const document::Cell& c : notebook.cells) out.push_back(c.id.value);
  return out;
}

TEST(Parameters, GoBehindTheTaggedCell) {
  EXPECT_THAT(ids_after_injection({cell("a", ""), cell("b", "parameters"), cell("c", "")}),
              ElementsAre("a", "b", "new", "c"));
  EXPECT_THAT(ids_after_injection({cell("a", "")}), ElementsAre("new", "a"));
}

TEST(Parameters, TakeThePlaceOfThoseOfAnEarlierRun) {
  EXPECT_THAT(ids_after_injection({cell("a", "parameters"), cell("old", "injected-parameters")}),
              ElementsAre("a", "new"));
}

}  // namespace
}  // namespace colibri::cli
