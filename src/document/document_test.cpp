#include <array>
#include <random>

#include "document/document_fixture.hpp"

namespace colibri::document {
namespace {

TEST(Document, InsertsMovesAndDeletesCells) {
  Session s;
  s.add("a", "1");
  s.add("b", "2", CellId{"a"});
  s.add("c", "3");
  EXPECT_EQ(s.order(), (Ids{"c", "a", "b"}));
  ASSERT_TRUE(s.accept(MoveCell{{"c"}, CellId{"b"}}));
  EXPECT_EQ(s.order(), (Ids{"a", "b", "c"}));
  ASSERT_TRUE(s.accept(DeleteCell{{"b"}}));
  EXPECT_EQ(s.order(), (Ids{"a", "c"}));
}

TEST(Document, RefusesCellsThatDoNotFit) {
  Session s;
  s.add("a", "1");
  EXPECT_EQ(s.refusal(InsertCell{{"a"}, CellType::code, {}, "", {}}), ErrorCode::invalid);
  EXPECT_EQ(s.refusal(InsertCell{{"../x"}, CellType::code, {}, "", {}}), ErrorCode::invalid);
  EXPECT_EQ(s.refusal(InsertCell{{"b"}, CellType::code, CellId{"z"}, "", {}}),
            ErrorCode::no_such_cell);
  EXPECT_EQ(s.refusal(InsertCell{{"b"}, CellType::code, {}, std::string(101, 'x'), {}}),
            ErrorCode::too_large);
  EXPECT_EQ(s.refusal(MoveCell{{"a"}, CellId{"a"}}), ErrorCode::invalid);
  for (const char* id : {"b", "c", "d"}) s.add(id, "");
  EXPECT_EQ(s.refusal(InsertCell{{"e"}, CellType::code, {}, "", {}}), ErrorCode::too_large);
}

TEST(Document, PutsTheLaterOfTwoEqualInsertsBehind) {
  Session s;
  s.add("c", "ab");
  ASSERT_TRUE(s.accept(push("c", 0, 0, ChangeSet::replace(2, 1, 1, u"X")), "alice"));
  ASSERT_TRUE(s.accept(push("c", 0, 0, ChangeSet::replace(2, 1, 1, u"Y")), "bob"));
  EXPECT_EQ(s.source("c"), "aXYb");
}

TEST(Document, SkipsUpdatesThatTheLogHas) {
  Session s;
  s.add("c", "");
  const ChangeSet first = ChangeSet::replace(0, 0, 0, u"1");
  const ChangeSet second = ChangeSet::replace(1, 1, 1, u"2");
  ASSERT_TRUE(s.accept(push("c", 0, 0, first), "alice"));
  EXPECT_EQ(s.refusal(push("c", 0, 0, first), "alice"), ErrorCode::conflict);
  ASSERT_TRUE(s.accept(PushText{{"c"}, 0, 0, {first, second}}, "alice"));
  EXPECT_EQ(s.source("c"), "12");
}

TEST(Document, RefusesTextThatDoesNotFit) {
  Session s;
  s.add("c", "a😀");
  EXPECT_EQ(s.refusal(push("c", 1, 0, ChangeSet::replace(3, 0, 0, u"x")), "a"), ErrorCode::invalid);
  EXPECT_EQ(s.refusal(push("c", 0, 0, ChangeSet::replace(2, 0, 0, u"x")), "a"), ErrorCode::invalid);
  EXPECT_EQ(s.refusal(push("c", 0, 0, ChangeSet::replace(3, 2, 2, u"x")), "a"), ErrorCode::invalid);
  EXPECT_EQ(s.refusal(push("c", 0, 1, ChangeSet::replace(3, 0, 0, u"x")), "a"), ErrorCode::invalid);
  EXPECT_EQ(s.refusal(push("z", 0, 0, ChangeSet::replace(3, 0, 0, u"x")), "a"),
            ErrorCode::no_such_cell);
  EXPECT_EQ(s.source("c"), "a😀");
}

TEST(Document, SurvivesAClientThatRepeatsItsUpdatesFalsely) {
  Session s;
  s.add("c", "ab");
  ASSERT_TRUE(s.accept(push("c", 0, 0, ChangeSet::replace(2, 1, 1, u"X")), "evil"));
  ASSERT_TRUE(s.accept(push("c", 1, 0, ChangeSet::replace(3, 0, 0, u"Y")), "bob"));
  const PushText lie{
      {"c"}, 0, 0, {ChangeSet::replace(2, 0, 2, u"long text"), ChangeSet::replace(9, 0, 9, u"")}};
  EXPECT_EQ(s.refusal(lie, "evil"), ErrorCode::invalid);
}

// A page in small: the text it shows, the version the server and it agree on, and what it typed
// since.
struct Page {
  std::string client;
  std::u16string text;
  uint64_t version = 0, confirmed = 0;
  std::vector<Update> pending;

  void type(std::mt19937& random) {
    const size_t from = random() % (text.size() + 1);
    const size_t to = std::min(text.size(), from + random() % 4);
    const std::u16string insert = std::u16string(u"xyz").substr(random() % 4);
    if (from == to && insert.empty()) return;
    pending.push_back({client, ChangeSet::replace(text.size(), from, to, insert)});
    text = pending.back().changes.apply(text);
  }
  // As web/src/model/cell_text.ts takes in an accepted update.
  void receive(const Update& update) {
    ChangeSet change = update.changes;
    const bool own = !pending.empty() && update.client == client;
    if (!own) {
      for (const Update& mine : pending) change = change.map(mine.changes, true);
      text = change.apply(text);
    }
    confirmed += own ? 1 : 0;
    pending = *rebase(std::move(pending), {update});
    ++version;
  }
};

void push_all(Session& s, Page& page) {
  PushText op{{"c"}, page.version, page.confirmed, {}};
  for (const Update& update : page.pending) op.changes.push_back(update.changes);
  if (op.changes.empty()) return;
  const auto record = s.ask(op, page.client);
  if (record)
    s.document.apply(*record);
  else  // Only a repeat of what the log holds may be refused.
    EXPECT_EQ(record.error().code, ErrorCode::conflict) << record.error().detail;
}

void catch_up(Session& s, Page& page, size_t most) {
  const auto& log = s.cell("c").updates;
  for (; most > 0 && page.version < log.size(); --most) page.receive(log[page.version]);
}

TEST(Document, EveryPageEndsWithTheServersText) {
  for (unsigned seed = 1; seed <= 1000 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    Session s;
    s.document = Document("e_1", Limits{});
    s.add("c", "abcdef");
    std::array<Page, 3> pages{Page{"a", u"abcdef"}, Page{"b", u"abcdef"}, Page{"d", u"abcdef"}};
    for (int step = 0; step < 40; ++step) {
      Page& page = pages[random() % pages.size()];
      const auto what = random() % 3;
      if (what == 0) push_all(s, page);
      if (what == 1) page.type(random);
      if (what == 2) catch_up(s, page, 1 + random() % 5);
    }
    for (Page& page : pages) push_all(s, page);
    for (Page& page : pages) {
      catch_up(s, page, 1000);
      EXPECT_EQ(to_utf8(page.text), s.source("c"));
    }
  }
}

TEST(Document, AsksToReloadWhenTheBaseIsForgotten) {
  Session s;
  s.add("c", "");
  for (size_t i = 0; i < 5; ++i)
    ASSERT_TRUE(s.accept(push("c", i, i, ChangeSet::replace(i, i, i, u"x")), "a"));
  EXPECT_EQ(s.refusal(push("c", 1, 0, ChangeSet::replace(1, 0, 0, u"y")), "b"),
            ErrorCode::stale_base);
  ASSERT_TRUE(s.accept(push("c", 2, 0, ChangeSet::replace(2, 0, 0, u"y")), "b"));
  EXPECT_EQ(s.source("c"), "yxxxxx");
}

TEST(Document, RefusesAPushThatWouldTakeForEver) {
  Session many;
  many.document = Document("e_1", {});
  many.add("c", "");
  std::vector<ChangeSet> typed;
  for (size_t i = 0; i < 1'500; ++i) typed.push_back(ChangeSet::replace(i, i, i, u"x"));
  ASSERT_TRUE(many.accept(PushText{{"c"}, 0, 0, typed}, "t_2"));
  std::vector<ChangeSet> stale = typed;
  for (size_t i = 1'500; i < 9'000; ++i) stale.push_back(ChangeSet::replace(i, i, i, u"x"));
  EXPECT_EQ(many.refusal(PushText{{"c"}, 0, 0, stale}, "t_1"), ErrorCode::stale_base);
  Session large;
  large.document = Document("e_1", {});
  large.add("c", std::string(1'000'000, 'x'));
  const std::vector<ChangeSet> empty(2'000, ChangeSet::replace(1'000'000, 0, 0, u""));
  EXPECT_EQ(large.refusal(PushText{{"c"}, 0, 0, empty}, "t_1"), ErrorCode::too_large);
}

TEST(Document, KeepsHistoryByWhatItHoldsAndTheLastUpdateAlways) {
  Session s;
  s.document = Document("e_1", {.history_units = 1'000});
  s.add("c", std::string(900, 'x'));
  const ChangeSet other_text = ChangeSet::replace(900, 0, 900, std::u16string(900, u'y'));
  ASSERT_TRUE(s.accept(PushText{{"c"}, 0, 0, {other_text}}, "t_1"));
  ASSERT_TRUE(s.accept(PushText{{"c"}, 0, 0, {ChangeSet::replace(900, 900, 900, u"!")}}, "t_2"));
  ASSERT_TRUE(s.accept(PushText{{"c"}, 2, 1, {ChangeSet::replace(901, 0, 901, {})}}, "t_1"));
  ASSERT_TRUE(s.accept(
      PushText{{"c"}, 3, 2, {ChangeSet::replace(0, 0, 0, std::u16string(900, u'z'))}}, "t_1"));
  EXPECT_LT(s.cell("c").updates.size(), 4u);
  EXPECT_EQ(s.refusal(PushText{{"c"}, 0, 1, {ChangeSet::replace(900, 0, 0, u"?")}}, "t_2"),
            ErrorCode::stale_base);
}

TEST(Document, ForgetsTheClientThatWasSilentLongest) {
  Session s;
  s.add("c", "");
  const auto type = [&](uint64_t first, const std::string& client) {
    const size_t length = s.cell("c").source.size();
    const ChangeSet change = ChangeSet::replace(length, 0, length, length > 0 ? u"" : u"x");
    return s.accept(PushText{{"c"}, s.cell("c").version(), first, {change}}, client);
  };
  ASSERT_TRUE(type(0, "t_old"));
  ASSERT_TRUE(type(0, "t_kept"));
  for (int i = 0; i < 255; ++i) ASSERT_TRUE(type(0, "t_" + std::to_string(i)));
  EXPECT_FALSE(s.cell("c").confirmed.contains("t_old"));
  EXPECT_TRUE(type(1, "t_kept"));
}

TEST(Document, AcceptsACommandOnce) {
  Session s;
  const Command insert{0, {"u"}, {"t"}, 7, InsertCell{{"a"}, CellType::code, {}, "", {}}};
  s.document.apply(*s.document.decide(insert));
  const auto again = s.document.decide(insert);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
  EXPECT_TRUE(s.document.has_accepted({"t"}, 7));
  EXPECT_FALSE(s.document.has_accepted({"t"}, 8));
}

TEST(Document, RunsTheTextAsItWasWhenQueued) {
  Session s;
  s.add("c", "old");
  ASSERT_TRUE(s.accept(RunCells{{{"c"}}, {{"x_1"}}}));
  ASSERT_TRUE(s.accept(push("c", 0, 0, ChangeSet::replace(3, 0, 3, u"new")), "a"));
  ASSERT_TRUE(s.accept(StartRun{{"c"}}));
  ASSERT_EQ(s.effects.size(), 1u);
  EXPECT_EQ(std::get<Dispatch>(s.effects[0]).source, "old");
}

TEST(Document, RunsOneCellAtATimeInOrder) {
  Session s;
  s.add("b", "2");
  s.add("a", "1");
  ASSERT_TRUE(s.accept(RunCells{{{"a"}, {"b"}}, {{"x_a"}, {"x_b"}}}));
  EXPECT_EQ(s.refusal(StartRun{{"b"}}), ErrorCode::conflict);
  ASSERT_TRUE(s.accept(StartRun{{"a"}}));
  EXPECT_EQ(s.document.next_to_start({}), nullptr);
  ASSERT_TRUE(s.accept(CountExecution{{"x_a"}, 5}));
  ASSERT_TRUE(s.accept(FinishRun{{"x_a"}, RunStatus::ok, ""}));
  EXPECT_EQ(s.cell("a").execution_count, 5);
  EXPECT_EQ(s.cell("a").last_run->status, RunStatus::ok);
  EXPECT_EQ(s.document.next_to_start({})->id.value, "b");
}

TEST(Document, ARunsEndIsStampedOnTheCellAsColabDoes) {
  Session s;
  s.add("a", "1");
  ASSERT_TRUE(s.accept(SetCellMetadata{{"a"}, {{"cellView", "form"}}}));
  ASSERT_TRUE(s.accept(RunCells{{{"a"}}, {{"x_a"}}, {}, -480}));
  ASSERT_TRUE(s.accept(StartRun{{"a"}}));
  EXPECT_FALSE(s.cell("a").metadata.contains(kExecutionInfo));
  auto end = s.document.decide({1126, {}, {}, 0, FinishRun{{"x_a"}, RunStatus::error, ""}});
  s.document.apply(*end);
  EXPECT_EQ(json::serialize(s.cell("a").metadata),
            R"({"cellView":"form","executionInfo":{"status":"error","elapsed":126,)"
            R"("timestamp":1126,"user":{"displayName":"Ada","userId":"u_1"},"user_tz":-480}})");
  ASSERT_TRUE(s.accept(SplitCell{{"a"}, 0, 1, {"b"}}));
  EXPECT_FALSE(s.cell("b").metadata.contains(kExecutionInfo));
  ASSERT_TRUE(s.accept(SetCellType{{"a"}, CellType::markdown}));
  EXPECT_FALSE(s.cell("a").metadata.contains(kExecutionInfo));
}

TEST(Document, LeavesOutWhatCannotRun) {
  Session s;
  s.add("text", "x", {}, CellType::markdown);
  s.add("blank", " \n");
  EXPECT_EQ(s.refusal(RunCells{{{"text"}, {"blank"}, {"gone"}}, {{"1"}, {"2"}, {"3"}}}),
            ErrorCode::conflict);
  s.add("code", "1");
  ASSERT_TRUE(s.accept(RunCells{{{"code"}, {"code"}, {"text"}}, {{"1"}, {"2"}, {"3"}}}));
  EXPECT_EQ(s.document.queue().size(), 1u);
}

TEST(Document, AnErrorStopsWhatWaits) {
  Session s;
  s.add("b", "2");
  s.add("a", "1");
  ASSERT_TRUE(s.accept(RunCells{{{"a"}, {"b"}}, {{"x_a"}, {"x_b"}}}));
  ASSERT_TRUE(s.accept(StartRun{{"a"}}));
  ASSERT_TRUE(s.accept(FinishRun{{"x_a"}, RunStatus::error, ""}));
  EXPECT_TRUE(s.document.queue().empty());
  EXPECT_FALSE(s.cell("b").run);
}

TEST(Document, TakesSingleCellsOutOfTheQueue) {
  Session s;
  s.add("b", "2");
  s.add("a", "1");
  ASSERT_TRUE(s.accept(RunCells{{{"a"}, {"b"}}, {{"x_a"}, {"x_b"}}}));
  ASSERT_TRUE(s.accept(StartRun{{"a"}}));
  EXPECT_EQ(s.refusal(CancelRuns{{{"a"}}}), ErrorCode::conflict);  // It runs: interrupt it.
  ASSERT_TRUE(s.accept(CancelRuns{{{"b"}}}));
  EXPECT_EQ(s.document.queue().size(), 1u);
}

TEST(Document, ALostKernelEndsTheRunAndTheQueue) {
  Session s;
  s.add("b", "2");
  s.add("a", "1");
  ASSERT_TRUE(s.accept(RunCells{{{"a"}, {"b"}}, {{"x_a"}, {"x_b"}}}));
  ASSERT_TRUE(s.accept(StartRun{{"a"}}));
  ASSERT_TRUE(s.accept(LoseKernel{{}, "out_of_memory", "used all 4 GB"}));
  EXPECT_TRUE(s.document.queue().empty());
  EXPECT_EQ(s.cell("a").last_run->reason, "out_of_memory");
  EXPECT_EQ(s.refusal(LoseKernel{{}, "out_of_memory", ""}), ErrorCode::conflict);
}

TEST(Document, LanesRunBesideEachOtherAndEndAlone) {
  Session s;
  for (const char* id : {"d", "c", "b", "a"}) s.add(id, "1");
  const Lane ada{"u_ada"}, bob{"u_bob"};
  ASSERT_TRUE(s.accept(RunCells{{{"a"}, {"b"}}, {{"x_a"}, {"x_b"}}, ada}));
  EXPECT_EQ(s.refusal(RunCells{{{"a"}}, {{"x_2"}}, bob}), ErrorCode::conflict);
  ASSERT_TRUE(s.accept(RunCells{{{"a"}, {"c"}, {"d"}}, {{"x_2"}, {"x_c"}, {"x_d"}}, bob}));
  ASSERT_TRUE(s.accept(StartRun{{"a"}}));
  ASSERT_TRUE(s.accept(StartRun{{"c"}}));
  EXPECT_EQ(s.document.running(ada)->id.value, "a");
  EXPECT_EQ(s.document.running(bob)->id.value, "c");
  EXPECT_EQ(s.refusal(CancelRuns{{{"d"}}, ada}), ErrorCode::conflict);
  ASSERT_TRUE(s.accept(LoseKernel{bob, "kernel_died", ""}));
  EXPECT_EQ(s.document.lanes(), std::set{ada});
  ASSERT_TRUE(s.accept(FinishRun{{"x_a"}, RunStatus::error, ""}));
  EXPECT_TRUE(s.document.queue().empty());
}

TEST(Document, DeletingTheRunningCellFreesTheQueue) {
  Session s;
  s.add("b", "2");
  s.add("a", "1");
  ASSERT_TRUE(s.accept(RunCells{{{"a"}, {"b"}}, {{"x_a"}, {"x_b"}}}));
  ASSERT_TRUE(s.accept(StartRun{{"a"}}));
  ASSERT_TRUE(s.accept(DeleteCell{{"a"}}));
  EXPECT_EQ(s.refusal(AppendStream{{"x_a"}, "stdout", "late", {}}), ErrorCode::no_such_cell);
  EXPECT_EQ(s.document.next_to_start({})->id.value, "b");
}

TEST(Document, JoinsStreamsOfOneName) {
  Session s;
  s.add("a", "1");
  s.start("a");
  ASSERT_TRUE(s.accept(AppendStream{{"x_a"}, "stdout", "1\n", {}}));
  ASSERT_TRUE(s.accept(AppendStream{{"x_a"}, "stdout", "2\n", {}}));
  ASSERT_TRUE(s.accept(AppendStream{{"x_a"}, "stderr", "e", {}}));
  EXPECT_EQ(s.outputs("a"), R"([{"output_type":"stream","name":"stdout","text":"1\n2\n"},)"
                            R"({"output_type":"stream","name":"stderr","text":"e"}])");
}

TEST(Document, KeepsHeadAndTailOfALongStream) {
  Session s;
  s.add("a", "1");
  s.start("a");
  for (const char* text : {"head\n", "1111\n", "2222\n", "3333\n", "4444\n"})
    ASSERT_TRUE(s.accept(AppendStream{{"x_a"}, "stdout", text, {}}));
  const auto& stream = std::get<Stream>(s.cell("a").outputs.at(0));
  EXPECT_EQ(stream.text, u"head\n1111\n");
  EXPECT_EQ(stream.tail, u"4444\n");  // Cut at the start of a line.
  EXPECT_EQ(stream.cut, (Cut{2, 10}));
}

TEST(Document, NotesWhatTheSupervisorLeftOutWhereItWas) {
  Session s;
  s.add("a", "1");
  s.start("a");
  ASSERT_TRUE(s.accept(AppendStream{{"x_a"}, "stdout", "1\n", {}}));
  ASSERT_TRUE(s.accept(AppendStream{{"x_a"}, "stdout", "9\n", {.lines = 7, .bytes = 70}}));
  const auto& stream = std::get<Stream>(s.cell("a").outputs.at(0));
  EXPECT_EQ(stream.text, u"1\n");
  EXPECT_EQ(stream.tail, u"9\n");
  EXPECT_EQ(stream.cut, (Cut{7, 70}));
}

TEST(Document, LimitsTheNumberOfOutputs) {
  Session s;
  s.add("a", "1");
  s.start("a");
  const RichOutput image{{{"output_type", "display_data"}, {"data", json::Object{}}}};
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(s.accept(AppendOutput{{"x_a"}, image}));
  EXPECT_EQ(s.refusal(AppendOutput{{"x_a"}, image}), ErrorCode::too_large);
  ASSERT_TRUE(s.accept(FinishRun{{"x_a"}, RunStatus::ok, "", 4}));
  EXPECT_EQ(s.cell("a").dropped_outputs, 4u);
}

TEST(Document, ClearsOutputAtOnceOrAtTheNext) {
  Session s;
  s.add("a", "1");
  s.start("a");
  ASSERT_TRUE(s.accept(AppendStream{{"x_a"}, "stdout", "1", {}}));
  ASSERT_TRUE(s.accept(ClearOutput{{"x_a"}, true}));
  EXPECT_EQ(s.cell("a").outputs.size(), 1u);
  ASSERT_TRUE(s.accept(AppendStream{{"x_a"}, "stdout", "2", {}}));
  EXPECT_EQ(std::get<Stream>(s.cell("a").outputs.at(0)).text, u"2");
  ASSERT_TRUE(s.accept(ClearOutput{{"x_a"}, false}));
  EXPECT_TRUE(s.cell("a").outputs.empty());
}

TEST(Document, UpdatesEveryDisplayOfAnId) {
  Session s;
  s.add("a", "1");
  s.start("a");
  const RichOutput shown{{{"output_type", "display_data"},
                          {"data", json::Object{{"text/plain", "1"}}},
                          {"display_id", "d"}}};
  ASSERT_TRUE(s.accept(AppendOutput{{"x_a"}, shown}));
  ASSERT_TRUE(s.accept(AppendOutput{{"x_a"}, shown}));
  ASSERT_TRUE(s.accept(UpdateDisplay{"d", {{"text/plain", "2"}}, {}, {}}));
  for (const Output& output : s.cell("a").outputs)
    EXPECT_EQ(json::serialize(*std::get<RichOutput>(output).object.find("data")),
              R"({"text/plain":"2"})");
  EXPECT_EQ(s.refusal(UpdateDisplay{"other", {}, {}, {}}), ErrorCode::conflict);
}

TEST(Document, EchoesInputButNeverAPassword) {
  Session s;
  s.add("a", "1");
  s.start("a");
  EXPECT_EQ(s.refusal(AnswerInput{{"x_a"}, "early"}), ErrorCode::conflict);
  ASSERT_TRUE(s.accept(RequestInput{{"x_a"}, "Name: ", false}));
  ASSERT_TRUE(s.accept(AnswerInput{{"x_a"}, "Ada"}));
  ASSERT_TRUE(s.accept(RequestInput{{"x_a"}, "Key: ", true}));
  ASSERT_TRUE(s.accept(AnswerInput{{"x_a"}, "hunter2"}));
  EXPECT_EQ(std::get<Stream>(s.cell("a").outputs.at(0)).text, u"Name: Ada\nKey: \n");
  for (const Record& record : s.log)
    EXPECT_EQ(json::serialize(to_json(record)).find("hunter2"), std::string::npos);
}

TEST(Document, TakesLateOutputOfTheLastRunUntilTheNextStarts) {
  Session s;
  s.add("a", "1");
  s.start("a");
  ASSERT_TRUE(s.accept(FinishRun{{"x_a"}, RunStatus::ok, ""}));
  ASSERT_TRUE(s.accept(AppendStream{{"x_a"}, "stdout", "thread\n", {}}));
  ASSERT_TRUE(s.accept(RunCells{{{"a"}}, {{"x_2"}}}));
  ASSERT_TRUE(s.accept(StartRun{{"a"}}));
  EXPECT_EQ(s.refusal(AppendStream{{"x_a"}, "stdout", "too late", {}}), ErrorCode::no_such_cell);
  EXPECT_TRUE(s.cell("a").outputs.empty());
}

TEST(Document, ForgetsOutputsOfACellThatBecomesText) {
  Session s;
  s.add("a", "1");
  s.start("a");
  ASSERT_TRUE(s.accept(SetCellType{{"a"}, CellType::markdown}));
  EXPECT_TRUE(s.document.queue().empty());
  EXPECT_EQ(s.refusal(SetCellType{{"a"}, CellType::markdown}), ErrorCode::conflict);
}

TEST(Document, ReplayingTheLogRebuildsTheState) {
  Session s;
  s.add("a", "print(1)");
  s.add("b", "x", CellId{"a"});
  s.start("a");
  ASSERT_TRUE(s.accept(push("b", 0, 0, ChangeSet::replace(1, 0, 0, u"y")), "alice"));
  for (const char* text : {"0123456789", "abcdefgh\n", "ijklmnop\n"})
    ASSERT_TRUE(s.accept(AppendStream{{"x_a"}, "stdout", text, {}}));
  ASSERT_TRUE(s.accept(RequestInput{{"x_a"}, "?", false}));

  Document replayed("e_1", kSmall);
  for (const Record& record : s.log) replayed.apply(record);
  EXPECT_EQ(json::serialize(replayed.snapshot()), json::serialize(s.document.snapshot()));
}

TEST(Document, ASnapshotGoesOnWhereItWasTaken) {
  Session s;
  s.add("a", "print(1)");
  s.start("a");
  ASSERT_TRUE(s.accept(push("a", 0, 0, ChangeSet::replace(8, 0, 0, u"#")), "alice"));
  const auto text = json::serialize(s.document.snapshot());
  auto restored = Document::from_snapshot(*json::parse_object(text), kSmall);
  ASSERT_TRUE(restored) << restored.error().detail;
  EXPECT_EQ(json::serialize(restored->snapshot()), text);
  EXPECT_NE(restored->running({}), nullptr);
  s.document = std::move(*restored);
  ASSERT_TRUE(s.accept(AppendStream{{"x_a"}, "stdout", "1\n", {}}));
  ASSERT_TRUE(s.accept(push("a", 1, 1, ChangeSet::replace(9, 0, 1, u"")), "alice"));
  EXPECT_EQ(s.source("a"), "print(1)");
}

}  // namespace
}  // namespace colibri::document
