// Revisions of a notebook and what ran in it.
#include <gmock/gmock.h>

#include "notebooks/notebook_fixture.hpp"

namespace colibri::notebooks {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class DocumentHistoryTest : public NotebookFixture {
 protected:
  std::vector<RevisionEntry> revisions() {
    auto found = run(notebooks_->revisions({"u_1"}, id_, {}));
    EXPECT_TRUE(found);
    return found ? std::move(found->revisions) : std::vector<RevisionEntry>();
  }
  std::vector<std::string> kinds() {
    std::vector<std::string> out;
    for (const RevisionEntry& entry : revisions()) out.push_back(entry.kind);
    return out;
  }
  std::string source_in(int64_t number, size_t cell) {
    const auto content = run(notebooks_->revision({"u_1"}, id_, number));
    EXPECT_TRUE(content);
    return content ? to_utf8(content->notebook.cells.at(cell).source) : "";
  }
  void type(const char* id, std::u16string_view text) {
    const document::Cell& c = cell(id);
    submit(document::PushText{
        {id}, c.version(), typed_, {document::ChangeSet::replace(c.source.size(), 0, 0, text)}});
    ++typed_;
  }
  void restart_with_settings() {
    stop_server();
    start_server();
  }

  uint64_t typed_ = 0;
};

TEST_F(DocumentHistoryTest, KeepsWhatTheNotebookWasBeforeAnybodyChangedIt) {
  open({"one"});
  Page page;
  attach(page);
  type("c0", u"changed ");
  ASSERT_TRUE(until([&] { return kinds() == std::vector<std::string>{"opened"}; }));
  EXPECT_EQ(source_in(1, 0), "one");
  EXPECT_EQ(source_in(0, 0), "changed one");
}

TEST_F(DocumentHistoryTest, MakesOneByItselfOnlyWhilePeopleChangeSomething) {
  settings_.revision_every_ms = 50;
  restart_with_settings();
  open({"one"});
  Page page;
  attach(page);
  type("c0", u"x");
  ASSERT_TRUE(until([&] { return kinds().size() == 2; }));
  EXPECT_EQ(revisions().front().kind, "automatic");
  ASSERT_EQ(revisions().front().authors.size(), 1U);
  EXPECT_EQ(revisions().front().authors[0].name, "A");
  until([] { return false; }, 200ms);
  EXPECT_EQ(kinds().size(), 2U);
}

TEST_F(DocumentHistoryTest, MakesNoneWhileOnlyOutputArrives) {
  settings_.revision_every_ms = 50;
  restart_with_settings();
  open({"print(1)"});
  Page page;
  attach(page);
  type("c0", u"x");
  submit(document::RunCells{{{"c0"}}, {}});
  const auto supervisor = make_ready(page);
  const ExecutionId execution = started(*supervisor);
  ASSERT_TRUE(until([&] { return kinds().size() == 2; }));
  for (uint64_t i = 0; i < 20; ++i) {
    supervisor->say(3 + i, link::StreamText{execution, "stdout", "line\n"});
    until([] { return false; }, 10ms);
  }
  EXPECT_EQ(kinds().size(), 2U);
}

TEST_F(DocumentHistoryTest, MakesOneAtTheEndOfASession) {
  settings_.close_after_ms = 20;
  restart_with_settings();
  open({"one"});
  Page page;
  attach(page);
  type("c0", u"x");
  ASSERT_TRUE(until([&] { return page.seqs.size() == 1; }));
  actor_->detach(page);
  ASSERT_TRUE(until([&] { return kinds().size() == 2; }));
  EXPECT_EQ(revisions().front().kind, "session_end");
  reopen();  // And none when nothing changed.
  Page again;
  attach(again);
  actor_->detach(again);
  until([] { return false; }, 100ms);
  EXPECT_EQ(kinds().size(), 2U);
}

TEST_F(DocumentHistoryTest, PinsByName) {
  open({"one"});
  Page page;
  attach(page);
  type("c0", u"x");
  const auto number = run(notebooks_->pin({"u_1"}, id_, " As handed in "));
  ASSERT_TRUE(number) << number.error().detail;
  EXPECT_EQ(revisions().front().name, "As handed in");
  EXPECT_TRUE(revisions().front().pinned);
  EXPECT_EQ(source_in(*number, 0), "xone");
  // The same again is the same revision, with another name.
  EXPECT_EQ(run(notebooks_->pin({"u_1"}, id_, "Final")).value_or(0), *number);
  EXPECT_EQ(revisions().front().name, "Final");
  ASSERT_TRUE(run(notebooks_->change_revision({"u_1"}, id_, *number, {"Draft", false})));
  EXPECT_EQ(revisions().front().name, "Draft");
  EXPECT_FALSE(revisions().front().pinned);
  EXPECT_EQ(run(notebooks_->pin({"u_1"}, id_, "two\nlines")).error().code, ErrorCode::invalid);
  EXPECT_EQ(run(notebooks_->change_revision({"u_1"}, id_, 99, {})).error().code,
            ErrorCode::not_found);
}

TEST_F(DocumentHistoryTest, RestoresInOneCommitThatEverybodySees) {
  open({"one", "two"});
  Page page;
  attach(page);
  ASSERT_TRUE(run(notebooks_->pin({"u_1"}, id_, "then")));
  const int64_t number = revisions().front().number;
  type("c0", u"changed ");
  submit(document::DeleteCell{{"c1"}});
  insert("n1");
  ASSERT_TRUE(until([&] { return page.seqs.size() == 3; }));
  page.commits.clear();
  page.types.clear();
  const auto restored = run(notebooks_->restore({{"u_1"}, "Ada"}, id_, number));
  ASSERT_TRUE(restored) << restored.error().detail;
  ASSERT_TRUE(until([&] { return !page.commits.empty(); }));
  EXPECT_EQ(page.commits.size(), 1U);
  EXPECT_THAT(page.types, ElementsAre("text_changed", "cell_inserted", "cell_deleted"));
  ASSERT_EQ(actor_->document().cells().size(), 2U);
  EXPECT_EQ(to_utf8(cell("c0").source), "one");
  EXPECT_EQ(to_utf8(cell("c1").source), "two");
  EXPECT_EQ(revisions().front().kind, "before_restore");
  EXPECT_EQ(source_in(revisions().front().number, 1), "changed one");
}

TEST_F(DocumentHistoryTest, IsForEditorsOnly) {
  open({"one"});
  ASSERT_TRUE(
      sql("INSERT INTO users (id, email, name, password_hash, role, created_ms) "
          "VALUES ('u_2', 'b@b', 'B', '', 'user', 0)"));
  EXPECT_EQ(run(notebooks_->revisions({"u_2"}, id_, {})).error().code, ErrorCode::not_found);
  ASSERT_TRUE(sql("UPDATE notebooks SET link_role = 'commenter'"));
  EXPECT_EQ(run(notebooks_->revisions({"u_2"}, id_, {})).error().code, ErrorCode::denied);
  EXPECT_EQ(run(notebooks_->restore({{"u_2"}, "B"}, id_, 1)).error().code, ErrorCode::denied);
  EXPECT_EQ(run(notebooks_->pin({"u_2"}, id_, "")).error().code, ErrorCode::denied);
  EXPECT_EQ(run(notebooks_->revision_file({"u_2"}, id_, 1)).error().code, ErrorCode::denied);
  EXPECT_EQ(run(notebooks_->executions({"u_2"}, id_)).error().code, ErrorCode::denied);
}

TEST_F(DocumentHistoryTest, OpensARevisionAsANotebookOfOnesOwn) {
  open({"one"});
  ASSERT_TRUE(until([&] { return kinds().size() == 1; }));
  const auto copy = run(notebooks_->copy_revision({"u_1"}, id_, 1));
  ASSERT_TRUE(copy) << copy.error().detail;
  EXPECT_NE(copy->id, id_);
  EXPECT_TRUE(copy->title.starts_with("a (20")) << copy->title;
  const auto file = run(notebooks_->file_bytes({"u_1"}, copy->id));
  ASSERT_TRUE(file);
  EXPECT_NE(file->bytes.find("\"one\""), std::string::npos);
}

TEST_F(DocumentHistoryTest, KeepsWhatRanSessionBySession) {
  open({"print(1)", "print(2)", "print(3)"});
  Page page;
  attach(page);
  submit(document::RunCells{{{"c0"}, {"c1"}, {"c2"}}, {}});
  const auto supervisor = make_ready(page);
  const ExecutionId execution = started(*supervisor);
  supervisor->say(3, link::Counted{execution, 7});
  supervisor->say(4, link::Done{execution, "error", ""});
  ASSERT_TRUE(until([&] { return !page.types.empty() && page.types.back() == "run_finished"; }));
  const auto ran = run(notebooks_->executions({"u_1"}, id_));
  ASSERT_TRUE(ran);
  ASSERT_EQ(ran->size(), 1U);  // The others were taken out of the queue.
  const ExecutionEntry& entry = ran->front();
  EXPECT_EQ(entry.source, "print(1)");
  EXPECT_EQ(entry.status, "error");
  EXPECT_EQ(entry.count, 7);
  EXPECT_EQ(entry.by.name, "Ada");
  EXPECT_FALSE(entry.runtime.empty());
  EXPECT_GE(entry.finished_ms, entry.started_ms);
  EXPECT_EQ(count("SELECT COUNT(*) FROM executions"), 1);
}

TEST_F(DocumentHistoryTest, EndsWhatRanWhenTheRuntimeIsLost) {
  open({"x"});
  auto page = std::make_unique<Page>();
  attach(*page);
  submit(document::RunCells{{{"c0"}}, {}});
  auto supervisor = make_ready(*page);
  (void)started(*supervisor);
  actor_->detach(*page);
  actor_.reset();
  stop_server();
  engine_.gone = true;
  start_server();
  reopen();
  ASSERT_TRUE(until([&] { return actor_->document().queue().empty(); }));
  ASSERT_TRUE(
      until([&] { return count("SELECT COUNT(*) FROM executions WHERE status = ''") == 0; }));
  const auto ran = run(notebooks_->executions({"u_1"}, id_));
  ASSERT_TRUE(ran);
  EXPECT_EQ(ran->at(0).status, "aborted");
  EXPECT_EQ(ran->at(0).reason, "supervisor_lost");
}

TEST_F(DocumentHistoryTest, KeepsNoPrivateOutputs) {
  open({"x"});
  Page page;
  attach(page);
  submit(document::SetNotebookMetadata{
      json::Object{{"colab", json::Object{{"private_outputs", true}}}}, std::nullopt});
  submit(document::RunCells{{{"c0"}}, {}});
  const auto supervisor = make_ready(page);
  const ExecutionId execution = started(*supervisor);
  supervisor->say(3, link::StreamText{execution, "stdout", "s3cret\n"});
  supervisor->say(4, link::Done{execution, "ok", ""});
  ASSERT_TRUE(until([&] { return !page.types.empty() && page.types.back() == "run_finished"; }));
  const auto number = run(notebooks_->pin({"u_1"}, id_, ""));
  ASSERT_TRUE(number);
  const auto file = run(notebooks_->revision_file({"u_1"}, id_, *number));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->bytes.find("s3cret"), std::string::npos);
  EXPECT_EQ(file->bytes.find("executionInfo"), std::string::npos);
  // To restore it leaves the outputs that are there alone.
  type("c0", u"y");
  ASSERT_TRUE(run(notebooks_->restore({{"u_1"}, "Ada"}, id_, *number)));
  EXPECT_EQ(to_utf8(cell("c0").source), "x");
  EXPECT_EQ(stream_of("c0"), "s3cret\n");
}

TEST_F(DocumentHistoryTest, DropsThePartsThatOnlyOldRevisionsHad) {
  open({"one"});
  Page page;
  attach(page);
  ASSERT_TRUE(until([&] { return kinds().size() == 1; }));
  for (int i = 0; i < 12; ++i) {
    type("c0", u"x");
    const auto number = run(notebooks_->pin({"u_1"}, id_, ""));
    ASSERT_TRUE(number);
    ASSERT_TRUE(run(notebooks_->change_revision({"u_1"}, id_, *number, {{}, false})));
  }
  EXPECT_EQ(count("SELECT COUNT(*) FROM revisions"), 13);
  const int64_t parts = count("SELECT COUNT(*) FROM revision_parts");
  ASSERT_TRUE(sql("UPDATE revisions SET time_ms = 1"));
  type("c0", u"x");
  ASSERT_TRUE(run(notebooks_->pin({"u_1"}, id_, "")));
  EXPECT_EQ(count("SELECT COUNT(*) FROM revisions"), 1);
  EXPECT_LT(count("SELECT COUNT(*) FROM revision_parts"), parts / 4);
  EXPECT_EQ(source_in(revisions().front().number, 0), "xxxxxxxxxxxxxone");
}

}  // namespace
}  // namespace colibri::notebooks
