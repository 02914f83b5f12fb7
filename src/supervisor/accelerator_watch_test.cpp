#include "supervisor/accelerator_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>

namespace colibri::supervisor {
namespace {

using accelerators::Reading;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;

constexpr int64_t kMinute = 60'000;

link::SupervisorConfig lent(int64_t reclaim_ms = 0) {
  return {.accelerators = {{.id = "npu-0", .title = "NPU", .memory_bytes = 100}},
          .unused_notice_ms = 10 * kMinute,
          .reclaim_idle_ms = reclaim_ms};
}

void poll(AcceleratorState& state, const Reading& reading, int64_t from_ms, int64_t to_ms) {
  for (int64_t now = from_ms; now <= to_ms; now += kMinute) state.add({reading}, now);
}

TEST(AcceleratorState, ShowsWhatIsKnown) {
  AcceleratorState state(lent(), 0);
  ASSERT_THAT(state.meters(), SizeIs(1));
  EXPECT_EQ(state.meters()[0].memory_used, std::nullopt);
  EXPECT_EQ(state.meters()[0].memory_total, 100u);
  state.add({{.memory_used = 7, .memory_total = 90, .utilization = 3}}, 0);
  EXPECT_THAT(state.meters()[0].memory_used, Optional(7u));
  EXPECT_EQ(state.meters()[0].memory_total, 90u);
  EXPECT_THAT(state.meters()[0].utilization, Optional(0.03));
}

TEST(AcceleratorState, RemindsWhoNeverTouchedIt) {
  AcceleratorState state(lent(), 0);
  poll(state, {.utilization = 0}, 0, 9 * kMinute);
  EXPECT_EQ(state.notice(9 * kMinute), std::nullopt);
  EXPECT_EQ(state.notice(10 * kMinute)->kind, "accelerator_unused");
  poll(state, {.utilization = 0, .touched = true}, 11 * kMinute, 11 * kMinute);
  EXPECT_EQ(state.notice(99 * kMinute), std::nullopt);
  EXPECT_FALSE(state.end(999 * kMinute)) << "nothing is reclaimed unless that is configured";
}

TEST(AcceleratorState, ReclaimsWhatIsIdleAfterANotice) {
  AcceleratorState state(lent(120 * kMinute), 0);
  poll(state, {.utilization = 80, .touched = true}, 0, 5 * kMinute);
  poll(state, {.utilization = 0}, 6 * kMinute, 114 * kMinute);
  EXPECT_EQ(state.notice(114 * kMinute), std::nullopt);
  EXPECT_EQ(state.notice(115 * kMinute)->kind, "accelerator_reclaim");
  EXPECT_EQ(state.notice(115 * kMinute)->ends_ms, 125 * kMinute);
  EXPECT_FALSE(state.end(124 * kMinute));
  const auto end = state.end(125 * kMinute);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->reason, "accelerator_idle");
  EXPECT_THAT(end->detail, HasSubstr("NPU was not used for 2 hours"));
}

TEST(AcceleratorState, NeverReclaimsWhatCannotTell) {
  AcceleratorState state(lent(kMinute), 0);
  poll(state, {.memory_used = 5, .touched = true}, 0, 600 * kMinute);
  EXPECT_FALSE(state.end(600 * kMinute));
  EXPECT_EQ(state.notice(600 * kMinute), std::nullopt);
}

TEST(AcceleratorState, EndsWhenItIsGoneAndNotForAStumble) {
  AcceleratorState state(lent(), 0);
  state.add({{.lost = "it fell off the bus"}}, 0);
  EXPECT_FALSE(state.end(0));
  state.add({Reading{}}, 1);
  state.add({{.lost = "it fell off the bus"}}, 2);
  EXPECT_FALSE(state.end(2));
  state.add({{.lost = "it fell off the bus"}}, 3);
  const auto end = state.end(3);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->reason, "accelerator_lost");
  EXPECT_EQ(end->detail, "NPU is gone (it fell off the bus).");
}

TEST(AcceleratorWatch, ReadsOnAThreadOfItsOwn) {
  const std::string path = "/tmp/colibri-meter-" + std::to_string(::getpid());
  std::ofstream(path) << R"({"memory_used": 42})";
  auto config = lent();
  config.accelerators[0].kind = "declared";
  config.accelerators[0].meter_path = path;
  asio::io_context reactor;
  {
    const AcceleratorWatch watch(reactor.get_executor(), config);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!watch.state().meters()[0].memory_used && std::chrono::steady_clock::now() < until) {
      reactor.restart();
      reactor.run_one_for(std::chrono::milliseconds(50));
    }
    EXPECT_THAT(watch.state().meters()[0].memory_used, Optional(42u));
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace colibri::supervisor
