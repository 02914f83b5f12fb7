// Several people's runtimes in one notebook.
#include <gmock/gmock.h>

#include "notebooks/notebook_fixture.hpp"

namespace colibri::notebooks {
namespace {

using document::Role;
using document::RunState;
using testing::ElementsAre;
using testing::IsEmpty;

class DocumentLanesTest : public NotebookFixture {
 protected:
  void bring(Page& page, const char* who, Role role) {
    page.followed = actor_;
    const std::string user = std::string("u_") + who;
    actor_->attach(page, {std::string("t_") + who}, {{user}, who, user + "@example.org", role}, {});
    EXPECT_TRUE(until([&] { return page.welcome || page.closed; }));
  }
  void as(const char* who, document::Op op) {
    actor_->submit({.user = {std::string("u_") + who},
                    .client = {std::string("t_") + who},
                    .command = ++commands_,
                    .op = std::move(op)});
  }
  std::unique_ptr<Supervisor> ready_for(Page& page, const char* who, size_t launches) {
    actor_->connect({std::string("t_") + who}, {});
    EXPECT_TRUE(until([&] { return engine_.launches.size() == launches; }));
    return make_ready(page);
  }
  bool runs(const char* id) { return cell(id).run && cell(id).run->state == RunState::running; }
};

TEST_F(DocumentLanesTest, RunsEachPersonsCellsOnTheirOwnRuntime) {
  open({"1", "2"});
  Page ada, bob;
  bring(ada, "1", Role::owner);
  bring(bob, "2", Role::editor);
  auto adas = ready_for(ada, "1", 1);
  auto bobs = ready_for(bob, "2", 2);
  as("1", document::RunCells{{{"c0"}}, {}, {}});
  as("2", document::RunCells{{{"c1"}}, {}, {}});
  ASSERT_TRUE(until([&] { return runs("c0") && runs("c1"); }));
  const ExecutionId first = started(*adas), second = started(*bobs);
  bobs->say(3, link::StreamText{second, "stdout", "bob"});
  adas->say(3, link::StreamText{first, "stdout", "ada"});
  bobs->say(4, link::RuntimeChanged{"ended", "deadline", ""});
  ASSERT_TRUE(until([&] { return cell("c1").last_run.has_value(); }));
  EXPECT_TRUE(runs("c0"));
  EXPECT_EQ(stream_of("c0"), "ada");
  EXPECT_EQ(stream_of("c1"), "bob");
  EXPECT_EQ(ada.lease->state, lease::State::ready);
  EXPECT_THAT(ada.notices, IsEmpty());
}

TEST_F(DocumentLanesTest, LetsOthersUseASharedRuntimeUntilItIsNotSharedAnyMore) {
  open({"1", "2"});
  Page ada, bob;
  bring(ada, "1", Role::owner);
  bring(bob, "2", Role::editor);
  auto adas = ready_for(ada, "1", 1);
  actor_->use_runtime({"t_2"}, {"u_1"});
  EXPECT_THAT(bob.notices, ElementsAre("not_shared"));
  actor_->share_runtime({"t_1"}, true);
  actor_->use_runtime({"t_2"}, {"u_1"});
  EXPECT_EQ(bob.choices.in_use.value, "u_1");
  EXPECT_EQ(bob.lease->state, lease::State::ready);
  as("1", document::RunCells{{{"c0"}}, {}, {}});
  as("2", document::RunCells{{{"c1"}}, {}, {}});
  ASSERT_TRUE(until([&] { return runs("c0"); }));
  EXPECT_EQ(cell("c1").run->lane.value, "u_1");
  actor_->share_runtime({"t_1"}, false);
  EXPECT_FALSE(cell("c1").run);
  EXPECT_TRUE(runs("c0"));
  EXPECT_EQ(bob.choices.in_use.value, "u_2");
  EXPECT_FALSE(bob.lease);
  EXPECT_EQ(engine_.launches.size(), 1u);
}

TEST_F(DocumentLanesTest, IsForEditorsOnly) {
  open({"1"});
  Page ada, bob;
  bring(ada, "1", Role::owner);
  bring(bob, "2", Role::viewer);
  auto adas = ready_for(ada, "1", 1);
  actor_->share_runtime({"t_1"}, true);
  actor_->connect({"t_2"}, {});
  actor_->use_runtime({"t_2"}, {"u_1"});
  actor_->comm(bob, {}, {});
  EXPECT_THAT(bob.notices, ElementsAre("denied", "denied", "denied"));
  actor_->interrupt({"t_2"}, 1);
  actor_->restart({"t_2"}, 2);
  as("2", document::RunCells{{{"c0"}}, {}, {}});
  EXPECT_EQ(bob.refused.size(), 3u);
  EXPECT_THAT(bob.choices.runtimes, IsEmpty());
  EXPECT_EQ(engine_.launches.size(), 1u);
}

TEST_F(DocumentLanesTest, EndsTheRuntimeOfWhoMayNotRunAnyMore) {
  open({"1"});
  Page ada, bob;
  bring(ada, "1", Role::owner);
  bring(bob, "2", Role::editor);
  auto bobs = ready_for(bob, "2", 1);
  as("2", document::RunCells{{{"c0"}}, {}, {}});
  ASSERT_TRUE(until([&] { return runs("c0"); }));
  actor_->set_role({"u_2"}, Role::viewer);
  ASSERT_TRUE(until([&] { return !bobs->all<link::Shutdown>().empty(); }));
  EXPECT_EQ(bob.closed, 0);
}

TEST_F(DocumentLanesTest, GivesAPasswordToWhoAskedForItOnly) {
  open({"1"});
  Page ada, bob;
  bring(ada, "1", Role::owner);
  bring(bob, "2", Role::editor);
  auto adas = ready_for(ada, "1", 1);
  actor_->share_runtime({"t_1"}, true);
  actor_->use_runtime({"t_2"}, {"u_1"});
  as("1", document::RunCells{{{"c0"}}, {}, {}});
  ASSERT_TRUE(until([&] { return runs("c0"); }));
  const ExecutionId run = started(*adas);
  adas->say(3, link::InputWanted{run, "Key: ", true});
  ASSERT_TRUE(until([&] { return cell("c0").input.has_value(); }));
  as("2", document::AnswerInput{run, "guess"});
  EXPECT_TRUE(cell("c0").input);
  as("1", document::AnswerInput{run, "secret"});
  ASSERT_TRUE(until([&] { return !adas->all<link::AnswerInput>().empty(); }));
  EXPECT_EQ(adas->all<link::AnswerInput>().front().value, "secret");
}

}  // namespace
}  // namespace colibri::notebooks
