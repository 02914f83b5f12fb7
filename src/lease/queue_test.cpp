#include "lease/queue.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "lease/usage.hpp"

namespace colibri::lease {
namespace {

constexpr int64_t kHour = 3'600'000;

class QueueTest : public testing::Test {
 protected:
  QueueTest() {
    scene_.rules = &rules_;
    scene_.places = 100;
    add_devices("T4", 1);
  }
  void add_devices(const std::string& model, int count) {
    for (int i = 0; i < count; ++i)
      scene_.devices.push_back({model + "-" + std::to_string(scene_.devices.size()), model});
  }
  Waiting& wait(const std::string& user, int64_t since_ms, double used_hours = 0,
                const std::string& model = "T4", int count = 1) {
    Waiting waiting{.id = {"r_" + user},
                    .person = {{user}, {}, used_hours * kHour, {}},
                    .flavor = model,
                    .need = {model.empty() ? "" : model, model.empty() ? 0 : count},
                    .since_ms = since_ms,
                    .life_ms = 12 * kHour};
    scene_.waiting.push_back(std::move(waiting));
    return scene_.waiting.back();
  }
  void hold(const std::string& user, std::vector<std::string> devices, int64_t ends_ms,
            std::vector<std::string> groups = {}) {
    scene_.holdings.push_back({{"r_" + user + "_" + std::to_string(scene_.holdings.size())},
                               {user},
                               std::move(groups),
                               std::move(devices),
                               ends_ms});
  }
  std::string next_one() const {
    const auto granted = next(scene_);
    return granted ? granted->id.value : "nobody";
  }
  std::string ordered() const {
    std::string out;
    for (const RuntimeId& id : order(scene_)) out += id.value.substr(2);
    return out;
  }

  Rules rules_;
  Scene scene_;
};

TEST_F(QueueTest, GoesByWhatWasUsedAndThenByTime) {
  wait("a", 1000, 5);
  wait("b", 3000, 1);
  wait("c", 2000, 1);
  EXPECT_EQ(ordered(), "cba");
  EXPECT_EQ(next_one(), "r_c");
}

TEST_F(QueueTest, LetsAnHourOfWaitingMakeUpForAnHourUsed) {
  wait("a", 0, 5);
  wait("b", 5 * kHour - 1);
  EXPECT_EQ(ordered(), "ba");
  scene_.waiting[1].since_ms = 5 * kHour + 1;
  EXPECT_EQ(ordered(), "ab");
}

TEST_F(QueueTest, TellsEveryoneTheirPlace) {
  hold("x", {"T4-0"}, 2 * kHour);
  wait("a", 0);
  wait("b", 1);
  const Place first = place(scene_, scene_.waiting[0]);
  EXPECT_EQ(first.position, 1);
  EXPECT_EQ(first.ahead, 0);
  EXPECT_EQ(first.why, Why::no_free_accelerator);
  EXPECT_EQ(first.expected_ms, 2 * kHour);
  const Place second = place(scene_, scene_.waiting[1]);
  EXPECT_EQ(second.position, 2);
  EXPECT_EQ(second.ahead, 1);
  EXPECT_EQ(second.expected_ms, 14 * kHour);
}

TEST_F(QueueTest, SaysThatNobodyCanTellWhereThereIsNoEnd) {
  hold("x", {"T4-0"}, 0);
  wait("a", 0);
  EXPECT_EQ(place(scene_, scene_.waiting[0]).expected_ms, std::nullopt);
  wait("b", 0, 0, "H100");
  EXPECT_EQ(place(scene_, scene_.waiting[1]).expected_ms, std::nullopt);
}

TEST_F(QueueTest, GivesNobodyMoreAtATimeThanTheLimit) {
  add_devices("T4", 1);
  hold("a", {"T4-0"}, kHour);
  wait("a", 0);
  wait("b", 1, 7);
  EXPECT_EQ(place(scene_, scene_.waiting[0]).why, Why::limit);
  EXPECT_EQ(place(scene_, scene_.waiting[0]).expected_ms, kHour);
  EXPECT_EQ(next_one(), "r_b");  // Whoever is at their limit holds up nobody.
}

TEST_F(QueueTest, LetsAGroupHaveMore) {
  add_devices("T4", 1);
  rules_.groups = {{.name = "lab", .emails = {}, .domains = {"lab.org"}, .per_user = 2}};
  hold("a", {"T4-0"}, kHour, {"lab"});
  wait("a", 0).person.groups = rules_.groups_of("Ada@LAB.org");
  EXPECT_EQ(next_one(), "r_a");
}

TEST_F(QueueTest, KeepsAGroupToItsShare) {
  add_devices("T4", 3);
  rules_.groups = {{.name = "course", .emails = {"a@x", "b@x"}, .domains = {}, .at_once = 1}};
  hold("a", {"T4-0"}, kHour, {"course"});
  wait("b", 0).person.groups = {"course"};
  wait("c", 1);
  EXPECT_EQ(place(scene_, scene_.waiting[0]).why, Why::quota);
  EXPECT_EQ(next_one(), "r_c");
}

TEST_F(QueueTest, StopsWhoHasUsedUpTheirHoursUntilTheyRenew) {
  scene_.now_ms = 10 * kWeekMs;
  wait("a", 0).person.left_ms = 0;
  EXPECT_EQ(next_one(), "nobody");
  const Place seen = place(scene_, scene_.waiting[0]);
  EXPECT_EQ(seen.why, Why::quota);
  EXPECT_EQ(seen.expected_ms, week_start(scene_.now_ms) + kWeekMs);
}

TEST_F(QueueTest, SharesTheHoursLeftAmongAllThatOnePersonRuns) {
  add_devices("T4", 2);
  add_devices("H100", 1);
  rules_.weights["T4"] = 2;
  const auto end = [&](size_t which) { return hours_end(scene_, scene_.holdings[which]); };
  hold("a", {"T4-0"}, 12 * kHour);
  EXPECT_EQ(end(0), std::nullopt);
  scene_.holdings[0].left_ms = 6 * kHour;
  EXPECT_EQ(end(0), 3 * kHour);
  hold("b", {"T4-1"}, 12 * kHour);
  EXPECT_EQ(end(0), 3 * kHour);
  hold("a", {"T4-2"}, 12 * kHour);
  hold("a", {"H100-3"}, 12 * kHour);
  scene_.holdings[2].left_ms = scene_.holdings[3].left_ms = 6 * kHour;
  EXPECT_EQ(end(0), 72 * kHour / 60);
  EXPECT_EQ(end(3), end(0));
  scene_.holdings[3].offered = true;  // It uses nothing before it is taken.
  EXPECT_EQ(end(0), 90 * kHour / 60);
}

TEST_F(QueueTest, BeginsNothingForWhichTheHoursOfAllThatRunDoNotLast) {
  add_devices("T4", 1);
  rules_.per_user = 2;
  wait("a", 0).person.left_ms = 100'000;
  EXPECT_EQ(next_one(), "r_a");
  hold("a", {"T4-0"}, kHour);
  EXPECT_EQ(next_one(), "nobody");
  EXPECT_EQ(place(scene_, scene_.waiting[0]).why, Why::quota);
}

TEST_F(QueueTest, SavesUpForWhoNeedsSeveral) {
  add_devices("T4", 1);
  rules_.per_user = 2;
  hold("x", {"T4-0"}, kHour);
  wait("a", 0, 0, "T4", 2);
  wait("b", 1);
  EXPECT_EQ(next_one(), "nobody");
  scene_.holdings.clear();
  EXPECT_EQ(next(scene_)->devices, (std::vector<std::string>{"T4-0", "T4-1"}));
}

TEST_F(QueueTest, WaitsForAPlaceWhereAcceleratorsAreFree) {
  scene_.places = 1;
  hold("x", {}, 3 * kHour);
  wait("a", 0);
  wait("b", 0, 0, "");
  EXPECT_EQ(place(scene_, scene_.waiting[0]).why, Why::no_place);
  EXPECT_EQ(place(scene_, scene_.waiting[0]).expected_ms, 3 * kHour);
  EXPECT_EQ(place(scene_, scene_.waiting[1]).expected_ms, 15 * kHour);
  EXPECT_TRUE(is_wanted(scene_, scene_.holdings[0]));
  scene_.waiting[0].follows = true;  // It takes the place of a runtime that ends for it.
  EXPECT_EQ(next_one(), "r_a");
}

TEST_F(QueueTest, KeepsWhatIsReservedForTheCourse) {
  rules_.reservations = {
      {.group = "course", .model = "T4", .count = 1, .from_ms = 10 * kHour, .to_ms = 12 * kHour}};
  wait("a", 0);
  EXPECT_EQ(next(scene_)->latest_end_ms, 10 * kHour);  // Lent until it begins.
  scene_.now_ms = 10 * kHour - 60'000;
  EXPECT_EQ(place(scene_, scene_.waiting[0]).why, Why::reserved);  // Not for a minute.
  EXPECT_EQ(place(scene_, scene_.waiting[0]).expected_ms, 12 * kHour);
  scene_.now_ms = 11 * kHour;
  EXPECT_EQ(next_one(), "nobody");
  wait("s", 11 * kHour).person.groups = {"course"};
  EXPECT_EQ(next_one(), "r_s");
  scene_.now_ms = 12 * kHour;
  EXPECT_EQ(next_one(), "r_a");
}

TEST_F(QueueTest, GoesByTheWallClockInWhatTheCalendarSays) {
  rules_.reservations = {
      {.group = "course", .model = "T4", .count = 1, .from_ms = 10 * kHour, .to_ms = 12 * kHour}};
  scene_.now_ms = kHour;
  scene_.wall_shift_ms = 2 * kHour;  // It was set two hours on.
  wait("a", 0);
  EXPECT_EQ(next(scene_)->latest_end_ms, 8 * kHour);
  scene_.wall_shift_ms = 10 * kHour;
  EXPECT_EQ(next_one(), "nobody");
  EXPECT_EQ(place(scene_, scene_.waiting[0]).expected_ms, 2 * kHour);
  scene_.waiting[0].person.left_ms = 0;
  EXPECT_EQ(place(scene_, scene_.waiting[0]).expected_ms,
            week_start(11 * kHour) + kWeekMs - 10 * kHour);
}

TEST_F(QueueTest, ALifeWithoutEndStopsForAReservationAndItsEndCannotBeTold) {
  rules_.reservations = {
      {.group = "course", .model = "T4", .count = 1, .from_ms = 10 * kHour, .to_ms = 12 * kHour}};
  wait("a", 0).life_ms = 0;
  EXPECT_EQ(next(scene_)->latest_end_ms, 10 * kHour);
  rules_.reservations.clear();
  wait("b", 1);
  EXPECT_EQ(place(scene_, scene_.waiting[1]).expected_ms, std::nullopt);
}

TEST_F(QueueTest, KeepsNothingBeyondTheBeginOfAReservation) {
  rules_.reservations = {
      {.group = "course", .model = "T4", .count = 1, .from_ms = 10 * kHour, .to_ms = 12 * kHour}};
  hold("a", {"T4-0"}, 9 * kHour);
  EXPECT_EQ(latest_end(scene_, scene_.holdings[0]), 10 * kHour);
  scene_.holdings[0].groups = {"course"};
  EXPECT_EQ(latest_end(scene_, scene_.holdings[0]), std::nullopt);
}

TEST(Reservation, ComesEachWeekUntilItsEnd) {
  const Reservation each{.group = "g",
                         .model = "T4",
                         .count = 1,
                         .from_ms = kHour,
                         .to_ms = 2 * kHour,
                         .weekly = true,
                         .until_ms = 3 * kWeekMs};
  EXPECT_EQ(each.window(0)->from_ms, kHour);
  EXPECT_EQ(each.window(2 * kHour)->from_ms, kHour + kWeekMs);
  EXPECT_EQ(each.window(kWeekMs + kHour)->to_ms, 2 * kHour + kWeekMs);
  EXPECT_FALSE(each.window(2 * kWeekMs + 2 * kHour));
}

TEST(Usage, FadesByHalfInAHalfLifeAndRenewsOnMonday) {
  Usage usage;
  const int64_t monday = week_start(100 * kWeekMs);
  charge(usage, 8.0 * kHour, kWeekMs, monday + kHour);
  EXPECT_DOUBLE_EQ(faded_ms(usage, kWeekMs, monday + kHour + kWeekMs), 4.0 * kHour);
  EXPECT_DOUBLE_EQ(used_this_week_ms(usage, monday + kWeekMs - 1), 8.0 * kHour);
  EXPECT_DOUBLE_EQ(used_this_week_ms(usage, monday + kWeekMs), 0);
  EXPECT_EQ(monday % (24 * kHour), 0);
  EXPECT_EQ((monday / (24 * kHour) + 3) % 7, 0);  // 1970 began on a Thursday.
}

TEST(Usage, BearsAClockThatIsSetBack) {
  Usage usage;
  charge(usage, kHour, kWeekMs, 50 * kWeekMs);
  EXPECT_DOUBLE_EQ(faded_ms(usage, kWeekMs, 0), kHour);
  charge(usage, kHour, kWeekMs, 49 * kWeekMs);
  EXPECT_DOUBLE_EQ(used_this_week_ms(usage, 49 * kWeekMs), 2.0 * kHour);
}

// Plays a queue: people come by chance, are served by next(), and leave after a while.
class Game {
 public:
  explicit Game(uint64_t seed) : chance_(seed) {
    rules_.per_user = 1 + static_cast<int>(pick(2));
    rules_.half_life_ms = static_cast<int64_t>(1 + pick(300)) * kHour;
    scene_.rules = &rules_;
    scene_.places = 1 + pick(12);
    for (size_t i = 0, count = 1 + pick(4); i < count; ++i)
      scene_.devices.push_back({"d" + std::to_string(i), i % 3 == 2 ? "H100" : "T4"});
  }

  void play(int steps) {
    for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step) {
      scene_.now_ms += static_cast<int64_t>(pick(kHour));
      end_some();
      if (pick(2) == 0) come();
      serve();
    }
    // Nobody comes any more: all are served, each after at most the lives of those before.
    for (size_t left = scene_.waiting.size() + 1; left > 0 && !scene_.waiting.empty(); --left) {
      for (int round = 0; round < 40; ++round) {
        scene_.now_ms += kHour;
        end_some();
        serve();
      }
    }
    EXPECT_TRUE(scene_.waiting.empty()) << "somebody waits for ever";
  }

 private:
  uint64_t pick(uint64_t below) { return chance_() % below; }

  void come() {
    const UserId user{"u" + std::to_string(pick(9))};
    Need need{pick(4) == 0 ? "H100" : "T4", 1};
    if (pick(5) == 0) need = {};
    if (std::ranges::none_of(scene_.devices,
                             [&](const Device& d) { return d.model == need.model; }))
      need = {};
    scene_.waiting.push_back({.id = {"r" + std::to_string(++last_)},
                              .person = {user, {}, 0, {}},
                              .flavor = "f",
                              .need = need,
                              .since_ms = scene_.now_ms,
                              .life_ms = 12 * kHour});
  }

  void end_some() {
    std::erase_if(scene_.holdings, [&](const Holding& holding) {
      const bool over = holding.ends_ms <= scene_.now_ms || pick(10) == 0;
      if (over) {
        const int64_t until = std::min(holding.ends_ms, scene_.now_ms);
        charge(used_[holding.user],
               static_cast<double>(until - began_[holding.id]) *
                   static_cast<double>(holding.devices.size()),
               rules_.half_life_ms, scene_.now_ms);
      }
      return over;
    });
  }

  void serve() {
    for (Waiting& each : scene_.waiting)
      each.person.used_ms = faded_ms(used_[each.person.user], rules_.half_life_ms, scene_.now_ms);
    while (const auto granted = next(scene_)) {
      const auto at = std::ranges::find(scene_.waiting, granted->id, &Waiting::id);
      ASSERT_NE(at, scene_.waiting.end());
      check(*at, *granted);
      const Waiting who = *at;
      scene_.waiting.erase(at);
      scene_.holdings.push_back(
          {who.id, who.person.user, {}, granted->devices, scene_.now_ms + who.life_ms});
      began_[who.id] = scene_.now_ms;
    }
    check_limits();
  }

  // Nobody who could have had the same came before, and had used less.
  void check(const Waiting& who, const Grant& granted) {
    EXPECT_EQ(granted.devices.size(), static_cast<size_t>(who.need.count));
    for (const Waiting& other : scene_.waiting) {
      if (other.id == who.id || other.need.model != who.need.model) continue;
      if (place(scene_, other).why == Why::limit) continue;
      const bool better = other.since_ms < who.since_ms &&
                          (who.need.count == 0 || other.person.used_ms < who.person.used_ms);
      EXPECT_FALSE(better) << other.id.value << " was before " << who.id.value;
    }
  }

  void check_limits() {
    std::set<std::string> held;
    std::map<UserId, size_t> mine;
    for (const Holding& each : scene_.holdings) {
      mine[each.user] += each.devices.size();
      for (const std::string& device : each.devices)
        EXPECT_TRUE(held.insert(device).second) << device << " is lent twice";
    }
    for (const auto& [user, count] : mine)
      EXPECT_LE(count, static_cast<size_t>(rules_.per_user)) << user.value;
    EXPECT_LE(scene_.holdings.size(), scene_.places);
  }

  std::mt19937_64 chance_;
  Rules rules_;
  Scene scene_;
  std::map<UserId, Usage> used_;
  std::map<RuntimeId, int64_t> began_;
  int last_ = 0;
};

TEST(Queue, IsFairHoweverPeopleComeAndGo) {
  for (uint64_t seed = 1; seed <= 150 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Game(seed).play(60);
  }
}

// Somebody who has used much waits behind a stream of newcomers, but not for ever.
TEST(Queue, StarvesNobodyBehindAStreamOfNewcomers) {
  Rules rules;
  Scene scene{.rules = &rules, .places = 10, .devices = {{"d", "T4"}}};
  const auto come = [&](const std::string& user, double used_ms) {
    scene.waiting.push_back({.id = {"r_" + user},
                             .person = {{user}, {}, used_ms, {}},
                             .flavor = "t4",
                             .need = {"T4", 1},
                             .since_ms = scene.now_ms,
                             .life_ms = kHour});
  };
  come("heavy", 30.0 * kHour);
  for (int hour = 0; hour < 40; ++hour) {
    come("new" + std::to_string(hour), 0);
    const auto granted = next(scene);
    ASSERT_TRUE(granted);
    if (granted->id.value == "r_heavy") {
      EXPECT_GE(hour, 29);
      EXPECT_LE(hour, 31);
      return;
    }
    std::erase_if(scene.waiting, [&](const Waiting& w) { return w.id == granted->id; });
    scene.now_ms += kHour;
  }
  FAIL() << "starved";
}

}  // namespace
}  // namespace colibri::lease
