#include "accelerators/meter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "accelerators/fake_host_fixture.hpp"
#include "accelerators/use.hpp"

namespace colibri::accelerators {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;

class MeterTest : public ::testing::Test {
 protected:
  std::vector<std::unique_ptr<Meter>> nvidia(std::vector<std::string> ids) const {
    std::vector<link::LentAccelerator> lent;
    for (std::string& id : ids) {
      lent.push_back({.id = id, .kind = "nvidia", .meter_path = FAKE_NVML_LIBRARY});
    }
    return make_meters(lent);
  }
  FakeHost host;
};

TEST_F(MeterTest, ReadsMemoryAndUtilisation) {
  host.gpus(
      "GPU-a|T4|0|16000|0|0|0|ok\n"
      "GPU-b|T4|1|16000|4000|42|1|ok\n");
  const auto meters = nvidia({"GPU-a", "GPU-b"});
  const Reading idle = meters[0]->read();
  EXPECT_THAT(idle.utilization, Optional(0));
  EXPECT_FALSE(idle.touched);
  const Reading busy = meters[1]->read();
  EXPECT_THAT(busy.memory_used, Optional(4000u));
  EXPECT_EQ(busy.memory_total, 16000u);
  EXPECT_THAT(busy.utilization, Optional(42));
  EXPECT_TRUE(busy.touched);
  EXPECT_THAT(busy.lost, IsEmpty());
}

TEST_F(MeterTest, ASliceCannotTellItsUtilisationWhichIsNotZero) {
  host.gpus(
      "GPU-c|A100|0|40000|0|-|0|ok\n"
      "MIG-1|A100 MIG 1g.5gb|1|5000|100|-|1|ok\n");
  const Reading reading = nvidia({"MIG-1"})[0]->read();
  EXPECT_EQ(reading.utilization, std::nullopt);
  EXPECT_THAT(reading.memory_used, Optional(100u));
  EXPECT_TRUE(reading.touched);
  EXPECT_THAT(reading.lost, IsEmpty());
}

TEST_F(MeterTest, TellsOfAGpuThatIsLostOrGone) {
  host.gpus("GPU-a|T4|0|16000|0|0|0|ok\n");
  const auto meters = nvidia({"GPU-a"});
  EXPECT_THAT(meters[0]->read().lost, IsEmpty());
  host.gpus("GPU-a|T4|0|16000|0|0|0|lost\n");
  EXPECT_THAT(meters[0]->read().lost, HasSubstr("GPU is lost"));
  host.gpus("");
  EXPECT_THAT(meters[0]->read().lost, HasSubstr("Not Found"));
  host.gpus("GPU-a|T4|0|16000|0|0|0|ok\n");
  EXPECT_THAT(meters[0]->read().lost, IsEmpty());
}

TEST_F(MeterTest, ReadsAmdInSys) {
  host.write("device/vendor", "0x1002");
  host.write("device/mem_info_vram_used", "1073741824\n");
  host.write("device/gpu_busy_percent", "7\n");
  const auto meters = make_meters(
      {{.kind = "amd", .memory_bytes = 2u << 30, .meter_path = host.root() + "/device"}});
  EXPECT_THAT(meters[0]->read().utilization, Optional(7));
  EXPECT_THAT(meters[0]->read().memory_used, Optional(1073741824u));
  std::filesystem::remove_all(host.root() + "/device");
  EXPECT_THAT(meters[0]->read().lost, HasSubstr("/sys"));
}

TEST_F(MeterTest, ReadsADeclaredFileOrProgram) {
  host.write("meter", R"({"memory_used": 5, "utilization": 12.5})");
  const std::string path = host.root() + "/meter";
  const auto meters =
      make_meters({{.kind = "declared", .memory_bytes = 9, .meter_path = path},
                   {.kind = "declared", .memory_bytes = 9, .meter_command = {"/bin/cat", path}},
                   {.kind = "declared", .memory_bytes = 9},
                   {.kind = "declared", .memory_bytes = 9, .meter_command = {"/no/such/program"}}});
  for (const size_t which : {0, 1}) {
    const Reading reading = meters[which]->read();
    EXPECT_THAT(reading.memory_used, Optional(5u));
    EXPECT_EQ(reading.memory_total, 9u);
    EXPECT_THAT(reading.utilization, Optional(12.5));
    EXPECT_TRUE(reading.touched);
  }
  for (const size_t which : {2, 3}) {
    const Reading reading = meters[which]->read();
    EXPECT_EQ(reading.memory_used, std::nullopt);
    EXPECT_EQ(reading.utilization, std::nullopt);
  }
}

TEST(DeclaredMeter, TakesNothingOnTrust) {
  EXPECT_EQ(read_declared("{", 7).memory_total, 7u);
  EXPECT_EQ(read_declared(R"({"memory_used": -1})", 7).memory_used, std::nullopt);
  EXPECT_EQ(read_declared(R"({"memory_used": "x"})", 7).memory_used, std::nullopt);
  EXPECT_EQ(read_declared(R"({"utilization": null})", 7).utilization, std::nullopt);
  EXPECT_EQ(read_declared(R"({"utilization": NaN})", 7).utilization, std::nullopt);
  EXPECT_THAT(read_declared(R"({"utilization": 250})", 7).utilization, Optional(100));
  EXPECT_EQ(read_declared(R"({"lost": "it fell"})", 7).lost, "it fell");
}

Reading computing(std::optional<double> percent) {
  return {.utilization = percent, .touched = percent.value_or(0) > 0};
}

TEST(Use, IsNeverUntilSomebodyTouchesIt) {
  Use use(1000);
  for (int poll = 0; poll < 4; ++poll) use.add({computing(0)}, 2000);
  EXPECT_EQ(use.never_used_since(), std::nullopt) << "too few polls to say";
  use.add({computing(0)}, 2000);
  EXPECT_THAT(use.never_used_since(), Optional(1000));
  use.add({Reading{.touched = true}}, 3000);
  EXPECT_EQ(use.never_used_since(), std::nullopt);
  for (int poll = 0; poll < 9; ++poll) use.add({computing(0)}, 4000);
  EXPECT_EQ(use.never_used_since(), std::nullopt);
}

TEST(Use, OneBurstWithinTheLastPollsIsUse) {
  Use use(0);
  for (int poll = 1; poll <= 10; ++poll) use.add({computing(0)}, poll * 1000);
  EXPECT_THAT(use.idle_since(), Optional(0));
  use.add({computing(90)}, 11'000);
  for (int poll = 12; poll <= 15; ++poll) use.add({computing(1)}, poll * 1000);
  EXPECT_EQ(use.idle_since(), std::nullopt);
  use.add({computing(0)}, 16'000);
  EXPECT_THAT(use.idle_since(), Optional(11'000));
}

TEST(Use, WhatCannotTellIsNotIdle) {
  Use use(0);
  for (int poll = 1; poll <= 20; ++poll) use.add({computing(0), computing({})}, poll * 1000);
  EXPECT_EQ(use.idle_since(), std::nullopt);
  EXPECT_THAT(use.never_used_since(), Optional(0));
}

TEST(Use, OneOfSeveralIsEnough) {
  Use use(0);
  for (int poll = 1; poll <= 20; ++poll) use.add({computing(0), computing(50)}, poll * 1000);
  EXPECT_EQ(use.idle_since(), std::nullopt);
}

}  // namespace
}  // namespace colibri::accelerators
