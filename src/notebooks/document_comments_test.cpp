// Comments on an open notebook: what is kept beside its log.
#include <gmock/gmock.h>

#include "notebooks/notebook_fixture.hpp"

namespace colibri::notebooks {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using DocumentCommentsTest = NotebookFixture;

document::StartThread comment(const char* thread) {
  return {{thread}, {std::string(thread) + "_1"}, {"c0"}, document::Anchor{0, 1}, 0, "Why?"};
}

TEST_F(DocumentCommentsTest, AreThereAfterTheServerWasKilledAndNeverInTheFile) {
  open({"x = 1"});
  auto page = std::make_unique<Page>();
  attach(*page, "t_1", {}, document::Role::commenter);
  submit(comment("h"));
  ASSERT_TRUE(until([&] { return page->saved.seq == 1; }));
  EXPECT_THAT(get(file()), Not(HasSubstr("Why?")));
  actor_->detach(*page);
  actor_.reset();
  stop_server();
  start_server();
  reopen();
  Page later;
  attach(later, "t_2");
  EXPECT_THAT(later.snapshot, HasSubstr(R"("text":"Why?")"));
  EXPECT_THAT(later.snapshot, HasSubstr(R"("name":"Ada")"));
  EXPECT_THAT(get(file()), Not(HasSubstr("Why?")));
}

TEST_F(DocumentCommentsTest, AreLeftAloneByAViewer) {
  open({"x = 1"});
  Page page;
  attach(page, "t_1", {}, document::Role::viewer);
  submit(comment("h"));
  EXPECT_TRUE(until([&] { return page.refused.size() == 1; }));
  EXPECT_TRUE(actor_->document().threads().all().empty());
}

TEST_F(DocumentCommentsTest, KeepWhatWasSeenForEachTabAndTheNextTime) {
  open({"x = 1"});
  Page here, there;
  attach(here);
  attach(there, "t_2");
  ASSERT_TRUE(until([&] { return !here.comments_read.empty() && !there.comments_read.empty(); }));
  EXPECT_EQ(here.comments_read.back(), 0u);
  submit(comment("h"));
  submit(comment("g"));
  ASSERT_TRUE(until([&] { return here.seqs.size() == 2; }));
  actor_->read_comments({"u_1"}, 99);
  EXPECT_EQ(there.comments_read.back(), 2u);
  actor_->read_comments({"u_1"}, 1);  // Nobody forgets what was seen.
  EXPECT_EQ(there.comments_read.back(), 2u);
  ASSERT_TRUE(until([&] {
    return count("SELECT comments_read_seq FROM notebook_user_state WHERE user_id = 'u_1'") == 2;
  }));
  actor_->detach(here);
  actor_->detach(there);
  actor_.reset();
  stop_server();
  start_server();
  reopen();
  Page later;
  attach(later, "t_3");
  ASSERT_TRUE(until([&] { return !later.comments_read.empty(); }));
  EXPECT_THAT(later.comments_read, ElementsAre(2u));
}

Task<void> keep(std::vector<Mention>& mentions, Mention mention) {
  mentions.push_back(std::move(mention));
  co_return;
}

TEST_F(DocumentCommentsTest, TellOfThoseWhomTheyMentionNewly) {
  std::vector<Mention> told;
  notebooks_->on_mention([&](Mention mention) { return keep(told, std::move(mention)); });
  open({"x = 1"});
  Page page;
  attach(page);
  submit(document::StartThread{
      {"h"}, {"m"}, {"c0"}, document::Anchor{0, 1}, 0, "@bob@example.org, says @ada@example.org"});
  ASSERT_TRUE(until([&] { return told.size() == 1; }));  // Ada wrote it herself.
  EXPECT_EQ(told[0].email, "bob@example.org");
  EXPECT_EQ(told[0].thread.value, "h");
  EXPECT_EQ(told[0].quote, "x");
  EXPECT_EQ(told[0].by.name, "Ada");
  EXPECT_EQ(told[0].title, "a");
  submit(document::EditComment{{"h"}, {"m"}, "@bob@example.org and @eve@example.org"});
  submit(document::Reply{{"h"}, {"n"}, "+bob@example.org?"});
  ASSERT_TRUE(until([&] { return page.seqs.size() == 3 && told.size() == 3; }));
  EXPECT_EQ(told[1].email, "eve@example.org");
  EXPECT_EQ(told[2].email, "bob@example.org");
  EXPECT_EQ(told[2].quote, "x");
  submit(document::Reply{{"gone"}, {"o"}, "@bob@example.org"});
  ASSERT_TRUE(until([&] { return page.refused.size() == 1; }));
  EXPECT_EQ(told.size(), 3u);
}

}  // namespace
}  // namespace colibri::notebooks
