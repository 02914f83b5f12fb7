// What programs in a runtime ask the pages of its person.
#include <gmock/gmock.h>

#include "notebooks/notebook_fixture.hpp"

namespace colibri::notebooks {
namespace {

using document::Role;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct AskedPage final : Client {
  ~AskedPage() override { leave(); }
  void leave() {
    if (const auto actor = std::exchange(followed, {}).lock()) actor->detach(*this);
  }
  void on_welcome(const Welcome&) override {}
  void on_snapshot(const SharedText&, const std::vector<std::string>&) override {}
  void on_outputs(const SharedText&) override {}
  void on_records(const RecordBatch&) override {}
  void on_presence(const SharedText&) override {}
  void on_refused(uint64_t, const Error&) override {}
  void on_lease(const std::optional<lease::Status>&) override {}
  void on_runtimes(const Choices&) override {}
  void on_meters(const json::Object&) override {}
  void on_saved(const Saved&) override {}
  void on_role(Role) override {}
  void on_comments_read(uint64_t) override {}
  void on_access() override {}
  void on_title(const std::string&) override {}
  void on_notice(const Notice&) override {}
  void on_reply(const std::string&, const Result<json::Object>&) override {}
  void on_comm(const json::Object&, const std::vector<std::string>&) override {}
  void on_ask(const SharedText& message) override {
    const auto object = json::parse_object(*message);
    heard.push_back(*json::string_at(*object, "type"));
    ask = *json::string_at(*object, "ask");
  }
  void on_close(uint16_t, const std::string&) override {}

  std::weak_ptr<DocumentActor> followed;
  std::vector<std::string> heard;
  std::string ask;
};

class DocumentAsksTest : public NotebookFixture {
 protected:
  DocumentAsksTest() {
    open({"1"});
    attach(plain_);
    actor_->connect({"t_1"}, {});
    supervisor_ = make_ready(plain_);
  }
  void bring(AskedPage& page, const char* tab, const char* user = "u_1") {
    page.followed = actor_;
    actor_->attach(page, {tab}, {{user}, "", "", Role::owner, "", true}, {});
  }
  void ask(const char* name = "a1", const char* method = "page.eval_js") {
    supervisor_->say(link::Ask{name, method, {{"script", "1"}}, 60'000});
  }
  std::vector<std::string> answers() {
    std::vector<std::string> out;
    for (const link::Answer& each : supervisor_->all<link::Answer>())
      out.push_back(each.ask + " " +
                    (each.result ? json::serialize(*each.result) : each.result.error().code));
    return out;
  }

  Page plain_;  // One that answers no asks.
  std::unique_ptr<Supervisor> supervisor_;
};

TEST_F(DocumentAsksTest, AllPagesOfThePersonAreAskedAndTheFirstAnswerCounts) {
  AskedPage one, two, guest;
  bring(one, "t_2");
  bring(two, "t_3");
  bring(guest, "t_4", "u_2");
  ask();
  ASSERT_TRUE(until([&] { return !one.heard.empty() && !two.heard.empty(); }));
  actor_->answer_ask({"t_4"}, one.ask, json::Value("forged"));
  actor_->answer_ask({"t_3"}, one.ask, json::Value(2));
  actor_->answer_ask({"t_2"}, one.ask, json::Value(1));
  ASSERT_TRUE(until([&] { return !answers().empty(); }));
  EXPECT_THAT(answers(), ElementsAre("a1 2"));
  EXPECT_THAT(one.heard, ElementsAre("ask", "ask_over"));
  EXPECT_THAT(two.heard, ElementsAre("ask"));
  EXPECT_THAT(guest.heard, IsEmpty());
}

TEST_F(DocumentAsksTest, WhoTakesItAloneAnswersAndWhenItLeavesTheOthersAreAskedAgain) {
  AskedPage one, two;
  bring(one, "t_2");
  bring(two, "t_3");
  ask();
  ASSERT_TRUE(until([&] { return !one.heard.empty() && !two.heard.empty(); }));
  actor_->take_ask({"t_2"}, one.ask);
  actor_->take_ask({"t_3"}, one.ask);
  actor_->answer_ask({"t_3"}, one.ask, json::Value("late"));
  EXPECT_THAT(one.heard, ElementsAre("ask", "ask_yours"));
  EXPECT_THAT(two.heard, ElementsAre("ask", "ask_over", "ask_over"));
  one.leave();
  EXPECT_EQ(two.heard.back(), "ask");
  actor_->answer_ask({"t_3"}, two.ask, json::Value(3));
  ASSERT_TRUE(until([&] { return !answers().empty(); }));
  EXPECT_THAT(answers(), ElementsAre("a1 3"));
}

TEST_F(DocumentAsksTest, APageThatComesLaterGetsWhatIsOpenUntilItIsOver) {
  AskedPage reloaded, late;
  ask();
  supervisor_->say(link::Ask{"a2", "page.upload", {}, 60'000});
  until([&] { return false; }, 50ms);
  bring(reloaded, "t_2");
  EXPECT_THAT(reloaded.heard, ElementsAre("ask", "ask"));
  supervisor_->say(link::AskOver{"a1"});
  ASSERT_TRUE(until([&] { return reloaded.heard.size() == 3; }));
  EXPECT_THAT(reloaded.ask, HasSubstr(".a1"));
  bring(late, "t_3");
  EXPECT_THAT(late.heard, ElementsAre("ask"));
}

TEST_F(DocumentAsksTest, WithoutAPageTheAnswerSaysSoAfterAWhile) {
  ask();
  ASSERT_TRUE(until([&] { return !answers().empty(); }));
  EXPECT_THAT(answers(), ElementsAre("a1 no_page"));
}

TEST_F(DocumentAsksTest, WhatWasAnsweredWhileTheLinkWasLostIsSaidWhenItIsAskedAgain) {
  AskedPage page;
  bring(page, "t_2");
  ask();
  ASSERT_TRUE(until([&] { return !page.heard.empty(); }));
  supervisor_.reset();
  until([&] { return false; }, 50ms);
  actor_->answer_ask({"t_2"}, page.ask, json::Value(1));
  supervisor_ = dial();
  ask();
  ASSERT_TRUE(until([&] { return !answers().empty(); }));
  EXPECT_THAT(answers(), ElementsAre("a1 1"));
  EXPECT_THAT(page.heard, ElementsAre("ask"));
}

TEST_F(DocumentAsksTest, AMethodThatNobodyKnowsIsRefusedAndUnassignEndsTheRuntime) {
  ask("a1", "secrets.steal");
  ask("a2", "runtime.unassign");
  ASSERT_TRUE(until([&] { return answers().size() == 2; }));
  EXPECT_THAT(answers(), ElementsAre("a1 unknown_method", "a2 {}"));
  ASSERT_TRUE(until([&] { return !supervisor_->all<link::Shutdown>().empty(); }));
  EXPECT_EQ(supervisor_->all<link::Shutdown>().front().reason, "disconnected");
}

TEST_F(DocumentAsksTest, TooManyAtATimeAreRefused) {
  AskedPage page;
  bring(page, "t_2");
  for (size_t i = 0; i <= link::kMaxAsks; ++i) ask(("b" + std::to_string(i)).c_str());
  ASSERT_TRUE(until([&] { return !answers().empty(); }));
  EXPECT_THAT(answers(), ElementsAre("b64 too_many"));
  EXPECT_EQ(page.heard.size(), link::kMaxAsks);
}

}  // namespace
}  // namespace colibri::notebooks
