#include "runtimes/meter_history.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace colibri::runtimes {
namespace {

json::Object meters(double memory) {
  return {{"memory_used", memory}, {"memory_limit", 100}, {"cpu", 1.0}};
}

std::vector<double> column(const json::Object& points, const char* name) {
  std::vector<double> out;
  for (const json::Value& value : *json::array_at(points, name))
    out.push_back(value.if_double().value_or(-1));
  return out;
}

TEST(MeterHistory, KeepsEachPointWhileThereAreFew) {
  MeterHistory history;
  for (int i = 0; i < 3; ++i) history.add(meters(i), 2000 * i);
  EXPECT_EQ(column(history.to_json(), "memory_used"), (std::vector<double>{0, 1, 2}));
  EXPECT_EQ(column(history.to_json(), "time_ms"), (std::vector<double>{0, 2000, 4000}));
  EXPECT_EQ(history.every_ms(), 2000);
}

TEST(MeterHistory, HoldsTwelveHoursInAFixedNumberOfPointsAndLosesNoPeak) {
  MeterHistory history;
  const int64_t all = 12 * 3600 / 2;
  for (int64_t i = 0; i < all; ++i) history.add(meters(i == 5000 ? 99 : 10), 2000 * i);
  const json::Object points = history.to_json();
  const auto used = column(points, "memory_used");
  EXPECT_LT(used.size(), MeterHistory::kMostPoints);
  EXPECT_GE(used.size(), MeterHistory::kMostPoints / 3);
  EXPECT_EQ(std::ranges::count(used, 99.0), 1);
  const auto times = column(points, "time_ms");
  EXPECT_TRUE(std::ranges::is_sorted(times));
  EXPECT_LT(times.front(), 200'000);
  EXPECT_GT(times.back(), 2000.0 * static_cast<double>(all) - 200'000);
  EXPECT_NEAR(column(points, "cpu")[100], 1.0, 1e-9);
}

TEST(MeterHistory, TellsAcceleratorsAndWhatTheyDoNotTell) {
  MeterHistory history;
  history.add(meters(1), 0);
  json::Object with = meters(2);
  with.set("accelerators", json::Array{json::Object{{"id", "GPU-1"},
                                                    {"memory_used", 5},
                                                    {"memory_total", 16},
                                                    {"utilization", nullptr}},
                                       json::Object{{"no", "id"}}, json::Value("bad")});
  history.add(with, 2000);
  const json::Object points = history.to_json();
  const json::Object* gpu = json::object_at(*json::object_at(points, "accelerators"), "GPU-1");
  ASSERT_TRUE(gpu);
  EXPECT_EQ(json::object_at(points, "accelerators")->size(), 1u);
  EXPECT_TRUE((*json::array_at(*gpu, "memory_used"))[0].is_null());
  EXPECT_EQ((*json::array_at(*gpu, "memory_used"))[1].if_double(), 5.0);
  EXPECT_TRUE((*json::array_at(*gpu, "utilization"))[1].is_null());
}

TEST(MeterHistory, TakesWhatIsNoNumberForNothing) {
  MeterHistory history;
  history.add({{"memory_used", "much"}, {"cpu", -3}, {"accelerators", 7}}, 0);
  EXPECT_EQ(column(history.to_json(), "memory_used"), std::vector<double>{0});
  EXPECT_EQ(column(history.to_json(), "cpu"), std::vector<double>{0});
}

}  // namespace
}  // namespace colibri::runtimes
