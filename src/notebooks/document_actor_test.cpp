// Commands, commits, clients and the runtime of an open notebook.
#include <gmock/gmock.h>

#include "notebooks/notebook_fixture.hpp"

namespace colibri::notebooks {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using DocumentActorTest = NotebookFixture;

TEST_F(DocumentActorTest, ShowsOnlyWhatIsOnTheDisk) {
  open({"1"});
  Page page;
  attach(page);
  insert("n1");
  EXPECT_THAT(page.types, IsEmpty());  // Decided, not yet committed.
  ASSERT_TRUE(until([&] { return !page.types.empty(); }));
  EXPECT_THAT(page.types, ElementsAre("cell_inserted"));
  EXPECT_EQ(count("SELECT COUNT(*) FROM document_records"), 1);
}

TEST_F(DocumentActorTest, LetsNobodySeeWhatCouldNotBeCommitted) {
  open({"1"});
  Page page;
  attach(page);
  ASSERT_TRUE(sql("ALTER TABLE document_records RENAME TO records_elsewhere"));
  insert("n1");
  ASSERT_TRUE(until([&] { return page.closed != 0; }));
  EXPECT_EQ(page.closed, 1011);
  EXPECT_THAT(page.types, IsEmpty());
  EXPECT_THAT(page.notices, ElementsAre("not_saved"));
  ASSERT_TRUE(sql("ALTER TABLE records_elsewhere RENAME TO document_records"));
  reopen();  // From the log, which has not heard of it.
  EXPECT_EQ(actor_->document().find({"n1"}), nullptr);
  Page second;
  attach(second);
  insert("n2");
  EXPECT_TRUE(until([&] { return !second.types.empty(); }));
}

TEST_F(DocumentActorTest, ShowsCellsBeforeTheBulkOfTheirOutputs) {
  open({"1", "2", "3"});
  Page page;
  attach(page);
  auto supervisor = (actor_->connect({"t_1"}, {}), make_ready(page));
  uint64_t frame = 2;
  for (const char* id : {"c0", "c1"}) {
    submit(document::RunCells{{{id}}, {}});
    ASSERT_TRUE(
        until([&] { return cell(id).run && cell(id).run->state == document::RunState::running; }));
    const ExecutionId run = cell(id).run->execution;
    supervisor->say(++frame, link::StreamText{run, "stdout", std::string(100'000, 'x')});
    supervisor->say(++frame, link::Done{run, "ok", ""});
    ASSERT_TRUE(until([&] { return cell(id).last_run.has_value(); }));
  }
  Page second;
  attach(second, "t_2");
  EXPECT_THAT(second.snapshot, HasSubstr(R"("outputs_later":true)"));
  EXPECT_LT(second.snapshot.size(), 110'000u);
  ASSERT_EQ(second.outputs.size(), 1u);
  EXPECT_THAT(second.outputs[0], HasSubstr(R"([{"cell":"c1","outputs":[{"output_type":"stream")"));
}

TEST_F(DocumentActorTest, DoesOnlyWhatTheRoleAllowsAndTellsTheRest) {
  open({"1"});
  Page page;
  attach(page, "t_1", {}, document::Role::commenter);
  insert("n1");
  ASSERT_TRUE(until([&] { return !page.refused.empty(); }));
  EXPECT_EQ(actor_->document().find({"n1"}), nullptr);
  actor_->set_role({"u_1"}, document::Role::editor);
  insert("n2");
  EXPECT_TRUE(until([&] { return !page.types.empty(); }));
  actor_->set_role({"u_1"}, std::nullopt);
  EXPECT_EQ(page.closed, 4403);
  insert("n3");
  EXPECT_EQ(actor_->document().find({"n3"}), nullptr);
}

TEST_F(DocumentActorTest, TakesNoCommandUnderTheIdOfSomebodyElse) {
  open({"1"});
  Page mine, theirs;
  attach(mine);
  actor_->attach(theirs, {"t_1"}, {{"u_2"}, "Eve", "eve@example.org", document::Role::editor}, {});
  EXPECT_EQ(theirs.closed, 4400);
  EXPECT_EQ(mine.closed, 0);
  insert("n1");
  ASSERT_TRUE(until([&] { return !mine.types.empty(); }));
  actor_->detach(mine);
  Page later;
  later.followed = actor_;
  actor_->attach(later, {"t_1"}, {{"u_2"}, "Eve", "eve@example.org", document::Role::editor}, {});
  actor_->submit(
      {.user = {"u_2"}, .client = {"t_1"}, .command = 9, .op = document::InsertCell{{"n2"}}});
  ASSERT_TRUE(until([&] { return !later.refused.empty(); }));
  EXPECT_EQ(actor_->document().find({"n2"}), nullptr);
}

TEST_F(DocumentActorTest, GivesADeletedCellBackAfterTheServerWasKilled) {
  open({"1", "2"});
  auto page = std::make_unique<Page>();
  attach(*page);
  submit(document::DeleteCell{{"c1"}});
  ASSERT_TRUE(until([&] { return page->seqs.size() == 1; }));
  actor_->detach(*page);
  actor_.reset();
  stop_server();
  start_server();
  reopen();
  Page later;
  attach(later, "t_2");
  EXPECT_THAT(later.snapshot, HasSubstr(R"("bin":[{"id":"c1")"));
  EXPECT_THAT(later.snapshot, HasSubstr(R"("name":"Ada")"));
  submit(document::RestoreCell{{"c1"}, CellId{"c0"}}, "t_2");
  ASSERT_TRUE(until([&] { return !later.types.empty(); }));
  EXPECT_EQ(cell("c1").source, u"2");
}

TEST_F(DocumentActorTest, SendsOnlyTheMissingRecordsToAClientThatComesBack) {
  open({"1"});
  Page first;
  attach(first);
  insert("n1");
  insert("n2");
  insert("n3");
  ASSERT_TRUE(until([&] { return first.seqs.size() == 3; }));
  actor_->detach(first);
  Page second;
  attach(second, "t_1", Position{actor_->document().epoch(), 1});
  ASSERT_TRUE(until([&] { return !second.seqs.empty(); }));
  EXPECT_TRUE(second.welcome->resumed);
  EXPECT_THAT(second.seqs, ElementsAre(2, 3));
  EXPECT_EQ(second.snapshot, "");
}

TEST_F(DocumentActorTest, SendsASnapshotToOneWhoKnowsAnotherEpochOrTheFuture) {
  open({"1"});
  for (const Position& seen : {Position{"e_other", 0}, Position{actor_->document().epoch(), 99}}) {
    Page page;
    attach(page, "t_1", seen);
    EXPECT_FALSE(page.welcome->resumed);
    EXPECT_THAT(page.snapshot, HasSubstr("\"c0\""));
    actor_->detach(page);
  }
}

TEST_F(DocumentActorTest, LetsWhoSendsFasterThanTheDiskWait) {
  open({"1"});
  Page page;
  attach(page);
  run(actor_->wait_for_room());
  for (int i = 0; i < 10; ++i)
    submit(document::SetNotebookMetadata{{{"large", std::string(1 << 20, 'x')}}});
  EXPECT_TRUE(page.types.empty());
  run(actor_->wait_for_room());
  EXPECT_FALSE(page.types.empty());
}

TEST_F(DocumentActorTest, KeepsFewLargeRecordsForThoseWhoComeBack) {
  settings_.compact_records = 5;
  settings_.kept_bytes = 3 << 20;
  stop_server();
  start_server();
  open({"1"});
  Page page;
  attach(page);
  for (int i = 0; i < 10; ++i) {
    submit(document::SetNotebookMetadata{{{"large", std::string(1 << 20, 'x')}}});
    ASSERT_TRUE(until([&] { return page.seqs.size() == static_cast<size_t>(i + 1); }));
  }
  ASSERT_TRUE(until([&] { return count("SELECT count(*) FROM document_records") < 10; }));
  Page far, near;
  attach(far, "t_2", Position{actor_->document().epoch(), 1});
  attach(near, "t_3", Position{actor_->document().epoch(), 9});
  EXPECT_FALSE(far.welcome->resumed);
  EXPECT_TRUE(near.welcome->resumed);
}

TEST_F(DocumentActorTest, HoldsFewLargeRecordsWhileTheFileIsNotWritten) {
  settings_.save_after_ms = settings_.save_idle_ms = 60'000;
  settings_.kept_bytes = 3 << 20;
  settings_.compact_bytes = 64 << 20;  // Else so much is written at once.
  stop_server();
  start_server();
  open({"1"});
  Page page;
  attach(page);
  for (int i = 0; i < 10; ++i) {
    submit(document::SetNotebookMetadata{{{"large", std::string(1 << 20, 'x')}}});
    ASSERT_TRUE(until([&] { return page.seqs.size() == static_cast<size_t>(i + 1); }));
  }
  EXPECT_GE(count("SELECT count(*) FROM document_records"), 10);
  Page far, near;
  attach(far, "t_2", Position{actor_->document().epoch(), 1});
  attach(near, "t_3", Position{actor_->document().epoch(), 9});
  EXPECT_FALSE(far.welcome->resumed);
  EXPECT_TRUE(near.welcome->resumed);
}

TEST_F(DocumentActorTest, AnswersARepeatedCommandByNothing) {
  open({"1"});
  Page page;
  attach(page);
  insert("n1");
  ASSERT_TRUE(until([&] { return page.seqs.size() == 1; }));
  --commands_;
  insert("n1");
  until([] { return false; }, 30ms);
  EXPECT_EQ(page.seqs.size(), 1U);
  EXPECT_THAT(page.refused, IsEmpty());
}

TEST_F(DocumentActorTest, TellsOnlyTheAuthorOfARefusal) {
  open({"1"});
  Page author, other;
  attach(author, "t_1");
  attach(other, "t_2");
  submit(document::DeleteCell{{"none"}});
  EXPECT_THAT(author.refused, ElementsAre(1));
  EXPECT_THAT(other.refused, IsEmpty());
}

TEST_F(DocumentActorTest, ClosesTheOlderOfTwoConnectionsOfATab) {
  open({"1"});
  Page older, newer;
  attach(older);
  attach(newer);
  EXPECT_EQ(older.closed, 4409);
  EXPECT_EQ(newer.closed, 0);
}

TEST_F(DocumentActorTest, TellsWhoIsHereAndWhere) {
  open({"1"});
  Page ada, bob;
  attach(ada);
  actor_->attach(bob, {"t_2"}, {{"u_2"}, "", "bob@example.org", document::Role::editor}, {});
  bob.followed = actor_;
  EXPECT_THAT(bob.presence, ElementsAre(HasSubstr(R"("client":"t_1","user":"u_1","name":"Ada")")));
  ASSERT_TRUE(until([&] { return ada.presence.size() == 2; }));
  EXPECT_THAT(ada.presence.back(), HasSubstr(R"("name":"bob","color":1)"));
  actor_->move({"t_2"}, {.cell = CellId{"c0"}, .selection = {{0, 1}}, .editing = true});
  ASSERT_TRUE(until([&] { return ada.presence.size() == 3; }));
  EXPECT_EQ(ada.presence.back(),
            R"({"type":"presence","moved":[{"client":"t_2","cell":"c0","selection":[[0,1]],)"
            R"("version":0,"editing":true}]})");
  actor_->detach(bob);
  actor_->attach(bob, {"t_2"}, {{"u_2"}, "", "bob@example.org", document::Role::editor}, {});
  ASSERT_TRUE(until([&] { return ada.presence.size() == 4; }));
  EXPECT_THAT(ada.presence.back(), testing::Not(HasSubstr("left")));  // Back before it was told.
  actor_->detach(bob);
  ASSERT_TRUE(until([&] { return ada.presence.size() == 5; }));
  EXPECT_EQ(ada.presence.back(), R"({"type":"presence","left":["t_2"]})");
  actor_->move({"t_1"}, {.cell = CellId{"c0"}});  // Nobody else is there to be told.
  until([&] { return ada.presence.size() > 5; }, 150ms);
  EXPECT_EQ(ada.presence.size(), 5U);
  actor_->detach(ada);
}

TEST_F(DocumentActorTest, LetsOneGoWhoFloodsWithPresence) {
  open({"1"});
  Page ada, bob;
  attach(ada);
  attach(bob, "t_2");
  for (uint32_t i = 0; i < 3000 && bob.closed == 0; ++i)
    actor_->move({"t_2"}, {.cell = CellId{"c0"}, .selection = {{i, i}}});
  EXPECT_EQ(bob.closed, 4400);
  ASSERT_TRUE(until([&] {
    return !ada.presence.empty() && ada.presence.back().find("left") != std::string::npos;
  }));
  EXPECT_LT(ada.presence.size(), 5U);
  EXPECT_EQ(ada.closed, 0);
}

TEST_F(DocumentActorTest, MakesOneMessageForAllReadersAndFewerForACrowd) {
  open({"1"});
  std::vector<std::unique_ptr<Page>> pages;
  for (int i = 0; i < 20; ++i) {
    pages.push_back(std::make_unique<Page>());
    attach(*pages.back(), ("t_" + std::to_string(i)).c_str());
  }
  for (int i = 0; i < 100; ++i) insert(("n" + std::to_string(i)).c_str());
  ASSERT_TRUE(until([&] { return pages.back()->seqs.size() == 100; }));
  for (const auto& page : pages) {
    EXPECT_EQ(page->seqs, pages[0]->seqs);
    EXPECT_EQ(page->messages, pages[0]->messages);  // The very same ones.
  }
  EXPECT_LT(pages[0]->messages.size(), 100U);
}

TEST_F(DocumentActorTest, ConnectsByItselfAndRunsWhenTheKernelIsReady) {
  open({"print(1)"});
  Page page;
  attach(page);
  submit(document::RunCells{{{"c0"}}, {}});
  const auto supervisor = make_ready(page);
  const ExecutionId execution = started(*supervisor);
  EXPECT_EQ(supervisor->all<link::Execute>().at(0).code, "print(1)");
  supervisor->say(3, link::StreamText{execution, "stdout", "1\n"});
  supervisor->say(4, link::Done{execution, "ok", ""});
  ASSERT_TRUE(until([&] { return !page.types.empty() && page.types.back() == "run_finished"; }));
  EXPECT_THAT(page.types,
              ElementsAre("runs_queued", "run_started", "stream_appended", "run_finished"));
  EXPECT_EQ(stream_of("c0"), "1\n");
}

TEST_F(DocumentActorTest, CommitsARunAndItsStartAtOnce) {
  open({"1", "2"});
  Page page;
  attach(page);
  submit(document::RunCells{{{"c0"}}, {}});
  const auto supervisor = make_ready(page);
  supervisor->say(3, link::Done{started(*supervisor), "ok", ""});
  ASSERT_TRUE(until([&] { return !page.types.empty() && page.types.back() == "run_finished"; }));
  page.types.clear();
  page.commits.clear();
  submit(document::RunCells{{{"c1"}}, {}});
  ASSERT_TRUE(until([&] { return page.types.size() == 2; }));
  EXPECT_THAT(page.types, ElementsAre("runs_queued", "run_started"));
  EXPECT_THAT(page.commits, ElementsAre(2));
}

TEST_F(DocumentActorTest, AcknowledgesAFrameOnlyAfterItsRecordIsOnTheDisk) {
  open({"x"});
  Page page;
  attach(page);
  submit(document::RunCells{{{"c0"}}, {}});
  const auto supervisor = make_ready(page);
  const ExecutionId execution = started(*supervisor);
  supervisor->say(3, link::StreamText{execution, "stdout", "1\n"});
  ASSERT_TRUE(until([&] {
    const auto acks = supervisor->all<link::Ack>();
    return !acks.empty() && acks.back().n == 3;
  }));
  EXPECT_EQ(count("SELECT last_frame FROM leases"), 3);
  EXPECT_EQ(count("SELECT COUNT(*) FROM document_records WHERE payload LIKE '%stream_appended%'"),
            1);
}

TEST_F(DocumentActorTest, HasEachLineOnceAfterTheServerWasKilled) {
  open({"x"});
  auto page = std::make_unique<Page>();
  attach(*page);
  submit(document::RunCells{{{"c0"}}, {}});
  auto supervisor = make_ready(*page);
  const ExecutionId execution = started(*supervisor);
  supervisor->say(3, link::StreamText{execution, "stdout", "1\n"});
  ASSERT_TRUE(until([&] {
    const auto acks = supervisor->all<link::Ack>();
    return !acks.empty() && acks.back().n == 3;
  }));
  actor_->detach(*page);
  actor_.reset();
  stop_server();
  start_server();
  reopen();
  supervisor = dial();
  EXPECT_EQ(supervisor->all<link::Welcome>().at(0).acknowledged, 3U);
  // It may not have got the execute: it is told again, and knows the id when it had.
  EXPECT_EQ(started(*supervisor), execution);
  supervisor->say(3, link::StreamText{execution, "stdout", "1\n"});
  supervisor->say(4, link::StreamText{execution, "stdout", "2\n"});
  ASSERT_TRUE(until([&] { return stream_of("c0").ends_with("2\n"); }));
  EXPECT_EQ(stream_of("c0"), "1\n2\n");
}

TEST_F(DocumentActorTest, EndsTheRunsOfARuntimeThatDidNotOutliveTheServer) {
  open({"x", "y"});
  auto page = std::make_unique<Page>();
  attach(*page);
  submit(document::RunCells{{{"c0"}, {"c1"}}, {}});
  auto supervisor = make_ready(*page);
  (void)started(*supervisor);
  actor_->detach(*page);
  actor_.reset();
  stop_server();
  engine_.gone = true;
  start_server();
  reopen();
  ASSERT_TRUE(until([&] { return actor_->document().queue().empty(); }));
  ASSERT_TRUE(cell("c0").last_run);
  EXPECT_EQ(cell("c0").last_run->reason, "supervisor_lost");
  EXPECT_FALSE(cell("c1").run);
}

TEST_F(DocumentActorTest, DropsOutputThatBelongsToNoRun) {
  open({"x"});
  Page page;
  attach(page);
  actor_->connect({"t_1"}, {});
  const auto supervisor = make_ready(page);
  supervisor->say(3, link::StreamText{{"x_unknown"}, "stdout", "lost"});
  supervisor->say(4, link::StreamText{{""}, "stdout", "lost"});
  ASSERT_TRUE(until([&] {
    const auto acks = supervisor->all<link::Ack>();
    return !acks.empty() && acks.back().n == 4;
  }));
  EXPECT_THAT(page.types, IsEmpty());
}

TEST_F(DocumentActorTest, KeepsALargeOutputOutsideTheRecord) {
  open({"x"});
  Page page;
  attach(page);
  submit(document::RunCells{{{"c0"}}, {}});
  const auto supervisor = make_ready(page);
  const ExecutionId execution = started(*supervisor);
  const std::string text(300'000, 'a');
  supervisor->say(
      3, link::OutputMade{execution, json::Object{{"output_type", "display_data"},
                                                  {"data", json::Object{{"text/plain", text}}},
                                                  {"metadata", json::Object{}}}});
  supervisor->say(4, link::StreamText{execution, "stdout", "behind it"});
  ASSERT_TRUE(until([&] { return cell("c0").outputs.size() == 2; }));
  const auto& rich = std::get<document::RichOutput>(cell("c0").outputs[0]).object;
  EXPECT_EQ(rich.find("data")->find("text/plain"), nullptr);
  const auto* blob = rich.find("blobs")->find("text/plain");
  ASSERT_NE(blob, nullptr);
  const std::string sha256 = *blob->find("sha256")->if_string();
  ASSERT_TRUE(until([&] { return page.types.back() == "stream_appended"; }));
  const auto found = run(notebooks_->find_blob({"u_1"}, id_, sha256));
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ(get(found->file), text);
  EXPECT_FALSE(run(notebooks_->find_blob({"u_2"}, id_, sha256)));
  ASSERT_TRUE(until([&] { return get(file()).find(text) != std::string::npos; }));  // In the file.
}

TEST_F(DocumentActorTest, TellsWhyTheKernelWasLost) {
  open({"x", "y"});
  Page page;
  attach(page);
  submit(document::RunCells{{{"c0"}, {"c1"}}, {}});
  const auto supervisor = make_ready(page);
  const ExecutionId execution = started(*supervisor);
  supervisor->say(3, link::KernelChanged{"restarting", "out_of_memory", "4 GiB", "", ""});
  supervisor->say(4, link::Done{execution, "aborted", "out_of_memory"});
  ASSERT_TRUE(until([&] { return cell("c0").last_run.has_value(); }));
  EXPECT_EQ(cell("c0").last_run->reason, "out_of_memory");
  EXPECT_THAT(actor_->document().queue(), IsEmpty());
}

TEST_F(DocumentActorTest, CountsCursorsAsBothSidesDo) {
  open({"x"});
  Page page;
  attach(page);
  actor_->connect({"t_1"}, {});
  const auto supervisor = make_ready(page);
  actor_->complete(page, "7", "\xF0\x9F\x98\x80.ab", 4);  // Behind 😀.a: 4 units, 3 code points.
  ASSERT_TRUE(until([&] { return !supervisor->all<link::Complete>().empty(); }));
  const auto asked = supervisor->all<link::Complete>().at(0);
  EXPECT_EQ(asked.cursor, 3);
  supervisor->say(link::Reply{
      asked.request,
      json::Object{
          {"matches", json::Array{"abc"}}, {"start", 2}, {"end", 3}, {"metadata", json::Object{}}},
      std::nullopt});
  ASSERT_TRUE(until([&] { return !page.reply.empty(); }));
  EXPECT_EQ(page.reply, R"(7 {"matches":["abc"],"start":3,"end":4,"metadata":{}})");
}

TEST_F(DocumentActorTest, PassesAnAnswerOnToTheKernelOnceItIsCommitted) {
  open({"x"});
  Page page;
  attach(page);
  submit(document::RunCells{{{"c0"}}, {}});
  const auto supervisor = make_ready(page);
  const ExecutionId execution = started(*supervisor);
  supervisor->say(3, link::InputWanted{execution, "Password: ", true});
  ASSERT_TRUE(until([&] { return cell("c0").input.has_value(); }));
  submit(document::AnswerInput{execution, "s3cret"});
  ASSERT_TRUE(until([&] { return !supervisor->all<link::AnswerInput>().empty(); }));
  EXPECT_EQ(supervisor->all<link::AnswerInput>().at(0).value, "s3cret");
  EXPECT_EQ(count("SELECT COUNT(*) FROM document_records WHERE payload LIKE '%s3cret%'"), 0);
}

}  // namespace
}  // namespace colibri::notebooks
