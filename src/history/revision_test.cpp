#include "history/revision.hpp"

#include <gmock/gmock.h>

#include <set>

#include "base/utf.hpp"
#include "history/summary.hpp"
#include "history/thinning.hpp"

namespace colibri::history {
namespace {

using document::Cell;
using testing::ElementsAre;
using testing::IsEmpty;

nbformat::Notebook notebook_of(size_t cells) {
  nbformat::Notebook notebook;
  notebook.metadata.set("title", "T");
  for (size_t i = 0; i < cells; ++i) {
    Cell cell;
    cell.id = {"c" + std::to_string(i)};
    cell.source = to_utf16("print(" + std::to_string(i) + ")");
    cell.outputs.push_back(document::Stream{"stdout", to_utf16(std::to_string(i)), {}, {}, {}});
    cell.execution_count = 1;
    notebook.cells.push_back(std::move(cell));
  }
  return notebook;
}

// What a store would keep.
struct Kept {
  std::map<std::string, Part> parts;
  size_t added = 0, bytes = 0;  // Of the last revision.

  Revision keep(const nbformat::Notebook& notebook, KeepOutputs outputs = KeepOutputs::all) {
    Revision revision = make_revision(notebook, outputs);
    added = bytes = 0;
    for (const auto& [name, part] : revision.parts)
      if (parts.emplace(name, part).second) {
        ++added;
        bytes += part.text.size();
      }
    return revision;
  }
  LoadPart load() {
    return [this](const std::string& name) -> Result<std::string> {
      const auto found = parts.find(name);
      if (found == parts.end()) return failure(ErrorCode::not_found, name);
      return found->second.text;
    };
  }
};

std::string text_of(const nbformat::Notebook& notebook) {
  return json::serialize(to_json(summarise(notebook)));
}

TEST(Revision, ARunChangesTheOutputsOfACellAndNotItsBody) {
  nbformat::Notebook notebook = notebook_of(1);
  notebook.cells[0].metadata = {{"executionInfo", json::Object{{"elapsed", 1}}}, {"a", 1}};
  Kept kept;
  const auto first = read_head(kept.keep(notebook).manifest, kept.load());
  notebook.cells[0].metadata.set("executionInfo", json::Object{{"elapsed", 2}});
  const auto second = read_head(kept.keep(notebook).manifest, kept.load());
  EXPECT_EQ(first->cells[0].body, second->cells[0].body);
  EXPECT_NE(first->cells[0].outputs, second->cells[0].outputs);
  const auto whole = read_revision(*second, kept.load(), true);
  EXPECT_EQ(canonical(whole->cells[0].metadata), canonical(notebook.cells[0].metadata));
  const auto bare = read_revision(*second, kept.load(), false);
  EXPECT_FALSE(bare->cells[0].metadata.contains("executionInfo"));
}

TEST(Revision, IsTheNotebookAgain) {
  nbformat::Notebook notebook = notebook_of(200);
  notebook.cells[3].attachments = json::Object{{"a.png", json::Object{{"image/png", "AA=="}}}};
  notebook.cells[4].type = document::CellType::markdown;
  notebook.cells[5].outputs.clear();
  notebook.cells[5].execution_count.reset();
  notebook.minor = 4;
  Kept kept;
  const Revision revision = kept.keep(notebook);
  const auto head = read_head(revision.manifest, kept.load());
  ASSERT_TRUE(head) << head.error().detail;
  EXPECT_EQ(head->cells.size(), 200U);
  EXPECT_EQ(head->cells[5].outputs, "");
  const auto again = read_revision(*head, kept.load(), true);
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(text_of(*again), text_of(notebook));
  EXPECT_EQ(again->minor, 4);
  const auto parts = parts_of(revision.manifest, kept.load());
  ASSERT_TRUE(parts);
  EXPECT_EQ(std::set(parts->begin(), parts->end()).size(), kept.parts.size());
}

TEST(Revision, CostsOnlyWhatChanged) {
  nbformat::Notebook notebook = notebook_of(1'000);
  Kept kept;
  const size_t whole = kept.keep(notebook).manifest.size() + kept.bytes;
  EXPECT_LT(kept.keep(notebook).manifest.size(), whole / 20);
  EXPECT_EQ(kept.added, 0U);
  notebook.cells[500].source = u"changed";
  EXPECT_LT(kept.keep(notebook).manifest.size(), whole / 20);
  EXPECT_EQ(kept.added, 2U);  // The cell, and the list that it stands in.
  EXPECT_LT(kept.bytes, whole / 20);
  Cell cell;
  cell.id = {"new"};
  notebook.cells.insert(notebook.cells.begin(), cell);
  kept.keep(notebook);
  EXPECT_LE(kept.added, 3U);
}

TEST(Revision, LeavesOutputsOutWhenAskedTo) {
  Kept kept;
  const Revision revision = kept.keep(notebook_of(3), KeepOutputs::none);
  const auto head = read_head(revision.manifest, kept.load());
  ASSERT_TRUE(head);
  EXPECT_FALSE(head->with_outputs);
  for (const RevisionCell& cell : head->cells) EXPECT_EQ(cell.outputs, "");
}

TEST(Revision, LeavesOutTheOutputsOfACellThatRuns) {
  nbformat::Notebook notebook = notebook_of(2);
  notebook.cells[0].run = document::Run{.state = document::RunState::running};
  notebook.cells[1].run = document::Run{.state = document::RunState::queued};
  Kept kept;
  const auto complete = read_head(kept.keep(notebook, KeepOutputs::complete).manifest, kept.load());
  ASSERT_TRUE(complete);
  EXPECT_TRUE(complete->cells[0].running);
  EXPECT_EQ(complete->cells[0].outputs, "");
  EXPECT_FALSE(complete->cells[1].running);
  EXPECT_NE(complete->cells[1].outputs, "");
  const auto all = read_head(kept.keep(notebook).manifest, kept.load());
  ASSERT_TRUE(all);
  EXPECT_FALSE(all->cells[0].running);
  EXPECT_NE(all->cells[0].outputs, "");
}

TEST(Revision, NamesTheBlobsOfItsOutputs) {
  nbformat::Notebook notebook = notebook_of(1);
  const std::string name(64, 'a');
  notebook.cells[0].outputs = {document::RichOutput{json::Object{
      {"output_type", "display_data"},
      {"data", json::Object{}},
      {"display_id", "d"},
      {"blobs", json::Object{{"image/png", json::Object{{"sha256", name}, {"bytes", 3}}}}}}}};
  const Revision revision = make_revision(notebook, KeepOutputs::all);
  std::vector<std::string> blobs;
  for (const auto& [hash, part] : revision.parts) {
    blobs.insert(blobs.end(), part.blobs.begin(), part.blobs.end());
    EXPECT_EQ(part.text.find("display_id"), std::string::npos);
  }
  EXPECT_THAT(blobs, ElementsAre(name));
}

TEST(Revision, TellsOfDamage) {
  Kept kept;
  const Revision revision = kept.keep(notebook_of(2));
  kept.parts.clear();
  EXPECT_EQ(read_head(revision.manifest, kept.load()).error().code, ErrorCode::not_found);
  EXPECT_EQ(read_head("{}", kept.load()).error().code, ErrorCode::corrupt);
  EXPECT_EQ(read_head(R"({"lists":[1],"metadata":{}})", kept.load()).error().code,
            ErrorCode::corrupt);
}

constexpr int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;

TEST(Thinning, KeepsAllOfADayThenOneAnHourThenOneADay) {
  const int64_t now = 400 * kDay + 30 * kMinute;
  std::vector<RevisionAge> all;
  for (int64_t time = 0; time <= now; time += 10 * kMinute)
    all.push_back({static_cast<int64_t>(all.size()), time, false});
  const auto numbers = thin(all, now, {});
  const std::set<int64_t> gone(numbers.begin(), numbers.end());
  std::vector<RevisionAge> kept;
  for (const RevisionAge& each : all)
    if (!gone.contains(each.number)) kept.push_back(each);
  const auto count = [&](int64_t from_age, int64_t to_age) {
    return std::ranges::count_if(kept, [&](const RevisionAge& each) {
      return now - each.time_ms >= from_age && now - each.time_ms < to_age;
    });
  };
  EXPECT_EQ(count(0, kDay), 144);
  EXPECT_NEAR(static_cast<double>(count(kDay, 7 * kDay)), 6 * 24, 1);
  EXPECT_NEAR(static_cast<double>(count(7 * kDay, 365 * kDay)), 358, 1);
  EXPECT_EQ(count(365 * kDay, 500 * kDay), 0);
  // Of what is left nothing goes at once.
  EXPECT_THAT(thin(kept, now, {}), IsEmpty());
}

TEST(Thinning, KeepsAsLongAsItIsToldTo) {
  const std::vector<RevisionAge> all{
      {1, 10 * kHour, false}, {2, 10 * kHour + kMinute, false}, {3, 12 * kHour, false}};
  EXPECT_THAT(thin(all, 13 * kHour, {}), IsEmpty());
  EXPECT_THAT(thin(all, 13 * kHour, {kHour, kDay, kDay}), ElementsAre(1));
  EXPECT_THAT(thin(all, 12 * kDay, {kHour, kDay, 2 * kDay}), ElementsAre(2, 1));
}

TEST(Thinning, KeepsThePinnedAndTheNewest) {
  EXPECT_THAT(thin({{1, 0, true}, {2, 0, false}, {3, 1, false}}, 500 * kDay, {}), ElementsAre(2));
}

}  // namespace
}  // namespace colibri::history
