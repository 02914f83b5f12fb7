// Cells as wholes: the bin, splitting, merging, outputs that come back, and what the server writes.
#include <random>

#include "document/document_fixture.hpp"

namespace colibri::document {
namespace {

// Cell `id` with one line of output of a run that ended.
void run_once(Session& s, const std::string& id) {
  s.start(id);
  ASSERT_TRUE(s.accept(CountExecution{{"x_" + id}, 7}));
  ASSERT_TRUE(s.accept(AppendStream{{"x_" + id}, "stdout", "out\n", {}}));
  ASSERT_TRUE(s.accept(FinishRun{{"x_" + id}, RunStatus::ok, ""}));
}

std::vector<std::string> binned(const Session& s) {
  std::vector<std::string> ids;
  for (const BinnedCell& cell : s.document.bin()) ids.push_back(cell.cell.id.value);
  return ids;
}

std::string same_after_replay(const Session& s) {
  Document replayed("e_1", s.limits);
  for (const Record& record : s.log) replayed.apply(record);
  const std::string text = json::serialize(s.document.snapshot());
  if (json::serialize(replayed.snapshot()) != text) return "replayed differs: " + text;
  const auto restored = Document::from_snapshot(*json::parse_object(text), s.limits);
  if (!restored || json::serialize(restored->snapshot()) != text) return "restored differs";
  return "";
}

TEST(DocumentCells, ADeletedCellComesBackWithItsOutputs) {
  Session s;
  s.add("a", "1");
  s.add("b", "2", CellId{"a"});
  run_once(s, "b");
  ASSERT_TRUE(s.accept(DeleteCell{{"b"}}));
  ASSERT_EQ(binned(s), (Ids{"b"}));
  EXPECT_EQ(s.document.bin()[0].after, CellId{"a"});
  EXPECT_EQ(s.document.bin()[0].by.name, "Ada");
  ASSERT_TRUE(s.accept(RestoreCell{{"b"}, CellId{"a"}}));
  EXPECT_EQ(s.order(), (Ids{"a", "b"}));
  EXPECT_EQ(std::get<Stream>(s.cell("b").outputs.at(0)).text, u"out\n");
  EXPECT_EQ(s.cell("b").execution_count, 7);
  EXPECT_EQ(s.cell("b").last_run->by.name, "Ada");
  EXPECT_EQ(binned(s), Ids{});
}

TEST(DocumentCells, GivesAPageOnlyTheListOfTheBin) {
  Session s;
  s.add("a", "\nfirst 😀\nsecond");
  run_once(s, "a");
  ASSERT_TRUE(s.accept(DeleteCell{{"a"}}));
  EXPECT_EQ(json::serialize(*s.document.page_snapshot().find("bin")),
            R"([{"id":"a","cell_type":"code","first_line":"first 😀","after":null,"outputs":1,)"
            R"("user":"u_1","name":"Ada","time_ms":1000}])");
  EXPECT_FALSE(s.document.page_snapshot().contains("clients"));
  EXPECT_EQ(same_after_replay(s), "");
}

TEST(DocumentCells, TheBinForgetsTheOldest) {
  Session s;
  for (const char* id : {"a", "b", "c"}) s.add(id, id);
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(s.accept(DeleteCell{{id}}));
  EXPECT_EQ(binned(s), (Ids{"b", "c"}));
  EXPECT_EQ(s.refusal(RestoreCell{{"a"}, {}}), ErrorCode::no_such_cell);
  EXPECT_EQ(same_after_replay(s), "");
}

TEST(DocumentCells, TheBinIsLimitedInBytesToo) {
  Session s({.bin_bytes = 3000});
  for (const char* id : {"a", "b", "c"}) {
    s.add(id, std::string(600, 'x'));
    ASSERT_TRUE(s.accept(DeleteCell{{id}}));
  }
  EXPECT_EQ(binned(s), (Ids{"b", "c"}));
}

TEST(DocumentCells, RefusesToRestoreWhatStandsOrDoesNotFit) {
  Session s;
  for (const char* id : {"a", "b"}) s.add(id, id);
  EXPECT_EQ(s.refusal(RestoreCell{{"a"}, {}}), ErrorCode::conflict);
  ASSERT_TRUE(s.accept(DeleteCell{{"a"}}));
  EXPECT_EQ(s.refusal(RestoreCell{{"a"}, CellId{"z"}}), ErrorCode::no_such_cell);
  EXPECT_EQ(s.refusal(InsertCell{{"a"}, CellType::code, {}, "", {}}), ErrorCode::conflict);
  for (const char* id : {"c", "d", "e"}) s.add(id, "");
  EXPECT_EQ(s.refusal(RestoreCell{{"a"}, {}}), ErrorCode::too_large);
}

TEST(DocumentCells, ARestoredTextHasAVersionOfItsOwn) {
  Session s;
  s.add("a", "");
  ASSERT_TRUE(s.accept(push("a", 0, 0, ChangeSet::replace(0, 0, 0, u"x")), "t_1"));
  ASSERT_TRUE(s.accept(DeleteCell{{"a"}}));
  ASSERT_TRUE(s.accept(RestoreCell{{"a"}, {}}));
  // Sent before its author saw the deletion, and taken for lost since.
  EXPECT_EQ(s.refusal(push("a", 1, 1, ChangeSet::replace(1, 1, 1, u"y")), "t_1"),
            ErrorCode::stale_base);
  EXPECT_EQ(s.cell("a").version(), 2u);
  ASSERT_TRUE(s.accept(push("a", 2, 1, ChangeSet::replace(1, 1, 1, u"y")), "t_1"));
  EXPECT_EQ(s.source("a"), "xy");
  EXPECT_EQ(same_after_replay(s), "");
}

TEST(DocumentCells, ACellThatTheServerPutsThereHasAVersionOfItsOwn) {
  Session s;
  s.add("a", "");
  ASSERT_TRUE(s.accept(push("a", 0, 0, ChangeSet::replace(0, 0, 0, u"x")), "t_1"));
  ASSERT_TRUE(s.accept(DeleteCell{{"a"}}));
  Cell old;
  old.id = {"a"};
  old.source = u"z";
  ASSERT_TRUE(s.accept(PutCell{{}, old}));
  EXPECT_EQ(s.refusal(push("a", 1, 1, ChangeSet::replace(1, 1, 1, u"y")), "t_1"),
            ErrorCode::stale_base);
  EXPECT_EQ(same_after_replay(s), "");
}

TEST(DocumentCells, ARunningCellThatIsDeletedIsSeenAsAborted) {
  Session s;
  s.add("a", "1");
  s.start("a");
  ASSERT_TRUE(s.accept(DeleteCell{{"a"}}));
  EXPECT_EQ(s.refusal(AppendStream{{"x_a"}, "stdout", "unseen", {}}), ErrorCode::no_such_cell);
  ASSERT_TRUE(s.accept(RestoreCell{{"a"}, {}}));
  EXPECT_EQ(s.cell("a").last_run->reason, "cell_deleted");
  EXPECT_TRUE(s.document.queue().empty());
  ASSERT_TRUE(s.accept(AppendStream{{"x_a"}, "stdout", "late", {}}));  // The kernel goes on.
  EXPECT_EQ(s.refusal(FinishRun{{"x_a"}, RunStatus::ok, ""}), ErrorCode::conflict);
  EXPECT_EQ(same_after_replay(s), "");
}

TEST(DocumentCells, SplitsAtAPlaceThatOthersHaveMoved) {
  Session s;
  s.add("a", "one\ntwo");
  ASSERT_TRUE(s.accept(push("a", 0, 0, ChangeSet::replace(7, 0, 0, u"# ")), "t_2"));
  ASSERT_TRUE(s.accept(SplitCell{{"a"}, 0, 4, {"b"}}, "t_1"));
  EXPECT_EQ(s.order(), (Ids{"a", "b"}));
  EXPECT_EQ(s.source("a"), "# one");
  EXPECT_EQ(s.source("b"), "two");
  EXPECT_EQ(s.cell("a").version(), 2u);
  EXPECT_FALSE(s.cell("a").confirmed.contains(""));
  EXPECT_EQ(same_after_replay(s), "");
}

TEST(DocumentCells, ASplitKeepsOutputsAboveAndCopiesTheType) {
  Session s;
  s.add("a", "1\n\n\n2");
  ASSERT_TRUE(s.accept(SetCellMetadata{{"a"}, {{"id", "colab"}, {"tags", json::Array{"t"}}}}));
  run_once(s, "a");
  ASSERT_TRUE(s.accept(SplitCell{{"a"}, 0, 3, {"b"}}));
  EXPECT_EQ(s.source("a") + "|" + s.source("b"), "1|2");
  EXPECT_EQ(s.cell("a").outputs.size(), 1u);
  EXPECT_TRUE(s.cell("b").outputs.empty());
  EXPECT_EQ(json::serialize(s.cell("b").metadata), R"({"tags":["t"]})");
}

TEST(DocumentCells, NeverSplitsACharacterAndNothingBehindTheEnd) {
  Session s;
  s.add("a", "x😀y");
  EXPECT_EQ(s.refusal(SplitCell{{"a"}, 0, 2, {"b"}}), ErrorCode::invalid);
  EXPECT_EQ(s.refusal(SplitCell{{"a"}, 0, 5, {"b"}}), ErrorCode::invalid);
  EXPECT_EQ(s.refusal(SplitCell{{"a"}, 1, 0, {"b"}}), ErrorCode::invalid);
  EXPECT_EQ(s.refusal(SplitCell{{"a"}, 0, 1, {"a"}}), ErrorCode::invalid);
  EXPECT_EQ(s.refusal(SplitCell{{"z"}, 0, 1, {"b"}}), ErrorCode::no_such_cell);
  ASSERT_TRUE(s.accept(SplitCell{{"a"}, 0, 4, {"b"}}));
  EXPECT_EQ(s.source("b"), "");
}

TEST(DocumentCells, MergesIntoTheFirstInOrder) {
  Session s;
  s.add("c", "3", {}, CellType::markdown);
  s.add("b", "2");
  s.add("a", "1", {}, CellType::markdown);
  run_once(s, "b");
  ASSERT_TRUE(s.accept(SetAttachments{{"c"}, {{"i.png", json::Object{{"image/png", "x"}}}}}));
  ASSERT_TRUE(s.accept(MergeCells{{{"c"}, {"a"}, {"b"}}}));
  EXPECT_EQ(s.order(), (Ids{"a"}));
  EXPECT_EQ(s.source("a"), "1\n2\n3");
  EXPECT_EQ(s.cell("a").type, CellType::markdown);
  EXPECT_TRUE(s.cell("a").attachments->contains("i.png"));
  EXPECT_EQ(binned(s), (Ids{"b", "c"}));
  EXPECT_EQ(s.document.find_binned({"b"})->cell.outputs.size(), 1u);
  EXPECT_EQ(same_after_replay(s), "");
}

TEST(DocumentCells, MergingAgainWhatWasSplitGivesTheSameText) {
  Session s;
  s.add("a", "1\n\n2");
  ASSERT_TRUE(s.accept(SplitCell{{"a"}, 0, 1, {"b"}}));
  ASSERT_TRUE(s.accept(MergeCells{{{"a"}, {"b"}}, 2}));
  EXPECT_EQ(s.source("a"), "1\n\n2");
}

TEST(DocumentCells, RefusesMergesThatDoNotFit) {
  Session s;
  s.add("a", std::string(60, 'x'));
  s.add("b", std::string(60, 'x'));
  EXPECT_EQ(s.refusal(MergeCells{{{"a"}, {"b"}}}), ErrorCode::too_large);
  EXPECT_EQ(s.refusal(MergeCells{{{"a"}, {"a"}}}), ErrorCode::invalid);
  EXPECT_EQ(s.refusal(MergeCells{{{"a"}, {"z"}}}), ErrorCode::no_such_cell);
}

TEST(DocumentCells, ClearedOutputsComeBackOnce) {
  Session s;
  s.add("a", "1");
  run_once(s, "a");
  ASSERT_TRUE(s.accept(ClearOutputs{{}}));
  ASSERT_TRUE(s.accept(RestoreOutputs{{{"a"}}}));
  EXPECT_EQ(s.cell("a").outputs.size(), 1u);
  EXPECT_EQ(s.cell("a").execution_count, 7);
  EXPECT_EQ(s.refusal(RestoreOutputs{{{"a"}}}), ErrorCode::conflict);
  EXPECT_EQ(same_after_replay(s), "");
}

TEST(DocumentCells, OutputsComeBackToACellThatWasTextForAWhile) {
  Session s;
  s.add("a", "1");
  run_once(s, "a");
  ASSERT_TRUE(s.accept(SetCellType{{"a"}, CellType::markdown}));
  EXPECT_EQ(s.refusal(RestoreOutputs{{{"a"}}}), ErrorCode::conflict);
  ASSERT_TRUE(s.accept(SetCellType{{"a"}, CellType::code}));
  ASSERT_TRUE(s.accept(RestoreOutputs{{{"a"}}}));
  EXPECT_EQ(s.cell("a").outputs.size(), 1u);
}

TEST(DocumentCells, OutputsOfAnEarlierRunDoNotComeBack) {
  Session s;
  s.add("a", "1");
  run_once(s, "a");
  ASSERT_TRUE(s.accept(ClearOutputs{{}}));
  s.start("a");
  ASSERT_TRUE(s.accept(LoseKernel{{}, "kernel_died", ""}));
  EXPECT_EQ(s.refusal(RestoreOutputs{{{"a"}}}), ErrorCode::conflict);
}

TEST(DocumentCells, TheServerReplacesTextByTheSmallestChange) {
  Session s({.source_units = 100});
  s.add("a", "one\ntwo\nthree\nfour\n");
  ASSERT_TRUE(s.accept(ReplaceText{{"a"}, "one\n2\nthree\nfour!\n"}));
  EXPECT_EQ(s.source("a"), "one\n2\nthree\nfour!\n");
  const auto& fact = std::get<TextChanged>(s.log.back().fact);
  EXPECT_EQ(json::serialize(fact.updates.at(0).changes.to_json()), R"([4,[3,"2"],11,[0,"!"],1])");
  EXPECT_EQ(fact.updates.at(0).client, "");
  EXPECT_EQ(s.refusal(ReplaceText{{"a"}, s.source("a")}), ErrorCode::conflict);
  EXPECT_EQ(s.refusal(ReplaceText{{"a"}, std::string(101, 'x')}), ErrorCode::too_large);
  // Somebody who typed meanwhile keeps their words.
  ASSERT_TRUE(s.accept(push("a", 0, 0, ChangeSet::replace(19, 13, 13, u" and")), "t_1"));
  EXPECT_EQ(s.source("a"), "one\n2\nthree and\nfour!\n");
}

TEST(DocumentCells, TheServerReplacesOutputsAndAttachments) {
  Session s;
  s.add("a", "1");
  run_once(s, "a");
  ASSERT_TRUE(s.accept(ReplaceOutputs{{"a"}, {Stream{"stderr", u"e", {}, {}, {}}}, 3}));
  EXPECT_EQ(s.outputs("a"), R"([{"output_type":"stream","name":"stderr","text":"e"}])");
  EXPECT_EQ(s.cell("a").execution_count, 3);
  ASSERT_TRUE(s.accept(SetAttachments{{"a"}, {{"i", json::Object()}}}));
  EXPECT_EQ(s.refusal(SetAttachments{{"a"}, {{"i", json::Object()}}}), ErrorCode::conflict);
  ASSERT_TRUE(s.accept(SetAttachments{{"a"}, {}}));
  EXPECT_FALSE(s.cell("a").attachments);
  EXPECT_EQ(same_after_replay(s), "");
}

TEST(DocumentCells, ReadsSnapshotsOfBeforeThereWereSeveralPeople) {
  const auto old = json::parse_object(
      R"({"epoch":"e","seq":3,"metadata":{},"cells":[{"id":"a","cell_type":"code","source":"1",)"
      R"("last_run":{"execution":"x","status":"ok","reason":"","started_ms":1,"finished_ms":2}}],)"
      R"("queue":[],"accepted":{}})");
  const auto document = Document::from_snapshot(*old, {});
  ASSERT_TRUE(document) << document.error().detail;
  EXPECT_EQ(document->find({"a"})->last_run->by.name, "");
  const auto deleted = record_from_json(
      *json::parse_object(R"({"seq":4,"time_ms":1,"user":"u","type":"cell_deleted","cell":"a"})"));
  EXPECT_TRUE(deleted);
}

TEST(ChangeSetPosition, MovesPlacesAsCodeMirrorDoes) {
  const ChangeSet change =
      ChangeSet::replace(6, 1, 1, u"XY").compose(ChangeSet::replace(8, 5, 7, u""));
  // "abcdef" becomes "aXYbcf".
  EXPECT_EQ(change.map_position(1), 1u);
  EXPECT_EQ(change.map_position(1, false), 3u);
  EXPECT_EQ(change.map_position(3), 5u);
  EXPECT_EQ(change.map_position(4), 5u);
  EXPECT_EQ(change.map_position(6), 6u);
}

}  // namespace
}  // namespace colibri::document
