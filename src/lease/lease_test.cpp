#include "lease/lease.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace colibri::lease {
namespace {

constexpr Terms kTerms{.life_ms = 100'000,
                       .idle_ms = 10'000,
                       .notice_ms = 5'000,
                       .keep_ms = 20'000,
                       .keep_limit_ms = 50'000,
                       .start_ms = 3'000,
                       .link_ms = 4'000,
                       .end_ms = 2'000};

Lease fresh() {
  return Lease(RuntimeId{"r_1"}, "cpu", "default", kTerms, 0);
}
// Each came to its state at the time 0.
Lease in_state(State state) {
  Lease lease = fresh();
  if (state == State::queued) (void)lease.queue("2 before it", 0);
  if (state == State::starting || state == State::ready) (void)lease.start(0);
  if (state == State::ready) {
    lease.set_linked(true, 0);
    (void)lease.become_ready(0);
    (void)lease.set_kernel({KernelState::idle, "python3", "python"}, 0);
  }
  if (state == State::ending) (void)lease.end("disconnected", "", 0);
  if (state == State::ended) (void)lease.become_ended("start_failed", "no", 0);
  return lease;
}

using Step = Result<> (*)(Lease&);
struct Rule {
  const char* name;
  Step step;
  State to;
  std::vector<State> from;
};

const std::vector<Rule> kRules = {
    {"queue", [](Lease& l) { return l.queue("", 1); }, State::queued, {State::requested}},
    {"start",
     [](Lease& l) { return l.start(1); },
     State::starting,
     {State::requested, State::queued}},
    {"ready", [](Lease& l) { return l.become_ready(1); }, State::ready, {State::starting}},
    {"end",
     [](Lease& l) { return l.end("r", "d", 1); },
     State::ending,
     {State::requested, State::queued, State::starting, State::ready}},
    {"ended",
     [](Lease& l) { return l.become_ended("r", "d", 1); },
     State::ended,
     {State::requested, State::queued, State::starting, State::ready, State::ending}},
};

TEST(Lease, MakesEveryLegalStepAndRefusesEveryOther) {
  for (const Rule& rule : kRules) {
    for (int i = 0; i <= static_cast<int>(State::ended); ++i) {
      const auto from = static_cast<State>(i);
      Lease lease = in_state(from);
      const Status before = lease.status();
      const auto made = rule.step(lease);
      if (std::ranges::find(rule.from, from) != rule.from.end()) {
        EXPECT_TRUE(made) << rule.name << " from " << to_string(from);
        EXPECT_EQ(lease.status().state, rule.to);
        EXPECT_EQ(lease.status().since_ms, 1);
      } else {
        ASSERT_FALSE(made) << rule.name << " from " << to_string(from);
        EXPECT_EQ(made.error().code, ErrorCode::conflict);
        EXPECT_EQ(lease.status(), before);
      }
    }
  }
}

TEST(Lease, TakesAKernelOnlyWhileItRuns) {
  for (int i = 0; i <= static_cast<int>(State::ended); ++i) {
    const auto state = static_cast<State>(i);
    Lease lease = in_state(state);
    const bool runs = state == State::starting || state == State::ready;
    EXPECT_EQ(lease.set_kernel({KernelState::busy, "", ""}, 1).has_value(), runs)
        << to_string(state);
  }
}

TEST(Lease, KeepsTheKernelsNameWhenOnlyItsStateChanges) {
  Lease lease = in_state(State::ready);
  (void)lease.set_kernel({KernelState::busy, "", ""}, 1);
  EXPECT_EQ(lease.status().kernel, (Kernel{KernelState::busy, "python3", "python"}));
}

TEST(Lease, KeepsTheReasonItWasEndedFor) {
  Lease lease = in_state(State::ready);
  (void)lease.end("idle", "Nobody used it.", 1);
  (void)lease.become_ended("supervisor_lost", "It died.", 2);
  EXPECT_EQ(lease.status().reason, "idle");
  EXPECT_EQ(lease.status().detail, "Nobody used it.");
  EXPECT_FALSE(lease.alive());
}

TEST(Lease, IsDueWhenItDoesNotGetReady) {
  Lease lease = in_state(State::starting);
  EXPECT_EQ(lease.due(2'999), std::nullopt);
  EXPECT_EQ(lease.due(3'000), Due::start);
  EXPECT_EQ(lease.next_deadline_ms(), 3'000);
}

TEST(Lease, IsDueWhenItDoesNotEnd) {
  Lease lease = in_state(State::ending);
  EXPECT_EQ(lease.due(1'999), std::nullopt);
  EXPECT_EQ(lease.due(2'000), Due::end);
}

TEST(Lease, IsDueWhenNobodyUsesIt) {
  Lease lease = in_state(State::ready);
  lease.touch(5'000);
  EXPECT_EQ(lease.due(9'999), std::nullopt);
  EXPECT_EQ(lease.due(10'000), Due::notice);
  lease.noticed();
  EXPECT_EQ(lease.due(14'999), std::nullopt);
  EXPECT_EQ(lease.due(15'000), Due::idle);
  EXPECT_EQ(lease.next_deadline_ms(), 15'000);
}

TEST(Lease, IsNeverIdleWhileTheKernelIsBusy) {
  Lease lease = in_state(State::ready);
  (void)lease.set_kernel({KernelState::busy, "", ""}, 0);
  EXPECT_EQ(lease.status().idle_ends_ms, 0);
  EXPECT_EQ(lease.status().notice_ms, 95'000);
  lease.noticed();
  EXPECT_EQ(lease.due(99'999), std::nullopt);
  EXPECT_EQ(lease.due(100'000), Due::life);
  (void)lease.set_kernel({KernelState::idle, "", ""}, 50'000);
  lease.noticed();
  EXPECT_EQ(lease.due(60'000), Due::idle);
}

TEST(Lease, TellsOfItsEndOnceAndAnewWhenUseHasMovedIt) {
  Lease lease = in_state(State::ready);
  EXPECT_EQ(lease.due(5'000), Due::notice);
  lease.noticed();
  EXPECT_EQ(lease.due(6'000), std::nullopt);
  lease.touch(6'000);
  EXPECT_EQ(lease.due(10'999), std::nullopt);
  EXPECT_EQ(lease.due(11'000), Due::notice);
}

TEST(Lease, IsKeptFromLyingIdleForTheWholeIdleTimeAnew) {
  Lease lease = in_state(State::ready);
  lease.set_wanted(true, 0);
  EXPECT_TRUE(lease.keep(9'000));
  EXPECT_EQ(lease.status().idle_ends_ms, 19'000);
  EXPECT_EQ(lease.status().ends_ms, 100'000);
}

// One that computes, so that only its life ends it.
Lease at_work() {
  Lease lease = in_state(State::ready);
  (void)lease.set_kernel({KernelState::busy, "", ""}, 0);
  return lease;
}

TEST(Lease, IsKeptBeyondItsLifeUpToALimit) {
  Lease lease = at_work();
  EXPECT_FALSE(lease.keep(94'999));  // Not before its notice.
  for (const int64_t end_ms : {120'000, 140'000, 150'000}) {
    EXPECT_TRUE(lease.status().keep);
    ASSERT_TRUE(lease.keep(lease.status().notice_ms));
    EXPECT_EQ(lease.status().ends_ms, end_ms);
  }
  EXPECT_FALSE(lease.status().keep);
  const auto more = lease.keep(149'000);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, ErrorCode::conflict);
  EXPECT_EQ(lease.kept_ms(), 50'000);
}

TEST(Lease, IsNotKeptWhileOthersWaitNorIntoAReservation) {
  Lease lease = at_work();
  lease.set_wanted(true, std::nullopt);
  EXPECT_FALSE(lease.status().keep);
  EXPECT_FALSE(lease.keep(99'000));
  lease.set_wanted(false, 103'000);
  EXPECT_TRUE(lease.keep(99'000));
  EXPECT_EQ(lease.status().ends_ms, 103'000);
  EXPECT_FALSE(lease.keep(102'000));
}

TEST(Lease, EndsWithTheHoursOfItsPersonAndIsNotKeptBeyondThem) {
  Lease lease = at_work();
  lease.set_hours_end(60'000);
  EXPECT_EQ(lease.status().ends_ms, 60'000);
  EXPECT_EQ(lease.status().notice_ms, 55'000);
  EXPECT_FALSE(lease.status().keep);
  const auto more = lease.keep(59'000);
  ASSERT_FALSE(more);
  EXPECT_NE(more.error().detail.find("hours"), std::string::npos);
  lease.set_hours_end(60'999);  // Computed anew, not changed.
  EXPECT_EQ(lease.status().ends_ms, 60'000);
  lease.set_hours_end(110'000);
  EXPECT_EQ(lease.status().ends_ms, 100'000);
  EXPECT_TRUE(lease.keep(99'000));
  EXPECT_EQ(lease.status().ends_ms, 110'000);
  EXPECT_FALSE(lease.keep(109'000));
  lease.set_hours_end(std::nullopt);
  EXPECT_TRUE(lease.keep(109'000));
}

TEST(Lease, KeepsItsHoursEndOverItsStart) {
  Lease lease = fresh();
  lease.set_hours_end(30'000);
  EXPECT_EQ(lease.status().ends_ms, 0);
  ASSERT_TRUE(lease.start(0));
  EXPECT_EQ(lease.status().ends_ms, 30'000);
}

TEST(Lease, BelievesItsSupervisorAfterARestartWhateverTheWallClockDid) {
  for (const int64_t jump_ms : {-40'000'000LL, 40'000'000LL}) {
    Lease lease = Lease::resumed(in_state(State::ready).status(), kTerms, 0, jump_ms);
    EXPECT_NE(lease.due(jump_ms + 1), Due::life);
    EXPECT_NE(lease.due(jump_ms + 1), Due::idle);
    lease.believe(30'000, 8'000, jump_ms);
    lease.set_linked(true, jump_ms);
    EXPECT_EQ(lease.status().ends_ms, jump_ms + 30'000);
    EXPECT_EQ(lease.status().idle_ends_ms, jump_ms + 8'000);
    // Once: a container that has broken out gains no time.
    lease.believe(90'000, 9'000, jump_ms + 1);
    EXPECT_EQ(lease.status().ends_ms, jump_ms + 30'000);
  }
}

TEST(Lease, BelievesNoSupervisorThatClaimsMoreThanTheTerms) {
  Lease lease = Lease::resumed(in_state(State::ready).status(), kTerms, 10'000, 0);
  lease.believe(1LL << 60, 1LL << 60, 0);
  EXPECT_EQ(lease.status().ends_ms, 110'000);
  EXPECT_EQ(lease.status().idle_ends_ms, 10'000);
}

TEST(Lease, EndsWithTheReservationThatItsAcceleratorsAreNeededFor) {
  Lease lease = fresh();
  ASSERT_TRUE(lease.start(0, 30'000));
  EXPECT_EQ(lease.status().ends_ms, 30'000);
}

TEST(Lease, IsDueWhenItsSupervisorIsSilentForTooLong) {
  Lease lease = in_state(State::ready);
  lease.set_linked(false, 1'000);
  lease.set_linked(false, 2'000);
  EXPECT_EQ(lease.due(4'999), std::nullopt);
  EXPECT_EQ(lease.due(5'000), Due::link);
  lease.set_linked(true, 5'000);
  EXPECT_NE(lease.due(5'001), Due::link);
}

TEST(Lease, GivesAResumedSupervisorTimeToDial) {
  Status status = in_state(State::ready).status();
  status.kernel = {};
  Lease lease = Lease::resumed(status, kTerms, 0, 50'000);
  EXPECT_TRUE(lease.can_execute());
  EXPECT_EQ(lease.due(53'999), std::nullopt);
  EXPECT_EQ(lease.due(54'000), Due::link);
  EXPECT_EQ(lease.status().ends_ms, 100'000);
}

TEST(Lease, HasNoDeadlineBeforeItStartsAndAfterItEnded) {
  for (const State state : {State::requested, State::queued, State::ended}) {
    EXPECT_EQ(in_state(state).next_deadline_ms(), std::nullopt);
    EXPECT_EQ(in_state(state).due(1LL << 60), std::nullopt);
  }
}

TEST(Lease, TellsPeopleWhatTheProtocolSays) {
  Lease lease = in_state(State::ready);
  lease.set_flavor_title("A CPU");
  EXPECT_EQ(json::serialize(to_json(lease.status())),
            R"({"id":"r_1","state":"ready","flavor":"cpu","flavor_title":"A CPU",)"
            R"("image":"default","reason":"",)"
            R"("detail":"","since_ms":0,"ends_ms":100000,"idle_ends_ms":10000,"notice_ms":5000,)"
            R"("keep":true,"accelerators":[],"queue":null,)"
            R"("hours":{"left_ms":null,"renews_ms":null},)"
            R"("kernel":{"state":"idle","name":"python3","language":"python",)"
            R"("reason":"","detail":""}})");
}

TEST(Lease, HasNoDeadlineWhileTheEnginesOwnQueueHasIt) {
  Lease lease = in_state(State::starting);
  ASSERT_TRUE(lease.wait("Waiting for a free GPU.", 70'000));
  EXPECT_EQ(lease.next_deadline_ms(), std::nullopt);
  EXPECT_EQ(lease.due(1LL << 60), std::nullopt);
  const json::Object told = to_json(lease.status());
  EXPECT_EQ(json::string_at(told, "state"), "queued");
  EXPECT_EQ(json::serialize(*told.find("queue")),
            R"({"flavor":"cpu","position":null,"ahead":null,"expected_ms":70000,"why":"scheduler",)"
            R"("offered_until_ms":null})");
}

TEST(Lease, CountsItsLifeFromWhereTheQueueLetItBegin) {
  Lease lease = in_state(State::starting);
  ASSERT_TRUE(lease.wait("Waiting for a free GPU.", 0));
  ASSERT_TRUE(lease.begin(50'000, 51'000));
  EXPECT_EQ(lease.status().ends_ms, 50'000 + kTerms.life_ms);
  EXPECT_EQ(lease.status().detail, "");
  EXPECT_EQ(lease.next_deadline_ms(), 51'000 + kTerms.start_ms);
  ASSERT_TRUE(lease.become_ready(52'000));
  ASSERT_TRUE(lease.begin(50'000, 60'000));  // Said again after a restart of the server.
  EXPECT_EQ(lease.status().ends_ms, 50'000 + kTerms.life_ms);
}

TEST(Lease, IsReadyEvenWhenTheSupervisorIsQuickerThanTheQueue) {
  Lease lease = in_state(State::starting);
  ASSERT_TRUE(lease.wait("Waiting for a free GPU.", 0));
  ASSERT_TRUE(lease.become_ready(50'000));
  EXPECT_EQ(lease.status().ends_ms, 50'000 + kTerms.life_ms);
  EXPECT_FALSE(lease.status().waiting);
}

TEST(Lease, HasNoEndOfItsOwnWhenItsTermsHaveNone) {
  Terms terms = kTerms;
  terms.life_ms = terms.idle_ms = 0;
  Lease lease(RuntimeId{"r_1"}, "local", "", terms, 0);
  ASSERT_TRUE(lease.start(0));
  lease.set_linked(true, 0);
  ASSERT_TRUE(lease.become_ready(0));
  ASSERT_TRUE(lease.set_kernel({KernelState::idle, "python3", "python"}, 0));
  EXPECT_EQ(lease.due(1LL << 60), std::nullopt);
  EXPECT_EQ(lease.next_deadline_ms(), std::nullopt);
  EXPECT_EQ(lease.status().ends_ms + lease.status().idle_ends_ms + lease.status().notice_ms, 0);
  EXPECT_FALSE(lease.keep(1000));
  lease.set_linked(false, 1000);
  EXPECT_EQ(lease.due(1000 + terms.link_ms), Due::link);
  Lease resumed = Lease::resumed(lease.status(), terms, 0, 2000);
  resumed.set_linked(true, 2000);
  resumed.believe(5, 5, 2000);
  EXPECT_EQ(resumed.due(1LL << 60), std::nullopt);
}

TEST(Lease, WithoutAnEndOfItsOwnEndsForAReservation) {
  Terms terms = kTerms;
  terms.life_ms = terms.idle_ms = 0;
  Lease lease(RuntimeId{"r_1"}, "t4", "", terms, 0);
  ASSERT_TRUE(lease.start(0, 80'000));
  EXPECT_EQ(lease.status().ends_ms, 80'000);
  lease.set_linked(true, 0);
  ASSERT_TRUE(lease.become_ready(0));
  EXPECT_EQ(lease.status().notice_ms, 80'000 - terms.notice_ms);
  EXPECT_EQ(lease.due(80'000 - terms.notice_ms), Due::notice);
  Lease resumed = Lease::resumed(lease.status(), terms, 0, 10'000);
  resumed.set_linked(true, 10'000);
  resumed.believe(60'000, 0, 10'000);  // The wall clock has been set meanwhile.
  EXPECT_EQ(resumed.status().ends_ms, 70'000);

  Lease scheduled(RuntimeId{"r_2"}, "t4", "", terms, 0);
  ASSERT_TRUE(scheduled.start(0));
  ASSERT_TRUE(scheduled.wait("Waiting for a free GPU.", 0));
  ASSERT_TRUE(scheduled.begin(50'000, 51'000));
  EXPECT_EQ(scheduled.status().ends_ms, 0);
}

TEST(Lease, TellsWhenHoursRenewByTheWallClock) {
  Lease lease = in_state(State::ready);
  lease.set_hours({.left_ms = 7, .renews_ms = 1'000'000});
  const json::Object told = to_json(lease.status(), 5);
  EXPECT_EQ(json::serialize(*told.find("hours")), R"({"left_ms":7,"renews_ms":1000000})");
  EXPECT_EQ(json::integer_at(told, "ends_ms"), 100'005);
}

TEST(Lease, ReadsTheNamesThatItWrites) {
  for (int i = 0; i <= static_cast<int>(State::ended); ++i)
    EXPECT_EQ(parse_state(to_string(static_cast<State>(i))), static_cast<State>(i));
  EXPECT_EQ(parse_state("gone"), std::nullopt);
  EXPECT_EQ(parse_kernel_state("restarting"), KernelState::restarting);
}

}  // namespace
}  // namespace colibri::lease
