// What both kinds of sandbox promise.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "engine/cgroup_mounts.hpp"
#include "engine/sweep.hpp"
#include "supervisor/sandbox_fixture.hpp"

namespace colibri::supervisor {
namespace {

using fixture::Box;
using fixture::Outcome;
using ::testing::HasSubstr;

class AnySandbox : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!Box::can_run(GetParam())) GTEST_SKIP() << "needs root and COLIBRI_TEST_ROOTFS";
    box_.emplace(GetParam());
    const auto error = box_->start();
    ASSERT_FALSE(error) << error->detail;
  }

  // A word for the command line of a process, by which it is found again.
  static std::string marker() {
    static int count = 0;
    return "1234" + std::to_string(::getpid()) + std::to_string(++count);
  }

  std::optional<Box> box_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, AnySandbox, ::testing::Values("none", "auto"),
                         [](const auto& info) {
                           return std::string(info.param) == "none" ? "None" : "Container";
                         });

TEST_P(AnySandbox, TellsTheExitStatus) {
  const Outcome outcome = box_->shell("echo out; echo err >&2; exit 7");
  EXPECT_EQ(outcome.end.status, 7);
  EXPECT_EQ(outcome.end.signal, 0);
  EXPECT_EQ(outcome.output, "out\nerr\n");
}

TEST_P(AnySandbox, TellsTheSignalThatEndedAProcess) {
  EXPECT_EQ(box_->shell("kill -USR1 $$").end.signal, SIGUSR1);
}

TEST_P(AnySandbox, TellsOfAProcessThatIsQuickerThanTheAnswer) {
  for (int i = 0; i < 20; ++i) {
    const auto id = box_->spawn(box_->request({"/bin/true"}));
    ASSERT_TRUE(id);
    EXPECT_TRUE(box_->wait(*id)) << i;
  }
}

TEST_P(AnySandbox, SaysThatThereIsNoSuchProgram) {
  const auto id = box_->spawn(box_->request({"no-such-program"}));
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code, ErrorCode::not_found);
}

TEST_P(AnySandbox, SaysThatAProgramMayNotBeRun) {
  const auto id = box_->spawn(box_->request({"/etc/passwd"}));
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code, ErrorCode::denied);
}

TEST_P(AnySandbox, RefusesArgumentsThatAreTooLarge) {
  const auto id = box_->spawn(box_->request({"/bin/true", std::string(70'000, 'x')}));
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code, ErrorCode::too_large);
}

TEST_P(AnySandbox, PassesArgumentsAndEnvironmentUnchanged) {
  SpawnRequest odd =
      box_->request({"/bin/sh", "-c", "[ \"$1\" = \"$ODD\" ] && [ \"$(printenv | wc -l)\" -ge 2 ]",
                     "sh", "a\"\\\n\té \xf0\x9f\x90\xa6 $HOME"});
  odd.env.push_back("ODD=" + odd.argv.back());
  const auto id = box_->spawn(odd);
  ASSERT_TRUE(id);
  EXPECT_EQ(box_->wait(*id)->status, 0);
}

TEST_P(AnySandbox, StartsInContent) {
  ASSERT_EQ(box_->shell("echo hello > file").end.status, 0);
  EXPECT_EQ(engine::read_small_file(box_->sandbox->host_path("/content/file")), "hello\n");
}

TEST_P(AnySandbox, StartsAtTheRootWithoutAFolder) {
  SpawnRequest lost = box_->request({"/bin/sh", "-c", "[ \"$(pwd)\" = / ]"});
  lost.cwd = "/no/such/folder";
  const auto id = box_->spawn(lost);
  ASSERT_TRUE(id);
  EXPECT_EQ(box_->wait(*id)->status, 0);
}

TEST_P(AnySandbox, HandsOverThreeDescriptorsAndNoSignalState) {
  // ls itself opens the folder as the fourth.
  EXPECT_EQ(box_->shell("exec ls /proc/self/fd").output, "0\n1\n2\n3\n");
  const std::string status = box_->run({"cat", "/proc/self/status"}).output;
  for (const char* state : {"SigBlk", "SigIgn", "SigCgt"}) {
    EXPECT_THAT(status, HasSubstr(std::string(state) + ":\t0000000000000000\n"));
  }
}

TEST_P(AnySandbox, SignalsAWholeGroup) {
  const std::string word = marker();
  const auto id = box_->spawn(box_->request({"/bin/sh", "-c", "sleep " + word + " & wait"}));
  ASSERT_TRUE(id);
  ASSERT_TRUE(fixture::within(5, [&] { return fixture::processes_with(word) >= 2; }));
  box_->sandbox->signal(*id, SIGTERM, /*group=*/true);
  EXPECT_EQ(box_->wait(*id)->signal, SIGTERM);
  EXPECT_TRUE(fixture::within(5, [&] { return fixture::processes_with(word) == 0; }));
}

TEST_P(AnySandbox, IgnoresSignalsForTheUnknown) {
  box_->sandbox->signal(0, SIGKILL, true);
  box_->sandbox->signal(12'345, SIGKILL, true);
  EXPECT_EQ(box_->shell("exit 3").end.status, 3);
}

TEST_P(AnySandbox, EndsDaemonsWhenItStops) {
  const std::string word = marker();
  ASSERT_EQ(box_->shell("(setsid sh -c 'setsid sleep " + word + " & setsid sleep " + word +
                        "' > /dev/null 2>&1 &)")
                .end.status,
            0);
  ASSERT_TRUE(fixture::within(5, [&] { return fixture::processes_with(word) >= 2; }));
  box_->stop();
  EXPECT_EQ(fixture::processes_with(word), 0);
}

TEST_P(AnySandbox, LeavesNothingWhenItStops) {
  const std::string run_dir = box_->config.run_dir;
  box_->stop();
  box_->stop();
  EXPECT_FALSE(std::filesystem::exists(run_dir));
  for (const std::string& folder : engine::cgroup_folders(box_->config.cgroup)) {
    EXPECT_FALSE(std::filesystem::exists(folder)) << folder;
  }
  EXPECT_THAT(engine::mount_points_below(engine::read_small_file("/proc/self/mountinfo"), run_dir),
              ::testing::IsEmpty());
  EXPECT_EQ(box_->gone, "");
}

TEST_P(AnySandbox, RefusesToSpawnOnceStopped) {
  box_->stop();
  const auto id = box_->spawn(box_->request({"/bin/true"}));
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code, ErrorCode::unavailable);
}

TEST_P(AnySandbox, TakesASocketOfTheKernelsDirectory) {
  const KernelDirectory& folder = box_->sandbox->kernel_directory();
  EXPECT_LE(folder.host.size(), 80u);
  ASSERT_EQ(box_->shell("echo here > " + folder.inside + "/file").end.status, 0);
  EXPECT_EQ(engine::read_small_file(folder.host + "/file"), "here\n");
}

TEST_P(AnySandbox, MetersMemoryAndDisk) {
  const Meters meters = box_->sandbox->meters();
  EXPECT_GT(meters.memory_used, 0u);
  EXPECT_GT(meters.memory_limit, meters.memory_used);
  EXPECT_GT(meters.disk_total, meters.disk_used);
}

// The supervisor is killed: here a child of ours plays it.
TEST_P(AnySandbox, EndsWithItsSupervisorHoweverThatDied) {
  const std::string word = marker();
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  Box orphaned(GetParam());
  const int slirps = fixture::processes_with("slirp4netns");
  const pid_t supervisor = ::fork();
  if (supervisor == 0) {
    orphaned.config.network = "slirp4netns";
    const bool started =
        !orphaned.start() &&
        orphaned.shell("(setsid sleep " + word + " > /dev/null 2>&1 &) ; setsid sleep " + word +
                       " > /dev/null 2>&1 &")
                .end.status == 0;
    (void)!::write(pipe_ends[1], started ? "y" : "n", 1);
    for (;;) ::pause();
  }
  char answer = 'n';
  ASSERT_EQ(::read(pipe_ends[0], &answer, 1), 1);
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
  ASSERT_TRUE(fixture::within(5, [&] { return fixture::processes_with(word) >= 2; }));
  ::kill(supervisor, SIGKILL);
  ::waitpid(supervisor, nullptr, 0);

  EXPECT_EQ(answer, 'y');
  EXPECT_TRUE(fixture::within(5, [&] { return fixture::processes_with(word) == 0; }));
  EXPECT_TRUE(fixture::within(5, [&] { return fixture::processes_with("slirp4netns") <= slirps; }));
  const auto swept =
      engine::sweep_runtime({.cgroup = orphaned.config.cgroup, .run_dir = orphaned.config.run_dir});
  EXPECT_TRUE(swept) << swept.error().detail;
  EXPECT_FALSE(std::filesystem::exists(orphaned.config.run_dir));
  for (const std::string& folder : engine::cgroup_folders(orphaned.config.cgroup)) {
    EXPECT_FALSE(std::filesystem::exists(folder)) << folder;
  }
}

}  // namespace
}  // namespace colibri::supervisor
