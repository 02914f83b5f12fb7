#include "runtimes/runtimes.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "runtimes/runtimes_fixture.hpp"

namespace colibri::runtimes {
namespace {

using testing::ElementsAre;

TEST_F(RuntimesTest, GetsReadyAndAcknowledgesWhatIsCommitted) {
  const auto runtime = request();
  const auto supervisor = make_ready(runtime);
  EXPECT_THAT(listener_->frames, ElementsAre(1, 2));
  EXPECT_TRUE(until([&] { return supervisor->last<link::Ack>().has_value(); }));
  EXPECT_EQ(supervisor->last<link::Ack>()->n, 2U);
  EXPECT_THAT(listener_->states, ElementsAre(State::starting, State::ready));
  EXPECT_EQ(runtime->status().kernel.language, "python");
}

TEST_F(RuntimesTest, GivesEachFrameOnceHoweverOftenItIsSent) {
  const auto runtime = request();
  auto supervisor = make_ready(runtime);
  supervisor->say(3, link::Counted{{"x"}, 1});
  ASSERT_TRUE(until([&] { return listener_->frames.size() == 3; }));
  supervisor = dial();
  ASSERT_TRUE(until([&] { return supervisor->last<link::Welcome>().has_value(); }));
  EXPECT_EQ(supervisor->last<link::Welcome>()->acknowledged, 2U);
  supervisor->say(3, link::Counted{{"x"}, 1});
  supervisor->say(4, link::Counted{{"y"}, 2});
  ASSERT_TRUE(until([&] { return listener_->frames.size() == 4; }));
  EXPECT_THAT(listener_->frames, ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(listener_->links, 2);
}

TEST_F(RuntimesTest, AsksForTheUncommittedAgainForANewListener) {
  const auto runtime = request();
  auto supervisor = make_ready(runtime);
  supervisor->say(3, link::Counted{{"x"}, 1});
  ASSERT_TRUE(until([&] { return listener_->frames.size() == 3; }));
  const auto second = std::make_shared<Listener>();
  runtime->listen(second);
  ASSERT_TRUE(until([&] {
    supervisor->listen();
    return supervisor->closed;
  }));
  supervisor = dial();
  supervisor->say(3, link::Counted{{"x"}, 1});
  ASSERT_TRUE(until([&] { return !second->frames.empty(); }));
  EXPECT_THAT(second->frames, ElementsAre(3));
}

TEST_F(RuntimesTest, ReadsNoFurtherWhileNobodyListens) {
  const auto runtime = request();
  auto supervisor = make_ready(runtime);
  listener_.reset();
  supervisor->say(3, link::Counted{{"x"}, 1});
  supervisor->say(4, link::Counted{{"x"}, 1});
  until([] { return false; }, 50ms);
  listener_ = std::make_shared<Listener>();
  runtime->listen(listener_);
  supervisor = dial();
  supervisor->say(3, link::Counted{{"x"}, 1});
  EXPECT_TRUE(until([&] { return !listener_->frames.empty(); }));
  EXPECT_EQ(listener_->frames.front(), 3U);
}

TEST_F(RuntimesTest, RefusesAWrongToken) {
  const auto runtime = request();
  ASSERT_TRUE(until([&] { return !engine_.launches.empty(); }));
  for (const std::string& token : {std::string(), std::string("x"), engine_.launches[0].token + "x",
                                   engine_.launches[0].token.substr(1)}) {
    const auto supervisor = dial(token);
    EXPECT_TRUE(until([&] { return supervisor->last<link::Refused>().has_value(); }));
    EXPECT_FALSE(supervisor->last<link::Welcome>());
  }
  EXPECT_FALSE(runtime->linked());
}

TEST_F(RuntimesTest, ClosesALinkThatSaysSomethingElseFirst) {
  Supervisor stranger(context_, runtimes_->link_socket());
  stranger.say(1, link::Counted{{"x"}, 1});
  EXPECT_TRUE(until([&] {
    stranger.listen();
    return stranger.closed;
  }));
}

TEST_F(RuntimesTest, KeepsItsSocketToItself) {
  struct stat status {};
  ASSERT_EQ(stat(runtimes_->link_socket().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  ASSERT_EQ(stat(settings_.run_directory.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

TEST_F(RuntimesTest, DoesNotStoreTheToken) {
  const auto runtime = request();
  const auto supervisor = make_ready(runtime);
  std::string kept;
  ASSERT_TRUE(store_->read_now([&](soci::session& sql) -> Result<> {
    sql << "SELECT token FROM leases", soci::into(kept);
    return {};
  }));
  EXPECT_EQ(kept.size(), 64U);
  EXPECT_EQ(kept.find(engine_.launches[0].token), std::string::npos);
}

TEST_F(RuntimesTest, EndsByShutdownAndClearsAway) {
  const auto runtime = request();
  auto supervisor = make_ready(runtime);
  runtime->end("disconnected", "");
  ASSERT_TRUE(until([&] { return supervisor->last<link::Shutdown>().has_value(); }));
  supervisor->say(3, link::RuntimeChanged{"ended", "disconnected", ""});
  ASSERT_TRUE(until([&] { return listener_->frames.size() == 3; }));
  commit(*runtime, 3);
  supervisor.reset();
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_EQ(runtime->status().reason, "disconnected");
  EXPECT_THAT(engine_.cleaned, ElementsAre(runtime->id().value));
  EXPECT_TRUE(runtimes_->of({"n_1"}).empty());
  EXPECT_EQ(listener_->states.back(), State::ended);
}

TEST_F(RuntimesTest, EndsByForceOneThatDoesNotAnswer) {
  const auto runtime = request();
  const auto supervisor = make_ready(runtime);
  runtime->end("disconnected", "");
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_EQ(engine_.cleaned.size(), 1U);
}

TEST_F(RuntimesTest, TellsThatTheSupervisorWasLost) {
  const auto runtime = request();
  auto supervisor = make_ready(runtime);
  supervisor->say(3, link::Counted{{"x"}, 1});  // Its last words still count.
  supervisor.reset();
  engine_.watcher.died("");
  ASSERT_TRUE(until([&] { return listener_->frames.size() == 3; }));
  commit(*runtime, 3);
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_EQ(runtime->status().reason, "supervisor_lost");
}

TEST_F(RuntimesTest, KeepsTheReasonThatADyingSupervisorGives) {
  const auto runtime = request();
  auto supervisor = make_ready(runtime);
  supervisor->say(3, link::RuntimeChanged{"ended", "out_of_memory", "The runtime used 4 GiB."});
  supervisor.reset();
  engine_.watcher.died("");
  ASSERT_TRUE(until([&] { return listener_->frames.size() == 3; }));
  commit(*runtime, 3);
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_EQ(runtime->status().reason, "out_of_memory");
  EXPECT_EQ(runtime->status().detail, "The runtime used 4 GiB.");
}

TEST_F(RuntimesTest, ShowsWhatTheEnginesQueueSaysAndCountsFromItsBegin) {
  const auto runtime = request();
  ASSERT_TRUE(until([&] { return !engine_.launches.empty(); }));
  engine_.watcher.waiting({"Waiting for a free T4.", 99'000});
  EXPECT_TRUE(listener_->last.waiting);
  EXPECT_EQ(listener_->last.detail, "Waiting for a free T4.");
  EXPECT_EQ(listener_->last.expected_ms, 99'000);
  const int64_t at_ms = async::now_ms();
  engine_.watcher.begun(at_ms);
  EXPECT_FALSE(listener_->last.waiting);
  EXPECT_EQ(listener_->last.ends_ms, at_ms + settings_.terms.life_ms);
}

TEST_F(RuntimesTest, TellsWhatTheEngineKnowsOfADeath) {
  const auto runtime = request();
  auto supervisor = make_ready(runtime);
  supervisor.reset();
  engine_.watcher.died("The machine that the runtime ran on has failed.");
  commit(*runtime, 2);
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_EQ(runtime->status().reason, "supervisor_lost");
  EXPECT_EQ(runtime->status().detail, "The machine that the runtime ran on has failed.");
}

TEST_F(RuntimesTest, SaysWhyItCouldNotStart) {
  engine_.fails = true;
  const auto runtime = request();
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_EQ(runtime->status().reason, "start_failed");
  EXPECT_EQ(runtime->status().detail, "no room on this host");
  EXPECT_EQ(engine_.cleaned.size(), 1U);
}

TEST_F(RuntimesTest, QuotesTheLogOfOneThatDiedBeforeItWasReady) {
  const auto runtime = request();
  ASSERT_TRUE(until([&] { return !engine_.launches.empty(); }));
  engine_.watcher.died("");
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_EQ(runtime->status().reason, "start_failed");
  EXPECT_NE(runtime->status().detail.find("it hurts"), std::string::npos);
}

TEST_F(RuntimesTest, GivesUpOnOneThatDoesNotGetReady) {
  settings_.terms.start_ms = 20;
  open();
  const auto runtime = request();
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_EQ(runtime->status().reason, "start_failed");
}

TEST_F(RuntimesTest, GivesANotebookOneRuntimeOnly) {
  (void)request();
  const auto second = runtimes_->request({"n_1"}, {"u_1"}, {}, listener_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
}

TEST_F(RuntimesTest, EndsInWordsWhatThisServerDoesNotHave) {
  settings_.flavors = {{}, {.name = "gone", .title = "Gone", .accelerator = "H100"}};
  open();
  for (const auto& [flavor, words] :
       {std::pair{"warp", "There is no kind of runtime \"warp\"."},
        std::pair{"gone",
                  "This server has no accelerator of the model \"H100\" that can be used."}}) {
    const auto runtime = runtimes_->request({"n_2"}, {"u_1"}, {.flavor = flavor}, listener_);
    ASSERT_TRUE(runtime);
    ASSERT_TRUE(until([&] { return !(*runtime)->alive(); }));
    EXPECT_EQ((*runtime)->status().reason, "start_failed");
    EXPECT_EQ((*runtime)->status().detail, words);
  }
}

TEST_F(RuntimesTest, LetsTheNextInWhenOneEnds) {
  settings_.limit = 1;
  open();
  const auto first = request("n_1");
  ASSERT_TRUE(until([&] { return engine_.launches.size() == 1; }));
  const auto second = request("n_2");
  ASSERT_TRUE(until([&] { return second->status().state == State::queued; }));
  first->end("disconnected", "");
  EXPECT_TRUE(until([&] { return engine_.launches.size() == 2; }));
  EXPECT_EQ(second->status().state, State::starting);
}

TEST_F(RuntimesTest, GoesOnWithTheRuntimesOfAnEarlierServer) {
  const auto id = [&] {
    const auto runtime = request();
    (void)make_ready(runtime);
    return runtime->id();
  }();
  open();
  ASSERT_EQ(runtimes_->living().size(), 1U);
  const auto runtime = runtimes_->living()[0];
  EXPECT_EQ(runtime->id(), id);
  EXPECT_EQ(runtime->status().state, State::ready);
  runtime->listen(listener_);
  const auto supervisor = dial();
  ASSERT_TRUE(until([&] { return supervisor->last<link::Welcome>().has_value(); }));
  EXPECT_EQ(supervisor->last<link::Welcome>()->acknowledged, 2U);
  EXPECT_TRUE(runtime->can_execute());
}

TEST_F(RuntimesTest, IsBusyWithWhatAnEarlierServerStarted) {
  (void)make_ready(request());
  open();
  const auto runtime = runtimes_->living().at(0);
  runtime->listen(listener_);
  const auto supervisor = dial();
  ASSERT_TRUE(until([&] { return runtime->linked(); }));
  runtime->execute({"x"}, "sleep", true);
  EXPECT_EQ(runtime->status().kernel.state, lease::KernelState::busy);
  supervisor->say(3, link::Done{{"x"}, "ok", ""});
  ASSERT_TRUE(until([&] { return listener_->frames.back() == 3; }));
  EXPECT_EQ(runtime->status().kernel.state, lease::KernelState::idle);
}

TEST_F(RuntimesTest, ClearsAwayWhoseSupervisorIsGone) {
  (void)make_ready(request());
  engine_.gone = true;
  open();
  ASSERT_TRUE(until([&] { return runtimes_->living().empty(); }));
  EXPECT_EQ(engine_.cleaned.size(), 1U);
  auto reason =
      asio::co_spawn(context_, runtimes_->last_reason({"n_1"}, {"u_1"}), asio::use_future);
  ASSERT_TRUE(until([&] { return reason.wait_for(0s) == std::future_status::ready; }));
  EXPECT_EQ(*reason.get(), "supervisor_lost");
}

TEST_F(RuntimesTest, GivesUpOnASupervisorThatDoesNotDialAgain) {
  (void)make_ready(request());
  settings_.terms.link_ms = 20;
  open();
  ASSERT_TRUE(until([&] { return runtimes_->living().empty(); }));
}

// A server with one accelerator of the flavor "t4" and two of "l4".
class QueueOfRuntimes : public RuntimesTest {
 protected:
  QueueOfRuntimes() {
    inventory_.look();
    settings_.flavors = {{},
                         {.name = "t4", .title = "T4", .accelerator = "T4"},
                         {.name = "l4", .title = "L4", .accelerator = "L4"}};
    settings_.accelerators = &inventory_;
    settings_.settle_ms = 0;
    open();
  }
  std::shared_ptr<Runtime> ask(const char* user, Wish wish = {.flavor = "t4"}) {
    auto runtime =
        runtimes_->request({std::string("n_") + user}, {user}, std::move(wish), listener_);
    EXPECT_TRUE(runtime) << runtime.error().detail;
    return runtime ? *runtime : nullptr;
  }
  bool becomes(const std::shared_ptr<Runtime>& runtime, State state) {
    return until([&] { return runtime->status().state == state; });
  }

  accelerators::Inventory inventory_{
      {.root = "/nowhere",
       .declared = {{.model = "T4", .title = "Example T4"},
                    {.model = "L4", .title = "Example L4", .count = 2}}}};
};

TEST_F(QueueOfRuntimes, GivesTheAcceleratorToOneAfterTheOther) {
  const auto first = ask("a");
  ASSERT_TRUE(becomes(first, State::starting));
  const auto second = ask("b");
  ASSERT_TRUE(becomes(second, State::queued));
  ASSERT_TRUE(second->status().queue);
  EXPECT_EQ(second->status().queue->why, lease::Why::no_free_accelerator);
  EXPECT_EQ(second->status().queue->expected_ms, first->status().ends_ms);
  first->end("disconnected", "");
  ASSERT_TRUE(until([&] { return engine_.launches.size() == 2; }));
  EXPECT_EQ(engine_.launches[1].accelerators, engine_.launches[0].accelerators);
  EXPECT_EQ(second->status().accelerators,
            (std::vector<lease::AcceleratorName>{{"T4", "Example T4"}}));
}

TEST_F(QueueOfRuntimes, OffersToWhoIsNotThereUntilTheyTakeIt) {
  listener_->watched = false;
  const auto runtime = ask("a");
  ASSERT_TRUE(
      until([&] { return runtime->status().queue && runtime->status().queue->offered_until_ms; }));
  EXPECT_TRUE(engine_.launches.empty());
  EXPECT_EQ(runtime->status().detail, "It is your turn.");
  EXPECT_TRUE(runtimes_->claim(runtime));
  EXPECT_TRUE(becomes(runtime, State::starting));
  EXPECT_FALSE(runtimes_->claim(runtime));
}

TEST_F(QueueOfRuntimes, TellsTheHoursLeftWhereOneWorksMeanwhile) {
  settings_.rules.week_ms = 3'600'000;
  settings_.limit = 3;
  open();
  const auto first = ask("a");
  ASSERT_TRUE(becomes(first, State::starting));
  const auto meanwhile =
      runtimes_->request({"n_b"}, {"b"}, {.flavor = "t4", .meanwhile = "cpu"}, listener_);
  ASSERT_TRUE(meanwhile) << meanwhile.error().detail;
  ASSERT_EQ((*meanwhile)->status().flavor, "cpu");
  EXPECT_TRUE(until([&] { return (*meanwhile)->status().queue.has_value(); }));
  EXPECT_EQ((*meanwhile)->status().hours.left_ms, 3'600'000);
}

TEST_F(QueueOfRuntimes, WhatIsReservedForOnesGroupIsFreeForOneself) {
  settings_.rules.groups = {{.name = "course", .emails = {"a@example.org"}, .domains = {}}};
  const int64_t now_ms = async::now_ms();
  settings_.rules.reservations = {{.group = "course",
                                   .model = "T4",
                                   .count = 1,
                                   .from_ms = now_ms - 3'600'000,
                                   .to_ms = now_ms + 3'600'000}};
  open();
  ASSERT_TRUE(store_->write_now([](soci::session& sql) -> Result<> {
    sql << "INSERT INTO users (id, email, name, password_hash, role, created_ms, email_verified)"
           " VALUES ('a', 'a@example.org', '', '', 'user', 1, 1)";
    return {};
  }));
  // As the page asks before it offers a choice.
  auto asked = asio::co_spawn(context_, runtimes_->flavors({"a"}), asio::use_future);
  ASSERT_TRUE(until([&] { return asked.wait_for(0s) == std::future_status::ready; }));
  ASSERT_TRUE(asked.get());
  const Wish wish{.flavor = "t4", .meanwhile = "cpu"};
  const auto mine = ask("a", wish);
  EXPECT_EQ(mine->status().flavor, "t4");
  EXPECT_EQ(ask("b", wish)->status().flavor, "cpu");
}

TEST_F(QueueOfRuntimes, ChoosesByTheModelWhateverItsCase) {
  json::Object metadata{{"accelerator", "GPU"}, {"colab", json::Object{{"gpuType", "l4"}}}};
  const Flavor* flavor = runtimes_->flavor_for(metadata);
  ASSERT_TRUE(flavor);
  EXPECT_EQ(flavor->accelerator, "L4");
}

TEST_F(QueueOfRuntimes, GivesToTheNextWhatNobodyTakes) {
  settings_.rules.claim_ms = 30;
  open();
  listener_->watched = false;
  const auto runtime = ask("a");
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_EQ(runtime->status().reason, "not_claimed");
  listener_->watched = true;
  EXPECT_TRUE(becomes(ask("b"), State::starting));
}

TEST_F(QueueOfRuntimes, KeepsThePlaceOverARestart) {
  const auto first = ask("a");
  ASSERT_TRUE(becomes(first, State::starting));
  const auto id = [&] {
    const auto second = ask("b");
    EXPECT_TRUE(becomes(second, State::queued));
    until([] { return false; }, 50ms);  // Until it is in the store.
    return second->id();
  }();
  open();
  const auto all = runtimes_->living();
  ASSERT_EQ(all.size(), 2U);
  for (const auto& runtime : all) {
    runtime->listen(listener_);
    if (runtime->id() != id) runtime->end("disconnected", "");
  }
  EXPECT_TRUE(until([&] { return engine_.launches.size() == 2; }));
  EXPECT_EQ(engine_.launches[1].runtime, id);
}

TEST_F(QueueOfRuntimes, KnowsItsPersonsGroupsAfterARestart) {
  settings_.rules.groups = {
      {.name = "course", .emails = {"a@example.org"}, .domains = {}, .week_ms = 3'600'000}};
  open();
  ASSERT_TRUE(store_->write_now([](soci::session& sql) -> Result<> {
    sql << "INSERT INTO users (id, email, name, password_hash, role, created_ms, email_verified)"
           " VALUES ('a', 'a@example.org', '', '', 'user', 1, 1)";
    return {};
  }));
  const auto first = ask("a");
  ASSERT_TRUE(becomes(first, State::starting));
  const auto left_ms = [](const Runtime& runtime) { return runtime.status().hours.left_ms; };
  EXPECT_TRUE(until([&] { return left_ms(*first).has_value(); }));
  open();
  ASSERT_EQ(runtimes_->living().size(), 1U);
  const auto again = runtimes_->living()[0];
  EXPECT_TRUE(until([&] { return left_ms(*again).has_value(); }));
}

TEST_F(QueueOfRuntimes, SharesTheHoursOfOnePersonAmongWhatTheyRun) {
  constexpr int64_t kHours = 3'600'000;
  settings_.rules.week_ms = kHours;
  settings_.rules.per_user = 2;
  open();
  const auto lasts_ms = [](const Runtime& runtime) {
    return static_cast<double>(runtime.status().ends_ms - async::lasting_ms());
  };
  const auto start = [&](const char* notebook) {
    const auto runtime = runtimes_->request({notebook}, {"a"}, {.flavor = "l4"}, listener_);
    EXPECT_TRUE(becomes(*runtime, State::starting));
    return *runtime;
  };
  const auto first = start("n_1");
  EXPECT_NEAR(lasts_ms(*first), kHours, 10'000);
  const auto second = start("n_2");
  EXPECT_NEAR(lasts_ms(*first), kHours / 2, 10'000);
  EXPECT_NEAR(lasts_ms(*second), kHours / 2, 10'000);
  second->end("disconnected", "");
  ASSERT_TRUE(until([&] { return !second->alive(); }));
  EXPECT_NEAR(lasts_ms(*first), kHours, 10'000);
}

TEST_F(QueueOfRuntimes, WorksOnAnotherMeanwhileAndGoesOnWithItsFiles) {
  const auto other = ask("b");
  ASSERT_TRUE(becomes(other, State::starting));
  const auto runtime = ask("a", {.flavor = "t4", .meanwhile = "cpu"});
  EXPECT_EQ(runtime->status().flavor, "cpu");
  ASSERT_TRUE(until([&] { return engine_.launches.size() == 2; }));
  ASSERT_TRUE(runtime->status().queue);
  EXPECT_EQ(runtime->status().queue->flavor, "t4");
  EXPECT_FALSE(runtimes_->claim(runtime));
  other->end("disconnected", "");
  ASSERT_TRUE(until([&] { return runtime->status().queue->offered_until_ms.has_value(); }));
  EXPECT_TRUE(runtimes_->claim(runtime));
  ASSERT_TRUE(until([&] { return engine_.launches.size() == 3; }));
  EXPECT_EQ(runtime->status().reason, "replaced");
  EXPECT_EQ(engine_.launches[2].files_of, runtime->id());
  EXPECT_EQ(engine_.launches[2].uid_slot, engine_.launches[1].uid_slot);
  EXPECT_EQ(runtimes_->of({"n_a"}).size(), 1U);
}

TEST_F(QueueOfRuntimes, ServesAHundredThatAskAtOnceInTheirOrder) {
  settings_.terms.end_ms = 1;
  settings_.limit = 200;
  open();
  std::vector<std::shared_ptr<Runtime>> all;
  for (int i = 0; i < 100; ++i) {
    all.push_back(ask(("u" + std::to_string(i)).c_str()));
    until([] { return false; }, 2ms);  // One after the other: time orders those who used nothing.
  }
  for (size_t i = 0; i < all.size(); ++i) {
    ASSERT_TRUE(until([&] { return engine_.launches.size() == i + 1; })) << i;
    ASSERT_EQ(engine_.launches[i].runtime, all[i]->id()) << i;
    all[i]->end("disconnected", "");
  }
}

TEST_F(QueueOfRuntimes, EndsInWordsWhenTheAcceleratorIsGone) {
  const auto runtime = ask("a");
  ASSERT_TRUE(until([&] { return engine_.launches.size() == 1; }));
  inventory_.lose(engine_.launches.at(0).accelerators.at(0), "it has fallen off the bus");
  ASSERT_TRUE(until([&] { return !runtime->alive(); }, 20s));
  EXPECT_EQ(runtime->status().reason, "accelerator_lost");
}

}  // namespace
}  // namespace colibri::runtimes
