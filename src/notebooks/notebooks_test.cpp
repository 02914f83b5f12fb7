// The file of an open notebook, its log, and the list.
#include <gmock/gmock.h>

#include "notebooks/notebook_fixture.hpp"

namespace colibri::notebooks {
namespace {

using testing::HasSubstr;

using NotebooksTest = NotebookFixture;

TEST_F(NotebooksTest, WritesTheFileSoonAfterAChange) {
  open({"1"});
  Page page;
  attach(page);
  insert("n1");
  ASSERT_TRUE(until([&] { return page.saved.seq == 1; }));
  EXPECT_THAT(get(file()), HasSubstr("\"n1\""));
  EXPECT_EQ(page.saved.error, "");
}

TEST_F(NotebooksTest, TriesAgainWhenTheFileCouldNotBeWritten) {
  open({"1"});
  Page page;
  attach(page);
  fs::rename(file().parent_path(), base_ / "away");
  insert("n1");
  ASSERT_TRUE(until([&] { return !page.saved.error.empty(); }));
  fs::rename(base_ / "away", file().parent_path());
  ASSERT_TRUE(until([&] { return page.saved.seq == 1 && page.saved.error.empty(); }));
  EXPECT_THAT(get(file()), HasSubstr("\"n1\""));
}

TEST_F(NotebooksTest, KeepsTheLogShort) {
  settings_.compact_records = 20;
  settings_.kept_records = 5;
  stop_server();
  start_server();
  open({"1"});
  Page page;
  attach(page);
  for (int i = 0; i < 30; ++i) {
    insert(("n" + std::to_string(i)).c_str());
    ASSERT_TRUE(until([&] { return page.seqs.size() == static_cast<size_t>(i) + 1; }));
  }
  ASSERT_TRUE(until([&] { return count("SELECT COUNT(*) FROM document_records") < 30; }));
  const auto cells = actor_->document().cells().size();
  actor_->detach(page);
  actor_.reset();
  stop_server();
  start_server();
  reopen();
  EXPECT_EQ(actor_->document().cells().size(), cells);
  Page back;
  attach(back, "t_1", Position{actor_->document().epoch(), 28});
  EXPECT_TRUE(back.welcome->resumed);
}

TEST_F(NotebooksTest, IsOnlyForItsOwner) {
  open({"1"});
  const auto opened = run(notebooks_->open({"u_2"}, id_));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::not_found);
}

TEST_F(NotebooksTest, GivesTheHigherOfTheRolesByAccessAndByLink) {
  open({"1"});
  add_user("u_2", "b@b");
  ASSERT_TRUE(sql("UPDATE notebooks SET link_role = 'commenter'"));
  EXPECT_EQ(run(notebooks_->open({"u_2"}, id_))->role, document::Role::commenter);
  ASSERT_TRUE(
      sql("INSERT INTO notebook_access (notebook_id, user_id, role, granted_by, created_ms) "
          "VALUES ('" +
          id_.value + "', 'u_2', 'editor', 'u_1', 0)"));
  EXPECT_EQ(run(notebooks_->open({"u_2"}, id_))->role, document::Role::editor);
  EXPECT_TRUE(run(notebooks_->rename({"u_2"}, id_, "b")));
  EXPECT_EQ(run(notebooks_->remove({"u_2"}, id_)).error().code, ErrorCode::denied);
  ASSERT_TRUE(sql("UPDATE notebooks SET link_role = ''"));
  ASSERT_TRUE(sql("UPDATE notebook_access SET role = 'viewer'"));
  EXPECT_EQ(run(notebooks_->open({"u_2"}, id_))->role, document::Role::viewer);
  EXPECT_EQ(run(notebooks_->rename({"u_2"}, id_, "c")).error().code, ErrorCode::denied);
}

TEST_F(NotebooksTest, LeavesABadFileAsItIs) {
  fs::create_directories(file().parent_path());
  std::ofstream(file()) << "no notebook";
  const auto listed = run(notebooks_->list({"u_1"}));
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 1U);
  const auto opened = run(notebooks_->open({"u_1"}, listed->at(0).id));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().detail, HasSubstr("no notebook"));
  EXPECT_EQ(get(file()), "no notebook");
}

TEST_F(NotebooksTest, ListsWhatComesAndGoesInTheFolder) {
  fs::create_directories(file().parent_path());
  ASSERT_TRUE(run(notebooks_->create({"u_1"})));
  std::ofstream(file()) << "{}";
  EXPECT_EQ(run(notebooks_->list({"u_1"}))->size(), 2U);
  fs::remove(file());
  const auto left = run(notebooks_->list({"u_1"}));
  ASSERT_EQ(left->size(), 1U);
  EXPECT_EQ(left->at(0).title, "Untitled0");
}

}  // namespace
}  // namespace colibri::notebooks
