// Runtimes that are started ahead.
#include <gmock/gmock.h>

#include "runtimes/runtimes_fixture.hpp"

namespace colibri::runtimes {
namespace {

class PoolOfRuntimes : public RuntimesTest {
 protected:
  PoolOfRuntimes() {
    inventory_.look();
    settings_.flavors = {
        {}, {.name = "big", .title = "Big"}, {.name = "t4", .title = "T4", .accelerator = "T4"}};
    settings_.flavors[1].resources.memory_bytes = 8ull << 30;
    settings_.accelerators = &inventory_;
    settings_.settle_ms = 0;
    settings_.pool = {.kinds = {{}}, .free_bytes = 0, .refill_ms = 0};
    open();
  }
  // The one that was started last, up to its idle kernel.
  std::unique_ptr<Supervisor> warm(size_t launches = 1) {
    EXPECT_TRUE(until([&] { return engine_.launches.size() == launches; }));
    auto supervisor = dial();
    supervisor->say(1, link::RuntimeChanged{"starting", "", ""});
    supervisor->say(2, link::KernelChanged{"starting", "", "", "", "python3"});
    supervisor->say(3, link::RuntimeChanged{"ready", "", ""});
    supervisor->say(4, link::KernelChanged{"idle", "", "", "python", "python3"});
    EXPECT_TRUE(until([&] {
      const auto ack = supervisor->last<link::Ack>();
      return ack && ack->n == 4;
    }));
    return supervisor;
  }
  std::shared_ptr<Runtime> ask(Wish wish = {}, const char* user = "u_1") {
    auto runtime =
        runtimes_->request({std::string("n_") + user}, {user}, std::move(wish), listener_);
    EXPECT_TRUE(runtime) << runtime.error().detail;
    return runtime ? *runtime : nullptr;
  }
  std::optional<link::Claim> claim(Supervisor& supervisor) {
    until([&] { return supervisor.last<link::Claim>().has_value(); });
    return supervisor.last<link::Claim>();
  }
  bool is_swept(const RuntimeId& runtime) {
    return until([&] { return std::ranges::count(engine_.cleaned, runtime.value) > 0; });
  }

  accelerators::Inventory inventory_{
      {.root = "/nowhere", .declared = {{.model = "T4", .title = "Example T4"}}}};
};

TEST_F(PoolOfRuntimes, GivesOneThatWaitsToWhoeverAsksNext) {
  const auto supervisor = warm();
  EXPECT_TRUE(engine_.launches[0].pooled);
  EXPECT_TRUE(runtimes_->living().empty());
  const auto runtime = ask();
  EXPECT_EQ(runtime->id(), engine_.launches[0].runtime);
  const auto claimed = claim(*supervisor);
  ASSERT_TRUE(claimed);
  EXPECT_FALSE(runtime->can_execute());
  supervisor->say(link::Reply{claimed->request, json::Object{}, {}});
  ASSERT_TRUE(until([&] { return runtime->can_execute(); }));
  EXPECT_THAT(listener_->states, testing::ElementsAre(State::starting, State::ready));
  EXPECT_EQ(runtime->status().kernel.language, "python");
  EXPECT_TRUE(listener_->frames.empty());
  supervisor->say(5, link::Counted{{"x"}, 1});
  EXPECT_TRUE(until([&] { return !listener_->frames.empty(); }));
}

TEST_F(PoolOfRuntimes, SaysTheLimitsOfTheFlavor) {
  const auto supervisor = warm();
  (void)ask({.flavor = "big"});
  const auto claimed = claim(*supervisor);
  ASSERT_TRUE(claimed);
  EXPECT_EQ(claimed->memory_bytes, 8ull << 30);
  EXPECT_NEAR(static_cast<double>(claimed->left_ms), 12.0 * 3'600'000, 10'000);
  EXPECT_EQ(claimed->idle_ms, 90 * 60'000);
}

TEST_F(PoolOfRuntimes, RefillsOnceOneIsTaken) {
  const auto supervisor = warm();
  const auto runtime = ask();
  const auto claimed = claim(*supervisor);
  ASSERT_TRUE(claimed);
  until([] { return false; }, 1200ms);
  EXPECT_EQ(engine_.launches.size(), 1U) << "whoever is on the way comes first";
  supervisor->say(link::Reply{claimed->request, json::Object{}, {}});
  ASSERT_TRUE(until([&] { return engine_.launches.size() == 2; }));
  EXPECT_NE(engine_.launches[1].runtime, runtime->id());
}

TEST_F(PoolOfRuntimes, StartsAnewWhatCannotBeClaimed) {
  const auto supervisor = warm();
  const auto runtime = ask({.flavor = "t4"});
  const auto claimed = claim(*supervisor);
  ASSERT_TRUE(claimed);
  EXPECT_EQ(claimed->accelerators.size(), 1U);
  supervisor->say(link::Reply{
      claimed->request, {}, Error{ErrorCode::unsupported, "This kernel's environment is fixed."}});
  ASSERT_TRUE(until([&] { return engine_.launches.size() == 2; }));
  EXPECT_EQ(engine_.launches[1].runtime, runtime->id());
  EXPECT_FALSE(engine_.launches[1].pooled);
  EXPECT_EQ(engine_.launches[1].accelerators.size(), 1U);
  EXPECT_THAT(engine_.cleaned, testing::ElementsAre(runtime->id().value));
  // The old token opens nothing any more, and frames count from the first again.
  const auto stranger = dial(engine_.launches[0].token);
  EXPECT_TRUE(until([&] { return stranger->last<link::Refused>().has_value(); }));
  const auto again = dial();
  again->say(1, link::RuntimeChanged{"ready", "", ""});
  again->say(2, link::KernelChanged{"idle", "", "", "python", "python3"});
  EXPECT_TRUE(until([&] { return runtime->can_execute(); }));
}

TEST_F(PoolOfRuntimes, EndsOneThatSaysAnythingBeforeItIsSomebodys) {
  const auto supervisor = warm();
  supervisor->say(5, link::StreamText{{"x"}, "stdout", "hello"});
  EXPECT_TRUE(is_swept(engine_.launches[0].runtime));
  EXPECT_TRUE(until([&] { return engine_.launches.size() == 2; }));
}

TEST_F(PoolOfRuntimes, EndsOneWhoseKernelDiesOrWhoseLinkIsLost) {
  auto supervisor = warm();
  supervisor->say(5, link::KernelChanged{"restarting", "kernel_died", "", "", "python3"});
  EXPECT_TRUE(is_swept(engine_.launches[0].runtime));
  supervisor = warm(2);
  supervisor.reset();
  EXPECT_TRUE(is_swept(engine_.launches[1].runtime));
  const auto runtime = ask();
  EXPECT_NE(runtime->id(), engine_.launches[1].runtime);
}

TEST_F(PoolOfRuntimes, SweepsWhatAnEarlierServerStartedAhead) {
  const auto supervisor = warm();
  const RuntimeId nobodys = engine_.launches[0].runtime;
  engine_.left_ahead = {nobodys};
  open();
  EXPECT_TRUE(is_swept(nobodys));
}

TEST_F(PoolOfRuntimes, KeepsWhatIsSomebodysOverARestart) {
  RuntimeId id;
  {
    const auto supervisor = warm();
    const auto runtime = ask();
    id = runtime->id();
    const auto claimed = claim(*supervisor);
    ASSERT_TRUE(claimed);
    supervisor->say(link::Reply{claimed->request, json::Object{}, {}});
    ASSERT_TRUE(until([&] { return runtime->can_execute(); }));
  }
  engine_.left_ahead = {id};
  open();
  EXPECT_EQ(std::ranges::count(engine_.cleaned, id.value), 0);
  ASSERT_EQ(runtimes_->living().size(), 1U);
  const auto runtime = runtimes_->living()[0];
  runtime->listen(listener_);
  Supervisor again(context_, runtimes_->link_socket());
  again.say(link::Hello{.runtime = id, .token = engine_.launches[0].token});
  ASSERT_TRUE(until([&] { return again.last<link::Welcome>().has_value(); }));
  EXPECT_EQ(again.last<link::Welcome>()->acknowledged, 4U);
}

TEST_F(PoolOfRuntimes, TakesNoPlaceThatSomebodyCouldHave) {
  settings_.limit = 1;
  open();
  const auto supervisor = warm();
  // Of another disk, so that it can't be the one that waits.
  settings_.flavors.push_back({.name = "disk", .title = "Disk"});
  settings_.flavors.back().resources.disk_bytes = 1ull << 30;
  open();
  const auto second = warm(2);
  const auto runtime = ask({.flavor = "disk"});
  ASSERT_TRUE(until([&] { return engine_.launches.size() == 3; }));
  EXPECT_EQ(engine_.launches[2].runtime, runtime->id());
  EXPECT_TRUE(is_swept(engine_.launches[1].runtime));
}

TEST_F(PoolOfRuntimes, StartsNoneWhileMemoryIsLow) {
  settings_.pool.free_bytes = UINT64_MAX;
  open();
  until([] { return false; }, 1500ms);
  EXPECT_TRUE(engine_.launches.empty());
}

TEST_F(PoolOfRuntimes, TriesAgainLaterWhatDoesNotStart) {
  engine_.fails = true;
  ASSERT_TRUE(until([&] { return engine_.launches.size() == 1; }));
  until([] { return false; }, 1500ms);
  EXPECT_EQ(engine_.launches.size(), 1U);
  EXPECT_TRUE(is_swept(engine_.launches[0].runtime));
}

TEST_F(PoolOfRuntimes, ClearsTheRuntimeAwayOfWhoLeavesBeforeTheClaim) {
  const auto supervisor = warm();
  const auto runtime = ask();
  runtime->end("disconnected", "");
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_TRUE(is_swept(runtime->id()));
}

TEST_F(PoolOfRuntimes, KnowsItsAcceleratorsAfterARestart) {
  const auto supervisor = warm();
  const auto runtime = ask({.flavor = "t4"});
  const auto claimed = claim(*supervisor);
  ASSERT_TRUE(claimed);
  supervisor->say(link::Reply{claimed->request, json::Object{}, {}});
  ASSERT_TRUE(until([&] { return runtime->can_execute(); }));
  open();
  ASSERT_EQ(runtimes_->living().size(), 1U);
  ASSERT_EQ(runtimes_->living()[0]->status().accelerators.size(), 1U);
  // So nobody else gets it.
  const auto other = ask({.flavor = "t4"}, "u_2");
  EXPECT_TRUE(until([&] { return other->status().state == State::queued; }));
}

}  // namespace
}  // namespace colibri::runtimes
