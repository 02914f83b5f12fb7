// What needs no nbformat package to judge; tests/python/test_nbformat.py compares with it byte for
// byte.
#include "nbformat/notebook.hpp"

#include <gtest/gtest.h>

#include <map>

#include "base/utf.hpp"
#include "nbformat/base64.hpp"

namespace colibri::nbformat {
namespace {

using document::RichOutput;
using document::Stream;
using json::Object;
using json::Value;

Result<Read> read_text(std::string_view bytes) {
  int ids = 0;
  return read(bytes, [&ids] { return "new-" + std::to_string(++ids); });
}

std::string with_cells(std::string_view cells, std::string_view version = "\"nbformat_minor\": 5") {
  return "{\"nbformat\": 4, " + std::string(version) + ", \"metadata\": {}, \"cells\": [" +
         std::string(cells) + "]}";
}

std::string with_outputs(std::string_view outputs) {
  return with_cells(R"({"cell_type": "code", "id": "c", "metadata": {}, "execution_count": null,
                        "source": "", "outputs": [)" +
                    std::string(outputs) + "]}");
}

Result<std::string> no_blob(const std::string& sha256) {
  return failure(ErrorCode::not_found, "no blob " + sha256);
}

std::string written(const Notebook& notebook) {
  const auto bytes = write(notebook, no_blob);
  return bytes ? *bytes : "failed: " + bytes.error().detail;
}

std::string refusal(std::string_view bytes) {
  const auto notebook = read_text(bytes);
  return notebook ? "was read" : notebook.error().detail;
}

TEST(Nbformat, WritesAsJupyterDoes) {
  const auto read = read_text(with_cells(
      R"({"source": ["a\n", "b"], "metadata": {"z": 1.0, "a": NaN}, "id": "x", "cell_type": "raw"})"));
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(written(read->notebook), R"({
 "cells": [
  {
   "cell_type": "raw",
   "id": "x",
   "metadata": {
    "a": NaN,
    "z": 1.0
   },
   "source": [
    "a\n",
    "b"
   ]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
)");
}

TEST(Nbformat, SplitsLinesAsPythonDoes) {
  const auto lines = split_lines(
      "a\r\nb\rc\x0b"
      "d\xC2\x85"
      "e\xE2\x80\xA9\n");
  EXPECT_EQ(lines, (std::vector<std::string_view>{"a\r\n", "b\r", "c\x0b", "d\xC2\x85",
                                                  "e\xE2\x80\xA9", "\n"}));
  EXPECT_TRUE(split_lines("").empty());
}

TEST(Nbformat, KeepsTheMinorAndWritesNoIdsBelow5) {
  const auto read = read_text(with_cells(
      R"({"cell_type": "markdown", "metadata": {}, "source": ""})", "\"nbformat_minor\": 4"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->notebook.minor, 4);
  EXPECT_EQ(read->notebook.cells[0].id.value, "new-1");
  EXPECT_TRUE(read->notes.empty());
  EXPECT_EQ(written(read->notebook).find("new-1"), std::string::npos);
}

TEST(Nbformat, ReplacesIdsThatCannotStayAndSaysSo) {
  const auto read = read_text(with_cells(
      R"({"cell_type": "raw", "id": "a", "source": ""}, {"cell_type": "raw", "id": "a", "source": ""},
         {"cell_type": "raw", "id": "../b", "source": ""}, {"cell_type": "raw", "source": ""})"));
  ASSERT_TRUE(read);
  std::vector<std::string> ids;
  for (const auto& cell : read->notebook.cells) ids.push_back(cell.id.value);
  EXPECT_EQ(ids, (std::vector<std::string>{"a", "new-1", "new-2", "new-3"}));
  EXPECT_EQ(read->notes.size(), 3u);
}

TEST(Nbformat, GivesNoIdTwice) {
  const auto read = read_text(with_cells(
      R"({"cell_type": "raw", "source": ""}, {"cell_type": "raw", "id": "new-1", "source": ""})"));
  ASSERT_TRUE(read);
  EXPECT_NE(read->notebook.cells[0].id, read->notebook.cells[1].id);
}

TEST(Nbformat, KeepsAStreamsTextAndUnknownMembers) {
  const auto read = read_text(with_outputs(
      R"({"output_type": "stream", "name": "stderr", "text": ["a\n", "\ud83d"], "tail": 1})"));
  ASSERT_TRUE(read);
  const auto& stream = std::get<Stream>(read->notebook.cells[0].outputs[0]);
  EXPECT_EQ(stream.name, "stderr");
  EXPECT_EQ(stream.text, (std::u16string{u'a', u'\n', 0xD83D}));
  EXPECT_FALSE(stream.cut);
  EXPECT_NE(written(read->notebook).find("\"tail\": 1"), std::string::npos);
  EXPECT_NE(written(read->notebook).find("\"\\ud83d\""), std::string::npos);
}

TEST(Nbformat, SaysWhatWasCutFromAStream) {
  Notebook notebook;
  notebook.cells.emplace_back().outputs = {
      Stream{"stdout", u"head", document::Cut{3, 1'500}, u"tail"}};
  EXPECT_NE(written(notebook).find(R"("head\n",
      "… 3 lines (1.5 kB) not kept …\n",
      "tail")"),
            std::string::npos)
      << written(notebook);
}

TEST(Nbformat, DoesNotTakeAFilesMembersForItsOwn) {
  const std::string file = with_outputs(
      R"({"output_type": "display_data", "metadata": {}, "data": {}, "display_id": "d",
          "blobs": {"image/png": {"sha256": "0", "encoding": "base64"}}, "extra": [1]})");
  const auto read = read_text(file);
  ASSERT_TRUE(read);
  const Object& output = std::get<RichOutput>(read->notebook.cells[0].outputs[0]).object;
  EXPECT_FALSE(output.contains("blobs"));
  EXPECT_FALSE(output.contains("display_id"));
  const auto again = read_text(written(read->notebook));  // It asks for no blob.
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(std::get<RichOutput>(again->notebook.cells[0].outputs[0])
                .object.find("extra")
                ->find("blobs")
                ->find("image/png")
                ->find("sha256")
                ->if_string()
                ->c_str(),
            std::string("0"));
}

TEST(Nbformat, PutsLargePayloadsBackExactly) {
  const std::string png = base64_encode(std::string(300'001, '\x7f'));
  const std::vector<std::pair<std::string, Value>> payloads{
      {"image/png", Value(png)},
      {"image/jpeg", Value(png + "\n")},
      {"image/gif", Value("no base64 " + png)},
      {"image/svg+xml", Value("<svg>" + png)},
      {"application/json", Value(json::Array(100'000, Value(json::Number{"1.50"})))},
      {"text/plain", Value("small")}};
  Object data, blobs;
  for (const auto& [mime, payload] : payloads) data.set(mime, payload);
  std::map<std::string, std::string> kept;
  const auto moved = move_large_payloads(data, blobs, [&](std::string_view bytes) {
    const std::string name = std::to_string(kept.size());
    kept[name] = bytes;
    return Result<std::string>(name);
  });
  ASSERT_TRUE(moved);
  EXPECT_EQ(data.size(), 1u);
  EXPECT_EQ(blobs.size(), 5u);
  Notebook notebook;
  notebook.cells.emplace_back().outputs = {RichOutput{Object{
      {"output_type", "display_data"}, {"data", data}, {"metadata", Object{}}, {"blobs", blobs}}}};
  const auto file = write(
      notebook, [&](const std::string& name) -> Result<std::string> { return kept.at(name); });
  ASSERT_TRUE(file);
  const auto again = read_text(*file);
  ASSERT_TRUE(again);
  const Object& output = std::get<RichOutput>(again->notebook.cells[0].outputs[0]).object;
  for (const auto& [mime, payload] : payloads)
    EXPECT_TRUE(*output.find("data")->find(mime) == payload) << mime;
}

TEST(Nbformat, FailsToWriteWithoutItsBlobs) {
  Notebook notebook;
  notebook.cells.emplace_back().outputs = {RichOutput{
      Object{{"output_type", "display_data"},
             {"data", Object{}},
             {"blobs", Object{{"image/png", Object{{"sha256", "7"}, {"encoding", "base64"}}}}}}}};
  EXPECT_EQ(written(notebook), "failed: no blob 7");
}

TEST(Nbformat, UpgradesVersion3AndSaysSo) {
  const auto read = read_text(
      R"({"nbformat": 3, "metadata": {"name": "n"}, "worksheets": [{"cells": [
           {"cell_type": "heading", "level": 2, "source": ["a\n", "b"]},
           {"cell_type": "code", "input": ["x\n", "y"], "language": "python", "prompt_number": 4,
            "outputs": [{"output_type": "pyout", "prompt_number": 4, "text": ["1"]}]}]}]})");
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->notes.front(), "Upgraded from nbformat 3.");
  EXPECT_EQ(to_utf8(read->notebook.cells[0].source), "## a b");
  EXPECT_EQ(to_utf8(read->notebook.cells[1].source), "x\ny");
  EXPECT_EQ(read->notebook.cells[1].execution_count, 4);
  EXPECT_EQ(read->notebook.minor, 5);
}

TEST(Nbformat, RefusesWithTheReason) {
  EXPECT_NE(refusal(R"({"nbformat": 5, "cells": []})").find("newer"), std::string::npos);
  EXPECT_NE(refusal("\xff").find("offset 0"), std::string::npos);
  EXPECT_NE(refusal("[]").find("not a JSON object"), std::string::npos);
  EXPECT_NE(refusal(R"({"a": 1})").find("no notebook"), std::string::npos);
  EXPECT_NE(refusal(with_cells("", R"("nbformat_minor": "5")")).find("no version"),
            std::string::npos);
  EXPECT_NE(refusal(with_cells(R"({"cell_type": "raw", "source": ""}, 3)")).find("Cell 2"),
            std::string::npos);
  EXPECT_NE(refusal(with_outputs(R"({"output_type": "stream", "text": [1]})")).find("no text"),
            std::string::npos);
  EXPECT_NE(refusal(with_cells(R"({"cell_type": "raw", "metadata": [], "source": ""})"))
                .find("metadata is no object"),
            std::string::npos);
}

}  // namespace
}  // namespace colibri::nbformat
