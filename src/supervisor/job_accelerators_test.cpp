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
