// Scratch copies, copies in the own Drive, and notebooks that save no outputs.
#include <gmock/gmock.h>

#include "notebooks/notebook_fixture.hpp"
#include "notebooks/sharing.hpp"

namespace colibri::notebooks {
namespace {

using document::Role;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class PlaygroundTest : public NotebookFixture {
 protected:
  PlaygroundTest() {
    add_user("u_2", "b@b");
    open({"1"});
    EXPECT_TRUE(run(Sharing(*notebooks_).grant({"u_1"}, id_, {{"b@b", Role::viewer}})));
  }
  // A playground of u_2, open as `actor_`.
  void play() {
    const auto made = run(notebooks_->make_playground({"u_2"}, id_));
    ASSERT_TRUE(made) << made.error().detail;
    playground_ = *made;
    come_back();
  }
  void come_back() {
    auto opened = run(notebooks_->open({"u_2"}, playground_));
    ASSERT_TRUE(opened) << opened.error().detail;
    EXPECT_TRUE(opened->playground);
    EXPECT_EQ(opened->role, Role::owner);
    EXPECT_EQ(opened->author.email, "a@b");
    actor_ = opened->actor;
  }
  void follow(Page& page) {
    page.followed = actor_;
    actor_->attach(page, {"t_2"}, {{"u_2"}, "", "", Role::owner});
    ASSERT_TRUE(until([&] { return page.welcome.has_value(); }));
  }
  void edit() {
    actor_->submit({.user = {"u_2"},
                    .client = {"t_2"},
                    .command = ++commands_,
                    .op = document::InsertCell{.cell = {"p1"}, .source = "mine"}});
  }

  NotebookId playground_;
};

TEST_F(PlaygroundTest, IsACopyThatChangesNothingOfTheNotebook) {
  const std::string before = get(file());
  play();
  Page page;
  follow(page);
  EXPECT_EQ(page.welcome->title, "a");
  EXPECT_EQ(to_utf8(cell("c0").source), "1");
  edit();
  ASSERT_TRUE(until([&] { return !page.seqs.empty(); }));
  EXPECT_EQ(get(file()), before);
  EXPECT_EQ(run(notebooks_->open({"u_1"}, id_))->actor->document().find({"p1"}), nullptr);
  // It is nobody else's, and in no list.
  EXPECT_EQ(run(notebooks_->open({"u_1"}, playground_)).error().code, ErrorCode::not_found);
  ASSERT_THAT(*run(notebooks_->list({"u_2"})), SizeIs(1));
  EXPECT_EQ(run(notebooks_->list({"u_2"}))->at(0).id, id_);
  EXPECT_EQ(
      run(Sharing(*notebooks_).grant({"u_2"}, playground_, {{"a@b", Role::viewer}})).error().code,
      ErrorCode::conflict);
  EXPECT_EQ(run(notebooks_->make_playground({"u_2"}, playground_)).error().code,
            ErrorCode::conflict);
  EXPECT_EQ(run(notebooks_->rename({"u_2"}, playground_, "b")).error().code, ErrorCode::conflict);
}

TEST_F(PlaygroundTest, OutlivesTheServerAndTheLossOfAccess) {
  play();
  Page page;
  follow(page);
  edit();
  ASSERT_TRUE(until([&] { return !page.seqs.empty(); }));
  actor_.reset();
  stop_server();
  start_server();
  ASSERT_TRUE(run(Sharing(*notebooks_).revoke({"u_1"}, id_, "b@b")));
  come_back();
  EXPECT_NE(actor_->document().find({"p1"}), nullptr);
}

TEST_F(PlaygroundTest, GoesSomeTimeAfterItsLastUse) {
  settings_.close_after_ms = 1;
  settings_.playground_life_ms = 400;
  stop_server();
  start_server();
  play();
  auto page = std::make_unique<Page>();
  follow(*page);
  until([] { return false; }, 800ms);
  ASSERT_EQ(count("SELECT COUNT(*) FROM notebooks"), 2);  // In use.
  actor_->detach(*page);
  actor_.reset();
  EXPECT_TRUE(until([&] { return count("SELECT COUNT(*) FROM notebooks") == 1; }));
  EXPECT_EQ(count("SELECT COUNT(*) FROM document_snapshots"), 1);
}

TEST_F(PlaygroundTest, AreOfALimitedNumber) {
  for (int i = 0; i < 22; ++i) ASSERT_TRUE(run(notebooks_->make_playground({"u_2"}, id_)));
  EXPECT_EQ(count("SELECT COUNT(*) FROM notebooks WHERE origin_id <> ''"), 20);
}

TEST_F(PlaygroundTest, AreMadeOfWhatIsInNoDriveHere) {
  const std::string bytes =
      R"({"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[{"cell_type":"code","id":"x","metadata":{},"execution_count":null,"source":"1+1","outputs":[]}]})";
  const auto example = run(notebooks_->try_out({"u_2"}, {"example:plots", "Plots", bytes}));
  ASSERT_TRUE(example) << example.error().detail;
  auto opened = run(notebooks_->open({"u_2"}, *example));
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->playground && opened->trusted);  // Ours may run at once.
  EXPECT_EQ(opened->origin, "example:plots");
  EXPECT_EQ(opened->actor->title(), "Plots");
  EXPECT_EQ(to_utf8(opened->actor->document().cells().at(0).source), "1+1");
  EXPECT_EQ(run(notebooks_->open({"u_1"}, *example)).error().code, ErrorCode::not_found);

  const auto other = run(notebooks_->try_out({"u_2"}, {"github:a/b/blob/main/c", "../c", bytes}));
  ASSERT_TRUE(other);
  opened = run(notebooks_->open({"u_2"}, *other));
  EXPECT_FALSE(opened->trusted);
  EXPECT_EQ(opened->actor->title(), "Uploaded notebook");
  const auto about = run(notebooks_->about({"u_2"}, *other));
  ASSERT_TRUE(about);
  EXPECT_EQ(about->title, "Uploaded notebook");
  EXPECT_EQ(about->path, "");

  EXPECT_EQ(run(notebooks_->try_out({"u_2"}, {"github:a/b", "c", "no json"})).error().code,
            ErrorCode::invalid);
}

TEST_F(PlaygroundTest, WhatIsKnownOfANotebookIsToldToWhoMaySeeIt) {
  const auto mine = run(notebooks_->about({"u_1"}, id_));
  ASSERT_TRUE(mine);
  EXPECT_EQ(mine->title, "a");
  EXPECT_NE(mine->path, "");
  EXPECT_GT(mine->size, 0);
  EXPECT_GT(mine->created_ms, 0);
  const auto theirs = run(notebooks_->about({"u_2"}, id_));
  ASSERT_TRUE(theirs);
  EXPECT_EQ(theirs->owner.email, "a@b");
  EXPECT_EQ(theirs->path, "");
  EXPECT_EQ(run(notebooks_->about({"u_3"}, id_)).error().code, ErrorCode::not_found);
}

TEST_F(PlaygroundTest, AViewerMakesACopyInTheOwnDrive) {
  const auto copied = run(notebooks_->copy({"u_2"}, id_, ""));
  ASSERT_TRUE(copied);
  const auto opened = run(notebooks_->open({"u_2"}, *copied));
  EXPECT_EQ(opened->actor->title(), "Copy of a");
  EXPECT_EQ(opened->role, Role::owner);
  EXPECT_EQ(to_utf8(opened->actor->document().cells().at(0).source), "1");
  EXPECT_EQ(run(notebooks_->copy({"u_2"}, id_, "a/b")).error().code, ErrorCode::invalid);
  EXPECT_EQ(run(notebooks_->copy({"u_3"}, id_, "")).error().code, ErrorCode::not_found);
}

TEST_F(PlaygroundTest, OutputsAreOmittedFromTheFileAlone) {
  Page page;
  attach(page);
  submit(document::RunCells{{{"c0"}}, {}});
  auto supervisor = make_ready(page);
  const ExecutionId execution = started(*supervisor);
  supervisor->say(3, link::Counted{execution, 7});
  supervisor->say(4, link::StreamText{execution, "stdout", "secret", {}});
  supervisor->say(5, link::Done{execution, "ok", ""});
  ASSERT_TRUE(until([&] { return cell("c0").last_run.has_value(); }));
  submit(document::SetNotebookMetadata{
      json::Object{{"colab", json::Object{{"private_outputs", true}}}}});
  const auto at = actor_->document().seq();
  ASSERT_TRUE(until([&] { return page.saved.seq >= at; }));
  EXPECT_THAT(get(file()), Not(HasSubstr("secret")));
  EXPECT_THAT(get(file()), HasSubstr("\"execution_count\": null"));
  EXPECT_EQ(stream_of("c0"), "secret");
  EXPECT_THAT(run(notebooks_->file_bytes({"u_1"}, id_, Outputs::all))->bytes, HasSubstr("secret"));
  play();
  EXPECT_THAT(cell("c0").outputs, IsEmpty());
  reopen();
  Page back;
  attach(back);
  submit(document::SetNotebookMetadata{json::Object{}});
  ASSERT_TRUE(until([&] { return get(file()).find("secret") != std::string::npos; }));
}

}  // namespace
}  // namespace colibri::notebooks
