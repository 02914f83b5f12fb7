#include "engine/slurm_commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace colibri::engine {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Launch on_a_t4() {
  return {
      .runtime = {"r_1"}, .token = "secret", .accelerator_model = "T4", .accelerators_wanted = 2};
}

TEST(SlurmCommands, AskForWhatTheFlavorHas) {
  const SlurmSettings settings{.partition = "gpu", .account = "lab", .arguments = {"--exclusive"}};
  const auto argv = sbatch_arguments(settings, on_a_t4(), "/shared/r_1", 12LL * 3'600'000);
  EXPECT_EQ(argv.front(), "sbatch");
  for (const char* argument :
       {"--parsable", "--gres=gpu:t4:2", "--cpus-per-task=2", "--mem=4224M", "--time=727",
        "--signal=B:USR1@300", "--no-requeue", "--comment=r_1", "--job-name=colibri-r_1",
        "--partition=gpu", "--account=lab", "--exclusive", "--output=/shared/r_1/supervisor.log"})
    EXPECT_THAT(argv, Contains(argument));
  EXPECT_THAT(argv, Not(Contains(HasSubstr("secret"))));
}

TEST(SlurmCommands, AskForTheSitesOwnNameOfAnAccelerator) {
  SlurmSettings settings;
  settings.gres["T4"] = "gpu:tesla_t4";
  settings.programs = "/opt/slurm/bin";
  const auto argv = sbatch_arguments(settings, on_a_t4(), "/s", 60'000);
  EXPECT_EQ(argv.front(), "/opt/slurm/bin/sbatch");
  EXPECT_THAT(argv, Contains("--gres=gpu:tesla_t4:2"));
}

TEST(SlurmCommands, AskForNoAcceleratorWhenNoneIsWanted) {
  const auto argv = sbatch_arguments({}, {.runtime = {"r_1"}}, "/s", 60'000);
  EXPECT_THAT(argv, Not(Contains(HasSubstr("--gres"))));
}

TEST(SlurmCommands, QuoteOddPathsInTheScript) {
  EXPECT_EQ(batch_script("/opt/it's/s", "/a b"),
            "#!/bin/sh\numask 022\nexec '/opt/it'\\''s/s' --config '/a b/supervisor.json'\n");
}

TEST(SlurmCommands, ReadTheNumberOfAJob) {
  EXPECT_EQ(parse_submitted("17\n"), "17");
  EXPECT_EQ(parse_submitted("a word of the site\n17;cluster\n"), "17");
  EXPECT_FALSE(parse_submitted("Submitted batch job\n"));
  EXPECT_FALSE(parse_submitted(""));
}

TEST(SlurmCommands, ReadTheListOfJobs) {
  const auto jobs = parse_jobs(
      "12|PENDING|Resources|1795717678|colibri-r_1\n"
      "a warning of the site\n"
      "13|RUNNING|None|NONE|colibri-r_2\n");
  EXPECT_THAT(jobs,
              ElementsAre(SlurmJob{"12", "PENDING", "Resources", 1'795'717'678'000, "colibri-r_1"},
                          SlurmJob{"13", "RUNNING", "None", 0, "colibri-r_2"}));
  EXPECT_TRUE(parse_jobs("").empty());
}

TEST(SlurmCommands, TellWhichJobsWaitRunAndAreOver) {
  for (const char* state : {"PENDING", "CONFIGURING", "REQUEUED", "SPECIAL_EXIT"})
    EXPECT_EQ(phase_of({.state = state}), JobPhase::waiting) << state;
  for (const char* state : {"RUNNING", "COMPLETING", "SUSPENDED"})
    EXPECT_EQ(phase_of({.state = state}), JobPhase::running) << state;
  for (const char* state : {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL",
                            "OUT_OF_MEMORY", "PREEMPTED", "BOOT_FAIL"})
    EXPECT_EQ(phase_of({.state = state}), JobPhase::over) << state;
}

TEST(SlurmCommands, SayInWordsWhyAJobWaits) {
  const auto why = [](const char* reason) {
    return why_waiting({.state = "PENDING", .reason = reason}, "T4");
  };
  EXPECT_EQ(why("Resources"), "Waiting for a free T4.");
  EXPECT_EQ(why_waiting({.reason = "Resources"}, ""), "Waiting for a free machine.");
  EXPECT_THAT(why("Priority"), HasSubstr("Others are before it"));
  EXPECT_THAT(why("QOSMaxGRESPerUser"), HasSubstr("limit of GPUs"));
  EXPECT_THAT(why("AssocGrpGRES"), HasSubstr("limit of GPUs"));
  EXPECT_THAT(why("AssocGrpCpuLimit"), HasSubstr("The limit that"));
  EXPECT_THAT(why("ReqNodeNotAvail, UnavailableNodes:n1"), HasSubstr("maintenance"));
  EXPECT_THAT(why("Nodes_required_for_job_are_DOWN"), HasSubstr("down"));
  EXPECT_THAT(why("BeginTime"), HasSubstr("later time"));
  EXPECT_THAT(why("JobHeldAdmin"), HasSubstr("held"));
  EXPECT_THAT(why("PartitionTimeLimit"), HasSubstr("no machine that it may have"));
  EXPECT_THAT(why("None"), HasSubstr("not looked at it"));
  EXPECT_EQ(why("SomethingNew"), "Slurm says: SomethingNew.");
}

TEST(SlurmCommands, SayInWordsWhatSlurmDidToAJob) {
  for (const char* state : {"CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED",
                            "BOOT_FAIL", "DEADLINE", "GONE"})
    EXPECT_NE(why_over({.state = state}), "") << state;
  EXPECT_EQ(why_over({.state = "COMPLETED", .reason = "None"}), "");
  EXPECT_EQ(why_over({.state = "FAILED", .reason = "NonZeroExitCode"}), "");
  EXPECT_THAT(why_over({.state = "FAILED", .reason = "BadConstraints"}),
              HasSubstr("BadConstraints"));
}

TEST(SlurmCommands, TellAControllerThatIsAwayFromOneThatSaysNo) {
  EXPECT_TRUE(
      is_out_of_reach("sbatch: error: Batch job submission failed: Unable to contact slurm "
                      "controller (connect failure)"));
  EXPECT_TRUE(is_out_of_reach("slurm_load_jobs error: Socket timed out on send/recv operation"));
  const char* no =
      "sbatch: error: Batch job submission failed: Requested node configuration is not available\n";
  EXPECT_FALSE(is_out_of_reach(no));
  EXPECT_EQ(last_complaint(no), "Requested node configuration is not available");
}

}  // namespace
}  // namespace colibri::engine
