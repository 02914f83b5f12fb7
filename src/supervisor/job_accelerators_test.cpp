#include "supervisor/job_accelerators.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace colibri::supervisor {
namespace {

using accelerators::Accelerator;
using accelerators::Kind;
using testing::ElementsAre;

const std::vector<Accelerator> kHere = {{.id = "GPU-a", .kind = Kind::nvidia},
                                        {.id = "MIG-b1", .kind = Kind::nvidia},
                                        {.id = "amd0", .kind = Kind::amd},
                                        {.id = "GPU-c", .kind = Kind::nvidia}};

TEST(JobAccelerators, AreCountedOrNamed) {
  EXPECT_THAT(named_accelerators("0,1", kHere, Kind::nvidia).value(),
              ElementsAre("GPU-a", "GPU-c"));
  EXPECT_THAT(named_accelerators("GPU-c,MIG-b1", kHere, Kind::nvidia).value(),
              ElementsAre("GPU-c", "MIG-b1"));
  EXPECT_THAT(named_accelerators("0", kHere, Kind::amd).value(), ElementsAre("amd0"));
  EXPECT_TRUE(named_accelerators("", kHere, Kind::nvidia).value().empty());
}

TEST(JobAccelerators, ThatAreNotHereAreAnError) {
  EXPECT_EQ(named_accelerators("2", kHere, Kind::nvidia).error().code, ErrorCode::not_found);
  EXPECT_EQ(named_accelerators("GPU-x", kHere, Kind::nvidia).error().code, ErrorCode::not_found);
}

TEST(JobAccelerators, ThatAreDeclaredHaveNumbers) {
  EXPECT_THAT(declared_accelerators("0,3", "T4").value(), ElementsAre("T4-0", "T4-3"));
  EXPECT_EQ(declared_accelerators("GPU-a", "T4").error().code, ErrorCode::invalid);
}

TEST(JobAccelerators, ThatAreDeclaredComeWithTheirNodesAndVariables) {
  link::SupervisorConfig config;
  config.job_accelerators = 1;
  config.declared.emplace_back(to_json(accelerators::Declared{
      .model = "T4", .count = 2, .devices = {"/dev/zero"}, .env = {{"WHICH", "t{n}"}}}));
  setenv("SLURM_JOB_GPUS", "1", 1);
  const auto added = add_job_accelerators(config);
  unsetenv("SLURM_JOB_GPUS");
  ASSERT_TRUE(added) << added.error().detail;
  EXPECT_EQ(config.accelerators.front().id, "T4-1");
  EXPECT_EQ(config.env["WHICH"], "t1");
  EXPECT_EQ(config.edits.devices.front().path, "/dev/zero");
}

TEST(JobAccelerators, AreNotLookedForWithoutNeed) {
  link::SupervisorConfig none, host;
  host.job_accelerators = 1;
  host.sandbox = "none";
  EXPECT_TRUE(add_job_accelerators(none));
  EXPECT_TRUE(add_job_accelerators(host));
  EXPECT_TRUE(none.edits.empty() && host.edits.empty());
}

}  // namespace
}  // namespace colibri::supervisor
