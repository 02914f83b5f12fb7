#include "supervisor/executions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "supervisor/kernel_death.hpp"
#include "supervisor/kernel_environment.hpp"

namespace colibri::supervisor {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Executions, RunsOneAtATimeInOrder) {
  Executions executions;
  EXPECT_TRUE(executions.take({{"a"}, "1"}));
  EXPECT_TRUE(executions.take({{"b"}, "2"}));
  EXPECT_EQ(executions.start_next()->code, "1");
  EXPECT_FALSE(executions.start_next().has_value());
  EXPECT_TRUE(executions.finish(false).empty());
  EXPECT_EQ(executions.start_next()->code, "2");
}

TEST(Executions, TakesEachOnce) {
  Executions executions;
  EXPECT_TRUE(executions.take({{"a"}, "1"}));
  (void)executions.start_next();
  (void)executions.finish(false);
  EXPECT_FALSE(executions.take({{"a"}, "1"}));
  EXPECT_TRUE(executions.note({"b"}));
  EXPECT_FALSE(executions.take({{"b"}, "2"}));
}

TEST(Executions, AnErrorStopsThoseBehindUnlessToldNotTo) {
  Executions stopping;
  stopping.take({{"a"}, "1", true});
  stopping.take({{"b"}, "2", true});
  (void)stopping.start_next();
  EXPECT_THAT(stopping.finish(true), ElementsAre(ExecutionId{"b"}));

  Executions going_on;
  going_on.take({{"a"}, "1", false});
  going_on.take({{"b"}, "2", false});
  (void)going_on.start_next();
  EXPECT_TRUE(going_on.finish(true).empty());
  EXPECT_TRUE(going_on.waiting());
}

TEST(Executions, WhatCouldNotBeSentWaitsInFront) {
  Executions executions;
  executions.take({{"a"}, "1"});
  executions.take({{"b"}, "2"});
  executions.put_back(*executions.start_next());
  EXPECT_FALSE(executions.running().has_value());
  EXPECT_EQ(executions.start_next()->code, "1");
}

TEST(Executions, AbandonNamesTheRunningOneFirst) {
  Executions executions;
  executions.take({{"a"}, "1"});
  executions.take({{"b"}, "2"});
  (void)executions.start_next();
  EXPECT_THAT(executions.abandon(), ElementsAre(ExecutionId{"a"}, ExecutionId{"b"}));
  EXPECT_FALSE(executions.waiting());
}

TEST(KernelDeath, SaysOutOfMemoryOnlyWhenTheSystemKilledForThat) {
  const KernelDeath oom = kernel_death({0, SIGKILL}, true, 4ull << 30);
  EXPECT_EQ(oom.reason, "out_of_memory");
  EXPECT_THAT(oom.detail, HasSubstr("4.0 GiB"));
  EXPECT_EQ(kernel_death({0, SIGKILL}, false, 0).reason, "kernel_died");
  EXPECT_EQ(kernel_death({1, 0}, true, 0).reason, "kernel_died");
  EXPECT_THAT(kernel_death({0, SIGSEGV}, false, 0).detail, HasSubstr("Segmentation fault"));
  EXPECT_THAT(kernel_death({3, 0}, false, 0).detail, HasSubstr("status 3"));
}

TEST(KernelEnvironment, LaterPartsWinAndNoParentIdGoesIn) {
  link::SupervisorConfig config;
  config.env = {{"A", "lease"}, {"JPY_PARENT_PID", "1"}, {"LANG", "de_DE.UTF-8"}};
  jupyter::Kernelspec spec;
  spec.env = {{"A", "spec ${A}"}};
  const auto env = kernel_environment(base_environment(config, "/bin", "/root"), spec);
  EXPECT_THAT(env, Contains("A=spec lease"));
  EXPECT_THAT(env, Contains("LANG=de_DE.UTF-8"));
  EXPECT_THAT(env, Contains("LC_ALL=C.UTF-8"));
  EXPECT_THAT(env, Not(Contains(HasSubstr("JPY_PARENT_PID"))));
}

TEST(KernelEnvironment, TakesThePathOfTheManifestOrTheUsualOne) {
  EXPECT_EQ(path_of_manifest(R"({"path":"/opt/venv/bin:/usr/bin"})"), "/opt/venv/bin:/usr/bin");
  EXPECT_THAT(path_of_manifest("no json"), HasSubstr("/usr/local/bin"));
  EXPECT_THAT(path_of_manifest(R"({"path":"relative"})"), HasSubstr("/usr/local/bin"));
}

}  // namespace
}  // namespace colibri::supervisor
