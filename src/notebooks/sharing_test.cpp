// Who has access to a notebook, on open pages and in lists.
#include "notebooks/sharing.hpp"

#include <gmock/gmock.h>

#include "notebooks/notebook_fixture.hpp"

namespace colibri::notebooks {
namespace {

using document::Role;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SharingTest : public NotebookFixture {
 protected:
  SharingTest() : sharing_(*notebooks_) {
    add_user("u_2", "b@b");
    add_user("u_3", "c@b");
    open({"1"});
  }
  void give(const char* email, Role role) {
    const auto granted = run(sharing_.grant({"u_1"}, id_, {{email, role}}));
    ASSERT_TRUE(granted) << granted.error().detail;
  }
  void follow(Page& page, const char* user, const char* tab) {
    auto opened = run(notebooks_->open({user}, id_));
    ASSERT_TRUE(opened) << opened.error().detail;
    page.followed = opened->actor;
    opened->actor->attach(page, {tab}, {{user}, "", "", opened->role});
    ASSERT_TRUE(until([&] { return page.welcome || page.closed; }));
  }
  std::optional<Role> role_of(const char* user) {
    const auto opened = run(notebooks_->open({user}, id_));
    return opened ? std::optional(opened->role) : std::nullopt;
  }
  ErrorCode error_of(Result<> result) {
    EXPECT_FALSE(result);
    return result ? ErrorCode::io : result.error().code;
  }

  Sharing sharing_;
};

TEST_F(SharingTest, GivesAccessToAccountsAndInvitesOtherAddresses) {
  const auto granted =
      run(sharing_.grant({"u_1"}, id_, {{"b@b", Role::editor}, {"new@b", Role::viewer}}));
  ASSERT_TRUE(granted);
  EXPECT_TRUE(granted->at(0).has_account);
  EXPECT_FALSE(granted->at(1).has_account);
  const auto access = run(sharing_.access({"u_2"}, id_));
  ASSERT_TRUE(access);
  EXPECT_EQ(access->owner.email, "a@b");
  ASSERT_THAT(access->people, SizeIs(1));
  EXPECT_EQ(access->people[0].role, Role::editor);
  ASSERT_THAT(access->invitations, SizeIs(1));
  EXPECT_EQ(access->invitations[0].email, "new@b");
}

TEST_F(SharingTest, ShowsThoseBelowEditorOnlyTheOwnerAndThemselves) {
  give("b@b", Role::commenter);
  give("c@b", Role::editor);
  give("new@b", Role::viewer);
  const auto access = run(sharing_.access({"u_2"}, id_));
  ASSERT_TRUE(access);
  ASSERT_THAT(access->people, SizeIs(1));
  EXPECT_EQ(access->people[0].person.email, "b@b");
  EXPECT_THAT(access->invitations, IsEmpty());
  EXPECT_FALSE(access->may_share);
}

TEST_F(SharingTest, IsForTheOwnerAndForEditorsWhileTheOwnerLetsThem) {
  give("b@b", Role::editor);
  give("c@b", Role::commenter);
  const auto by = [&](const char* user) {
    const auto granted = run(sharing_.grant({user}, id_, {{"new@b", Role::viewer}}));
    return granted ? std::nullopt : std::optional(granted.error().code);
  };
  EXPECT_EQ(by("u_2"), std::nullopt);
  EXPECT_EQ(by("u_3"), ErrorCode::denied);
  EXPECT_EQ(by("u_4"), ErrorCode::not_found);
  EXPECT_EQ(error_of(run(sharing_.change({"u_2"}, id_, {.editors_share = false}))),
            ErrorCode::denied);
  ASSERT_TRUE(run(sharing_.change({"u_1"}, id_, {.editors_share = false})));
  EXPECT_EQ(by("u_2"), ErrorCode::denied);
  EXPECT_EQ(error_of(run(sharing_.change({"u_2"}, id_, {.link_role = Role::viewer}))),
            ErrorCode::denied);
  EXPECT_EQ(error_of(run(sharing_.revoke({"u_2"}, id_, "c@b"))), ErrorCode::denied);
}

TEST_F(SharingTest, GivesNobodyOwnership) {
  EXPECT_EQ(run(sharing_.grant({"u_1"}, id_, {{"b@b", Role::owner}})).error().code,
            ErrorCode::invalid);
  give("b@b", Role::editor);
  const auto granted = run(sharing_.grant({"u_2"}, id_, {{"a@b", Role::viewer}}));
  ASSERT_TRUE(granted);
  EXPECT_EQ(granted->at(0).role, Role::owner);
  EXPECT_EQ(role_of("u_1"), Role::owner);
}

TEST_F(SharingTest, TellsOpenPagesTheirNewRoleAndLetsThoseWithoutOneGo) {
  give("b@b", Role::editor);
  Page page;
  follow(page, "u_2", "t_2");
  EXPECT_EQ(page.welcome->role, Role::editor);
  give("b@b", Role::viewer);
  EXPECT_EQ(page.role, Role::viewer);
  EXPECT_GT(page.access_changes, 0);
  submit(document::DeleteCell{{"c0"}}, "t_2");
  ASSERT_TRUE(until([&] { return !page.refused.empty(); }));
  ASSERT_TRUE(run(sharing_.change({"u_1"}, id_, {.link_role = Role::commenter})));
  EXPECT_EQ(page.role, Role::commenter);
  ASSERT_TRUE(run(sharing_.revoke({"u_1"}, id_, "b@b")));
  EXPECT_EQ(page.closed, 0);  // The link still lets them in.
  ASSERT_TRUE(run(sharing_.change({"u_1"}, id_, {.link_role = std::optional<document::Role>()})));
  EXPECT_EQ(page.closed, 4403);
  EXPECT_EQ(role_of("u_2"), std::nullopt);
}

TEST_F(SharingTest, LetsAnybodyGiveUpTheirOwnAccess) {
  give("b@b", Role::viewer);
  give("c@b", Role::viewer);
  EXPECT_EQ(error_of(run(sharing_.revoke({"u_2"}, id_, "c@b"))), ErrorCode::denied);
  ASSERT_TRUE(run(sharing_.revoke({"u_2"}, id_, "b@b")));
  EXPECT_EQ(role_of("u_2"), std::nullopt);
  EXPECT_THAT(*run(notebooks_->list({"u_2"})), IsEmpty());
}

TEST_F(SharingTest, ListsWhatWasSharedAndWhatWasOpenedByLink) {
  EXPECT_THAT(*run(notebooks_->list({"u_2"})), IsEmpty());
  ASSERT_TRUE(run(sharing_.change({"u_1"}, id_, {.link_role = Role::viewer})));
  EXPECT_THAT(*run(notebooks_->list({"u_2"})), IsEmpty());
  EXPECT_EQ(role_of("u_2"), Role::viewer);  // Opened it.
  const auto by_link = run(notebooks_->list({"u_2"}));
  ASSERT_THAT(*by_link, SizeIs(1));
  EXPECT_EQ(by_link->at(0).owner.email, "a@b");
  EXPECT_EQ(by_link->at(0).path, "");
  give("c@b", Role::editor);
  ASSERT_TRUE(run(notebooks_->star({"u_3"}, id_, true)));
  const auto shared = run(notebooks_->list({"u_3"}));
  ASSERT_THAT(*shared, SizeIs(1));
  EXPECT_EQ(shared->at(0).role, Role::editor);
  EXPECT_TRUE(shared->at(0).starred);
  const auto own = run(notebooks_->list({"u_1"}));
  EXPECT_TRUE(own->at(0).shared);
  EXPECT_FALSE(own->at(0).starred);
  fs::remove(file());
  EXPECT_THAT(*run(notebooks_->list({"u_3"})), IsEmpty());
}

TEST_F(SharingTest, TransfersUnderTheOpenDocument) {
  const fs::path there = base_ / "drive" / "u_2" / "My Drive" / "Colab Notebooks" / "a.ipynb";
  give("c@b", Role::editor);
  Page page, other;
  attach(page);
  follow(other, "u_3", "t_3");
  insert("n1");
  EXPECT_EQ(error_of(run(sharing_.transfer({"u_3"}, id_, "b@b"))), ErrorCode::denied);
  EXPECT_EQ(error_of(run(sharing_.transfer({"u_1"}, id_, "nobody@b"))), ErrorCode::not_found);
  const auto moved = run(sharing_.transfer({"u_1"}, id_, "b@b"));
  ASSERT_TRUE(moved) << moved.error().detail;
  EXPECT_EQ(page.role, Role::editor);
  EXPECT_EQ(other.closed, 0);
  EXPECT_FALSE(fs::exists(file()));
  insert("n2");
  ASSERT_TRUE(until([&] { return page.saved.seq == 2; }));
  EXPECT_THAT(get(there), HasSubstr("\"n2\""));
  EXPECT_EQ(role_of("u_2"), Role::owner);
  EXPECT_EQ(run(notebooks_->list({"u_2"}))->at(0).id, id_);
  EXPECT_EQ(run(notebooks_->list({"u_1"}))->at(0).role, Role::editor);
}

TEST_F(SharingTest, TransfersBesideAFileOfThatName) {
  const fs::path folder = base_ / "drive" / "u_2" / "My Drive" / "Colab Notebooks";
  fs::create_directories(folder);
  std::ofstream(folder / "a.ipynb") << "other";
  Page page;
  attach(page);
  ASSERT_TRUE(run(sharing_.transfer({"u_1"}, id_, "b@b")));
  EXPECT_EQ(get(folder / "a.ipynb"), "other");
  EXPECT_EQ(actor_->title(), "a (1)");
  actor_.reset();
  stop_server();
  start_server();
  EXPECT_EQ(run(notebooks_->open({"u_2"}, id_))->actor->title(), "a (1)");
}

}  // namespace
}  // namespace colibri::notebooks
