// What every engine promises (engine.hpp), tried on each: with a "supervisor" that is a script of
// the test, and for Slurm programs that are scripts too and behave as sbatch, squeue and scancel.
// tests/system/test_slurm.py runs the real ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <fstream>

#include "async/event.hpp"
#include "engine/local_engine.hpp"
#include "engine/slurm_engine.hpp"

namespace colibri::engine {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

// One machine that runs whatever is submitted, unless `held` says why not. A job is a folder of
// jobs/: script, name, pid, and `state` once Slurm has done something to it.
constexpr const char* kSbatch = R"sh(#!/bin/bash
cd "$(dirname "$0")"
[[ ! -e away ]] || { echo "sbatch: error: Unable to contact slurm controller" >&2; exit 1; }
[[ ! -e no ]] || { echo "sbatch: error: Batch job submission failed: $(<no)" >&2; exit 1; }
id=$(($(ls jobs | wc -l) + 1))
mkdir "jobs/$id"
for argument; do
  case $argument in
    --job-name=*) echo "${argument#*=}" >"jobs/$id/name" ;;
    --output=*) log=${argument#*=} ;;
  esac
done
cat >"jobs/$id/script"
[[ -e held ]] || { setsid sh "jobs/$id/script" </dev/null >>"$log" 2>&1 & echo $! >"jobs/$id/pid"; }
echo "$id;cluster"
)sh";
constexpr const char* kSqueue = R"sh(#!/bin/bash
cd "$(dirname "$0")"
[[ ! -e away ]] || { echo "slurm_load_jobs error: Unable to contact slurm controller" >&2; exit 1; }
for job in jobs/*/; do
  [[ -e ${job}name ]] || continue
  state=COMPLETED reason=None start=1700000000
  if [[ -e ${job}state ]]; then read -r state <"${job}state"
  elif [[ ! -e ${job}pid ]]; then state=PENDING reason=$(<held) start=1800000000
  elif kill -0 "$(<"${job}pid")" 2>/dev/null; then state=RUNNING
  fi
  echo "$(basename "$job")|$state|$reason|$start|$(<"${job}name")"
done
)sh";
constexpr const char* kScancel = R"sh(#!/bin/bash
cd "$(dirname "$0")"
[[ ! -e away ]] || { echo "scancel: error: Unable to contact slurm controller" >&2; exit 1; }
job=jobs/${!#}
if [[ -e $job/pid ]]; then
  pid=$(<"$job/pid")
  kill -TERM "$pid" 2>/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null || break; sleep 0.02; done
  kill -KILL "$pid" 2>/dev/null
fi
[[ -e $job/state ]] || echo CANCELLED >"$job/state"
)sh";

class EngineTest : public testing::Test {
 protected:
  EngineTest() {
    char name[] = "/tmp/colibri-engine-XXXXXX";
    base_ = mkdtemp(name);
    for (const char* folder : {"run", "slurm/jobs"}) fs::create_directories(base_ / folder);
    program("slurm/sbatch", kSbatch);
    program("slurm/squeue", kSqueue);
    program("slurm/scancel", kScancel);
  }
  ~EngineTest() override {
    engines_.clear();
    fs::remove_all(base_);
  }

  void program(const std::string& name, const std::string& text) {
    std::ofstream(base_ / name) << text;
    fs::permissions(base_ / name, fs::perms::owner_all);
  }
  void supervisor_is(const std::string& script) {
    program("supervisor", "#!/bin/sh\necho $$ >" + (base_ / "pid").string() + "\n" + script);
  }
  // As a new server has it.
  Engine& open(const std::string& kind) {
    if (kind == "local")
      engines_.push_back(
          std::make_unique<LocalEngine>(context_.get_executor(), pool_,
                                        LocalSettings{base_.string(), (base_ / "run").string(),
                                                      (base_ / "supervisor").string()}));
    else
      engines_.push_back(std::make_unique<SlurmEngine>(
          context_.get_executor(), pool_,
          SlurmSettings{.shared_directory = (base_ / "shared").string(),
                        .supervisor = (base_ / "supervisor").string(),
                        .programs = (base_ / "slurm").string(),
                        .poll_ms = 20}));
    return *engines_.back();
  }
  Watcher watcher() {
    return {.died =
                [this](std::string why) {
                  ++deaths_;
                  why_ = std::move(why);
                  died_.set();
                },
            .waiting =
                [this](Waiting waiting) {
                  waits_.push_back(std::move(waiting));
                  waiting_.set();
                },
            .begun =
                [this](int64_t at_ms) {
                  begun_ms_ = at_ms;
                  begun_.set();
                }};
  }
  template <class T>
  T run(Task<T> task) {
    auto result = asio::co_spawn(context_, std::move(task), asio::use_future);
    while (result.wait_for(0s) != std::future_status::ready) {
      context_.restart();
      context_.run_one_for(100ms);
    }
    return result.get();
  }
  Result<Started> start(Engine& engine) {
    return run(engine.start({.runtime = id_, .token = "secret-token"}, watcher()));
  }
  bool until(const std::function<bool()>& done) {
    const auto limit = async::Clock::now() + 10s;
    while (!done() && async::Clock::now() < limit) {
      context_.restart();
      context_.run_one_for(10ms);
    }
    return done();
  }
  // Of the script, once it runs.
  int pid() {
    int found = 0;
    EXPECT_TRUE(until([&] { return static_cast<bool>(std::ifstream(base_ / "pid") >> found); }));
    return found;
  }
  void slurm_says(const std::string& file, const std::string& text) {
    std::ofstream(base_ / "slurm" / file) << text << "\n";
  }

  RuntimeId id_{"r_test"};
  fs::path base_;
  asio::io_context context_;
  async::BlockingPool pool_{1};
  std::vector<std::unique_ptr<Engine>> engines_;
  async::Event died_, waiting_, begun_;
  int deaths_ = 0;
  std::string why_;
  std::vector<Waiting> waits_;
  int64_t begun_ms_ = 0;
};

class EveryEngine : public EngineTest, public testing::WithParamInterface<const char*> {
 protected:
  Engine& engine_ = open(GetParam());
};

INSTANTIATE_TEST_SUITE_P(Engines, EveryEngine, testing::Values("local", "slurm"),
                         [](const auto& param) { return std::string(param.param); });

TEST_P(EveryEngine, HandsTheTokenOverInAPrivateFileOnly) {
  supervisor_is("echo \"$@\"; env; exec sleep 100");
  const auto started = start(engine_);
  ASSERT_TRUE(started) << started.error().detail;
  pid();
  struct stat status {};
  ASSERT_EQ(stat((started->directory + "/supervisor.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  ASSERT_EQ(stat(started->directory.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  const auto said = [&] {
    std::ifstream log(started->directory + "/supervisor.log");
    return std::string{std::istreambuf_iterator<char>(log), {}};
  };
  ASSERT_TRUE(until([&] { return said().find("PATH=") != std::string::npos; }));
  EXPECT_THAT(said(), HasSubstr("--config"));
  EXPECT_EQ(said().find("secret-token"), std::string::npos);
  EXPECT_TRUE(run(engine_.clean_up(id_, 1s)));
}

TEST_P(EveryEngine, TellsOnceThatTheSupervisorDied) {
  supervisor_is("echo it is broken; exit 3");
  ASSERT_TRUE(start(engine_));
  ASSERT_TRUE(run(died_.wait_for(10s)));
  EXPECT_EQ(run(engine_.last_words(id_)), "it is broken");
  EXPECT_EQ(why_, "");
  until([ends = async::Clock::now() + 100ms] { return async::Clock::now() > ends; });
  EXPECT_EQ(deaths_, 1);
}

TEST_P(EveryEngine, SaysWhyThereIsNoSupervisor) {
  (void)start(engine_);  // There is no such file: an engine of its own machine knows at once.
  const bool told = until([&] { return deaths_ > 0; }) || GetParam() == std::string("local");
  EXPECT_TRUE(told);
  EXPECT_TRUE(run(engine_.clean_up(id_, 0s)));
}

TEST_P(EveryEngine, EndsOneThatDoesNotListenAndRemovesItsFolder) {
  supervisor_is("trap '' TERM; while true; do sleep 1; done");
  const auto started = start(engine_);
  ASSERT_TRUE(started);
  const int process = pid();
  ASSERT_TRUE(run(engine_.clean_up(id_, 50ms)));
  EXPECT_TRUE(until([&] { return kill(process, 0) == -1; }));
  EXPECT_FALSE(fs::exists(started->directory));
  EXPECT_TRUE(run(engine_.clean_up(id_, 50ms)));  // Again: nothing to do.
}

TEST_P(EveryEngine, LetsOneThatListensSayItsLastWords) {
  supervisor_is("trap 'echo bye >" + (base_ / "bye").string() +
                "; exit 0' TERM; while true; do sleep 0.01; done");
  ASSERT_TRUE(start(engine_));
  pid();
  ASSERT_TRUE(run(engine_.clean_up(id_, 5s)));
  EXPECT_TRUE(fs::exists(base_ / "bye"));
}

TEST_P(EveryEngine, FindsASupervisorThatAnEarlierServerStarted) {
  supervisor_is("exec sleep 100");
  ASSERT_TRUE(start(engine_));
  const int process = pid();
  engines_.front().reset();
  Engine& later = open(GetParam());
  deaths_ = 0;
  died_.reset();
  ASSERT_TRUE(later.adopt(id_, watcher()));
  kill(process, SIGKILL);
  EXPECT_TRUE(run(died_.wait_for(10s)));
  EXPECT_TRUE(run(later.clean_up(id_, 0s)));
}

TEST_P(EveryEngine, EndsOneThatAnEarlierServerStarted) {
  supervisor_is("exec sleep 100");
  const auto started = start(engine_);
  ASSERT_TRUE(started);
  const int process = pid();
  engines_.front().reset();
  ASSERT_TRUE(run(open(GetParam()).clean_up(id_, 50ms)));
  EXPECT_TRUE(until([&] { return kill(process, 0) == -1; }));
  EXPECT_FALSE(fs::exists(started->directory));
}

TEST_P(EveryEngine, AdoptsNoneThatThereNeverWas) {
  const auto adopted = engine_.adopt({"r_none"}, watcher());
  ASSERT_FALSE(adopted);
  EXPECT_TRUE(run(engine_.clean_up({"r_none"}, 0s)));
}

// --- what only an engine with a queue does

class SlurmEngineTest : public EngineTest {
 protected:
  Engine& engine_ = open("slurm");
};

TEST_F(SlurmEngineTest, SaysWhyAJobWaitsAndWhenItMayBegin) {
  supervisor_is("exec sleep 100");
  slurm_says("held", "Resources");
  ASSERT_TRUE(start(engine_));
  ASSERT_TRUE(run(waiting_.wait_for(10s)));
  EXPECT_EQ(waits_.back(), (Waiting{"Waiting for a free machine.", 1'800'000'000'000}));
  slurm_says("held", "Priority");
  ASSERT_TRUE(until([&] { return waits_.size() == 2; }));
  EXPECT_THAT(waits_.back().why, HasSubstr("Others are before it"));
  ASSERT_TRUE(run(engine_.clean_up(id_, 50ms)));
  EXPECT_EQ(deaths_, 0);
}

TEST_F(SlurmEngineTest, SaysWhenTheJobHasBegun) {
  supervisor_is("exec sleep 100");
  ASSERT_TRUE(start(engine_));
  ASSERT_TRUE(run(begun_.wait_for(10s)));
  EXPECT_EQ(begun_ms_, 1'700'000'000'000);
  EXPECT_TRUE(run(engine_.clean_up(id_, 50ms)));
}

TEST_F(SlurmEngineTest, SaysWhatSlurmDidToTheJob) {
  supervisor_is("exec sleep 100");
  for (const auto& [state, words] :
       {std::pair("NODE_FAIL", "has failed"), std::pair("TIMEOUT", "time in Slurm was over"),
        std::pair("OUT_OF_MEMORY", "more memory"), std::pair("PREEMPTED", "comes first"),
        std::pair("CANCELLED", "cancelled")}) {
    died_.reset();
    const auto started = start(engine_);
    ASSERT_TRUE(started) << started.error().detail;
    ASSERT_TRUE(until([&] { return fs::exists(base_ / "pid"); }));
    const size_t jobs = std::distance(fs::directory_iterator(base_ / "slurm/jobs"), {});
    slurm_says("jobs/" + std::to_string(jobs) + "/state", state);
    ASSERT_TRUE(run(died_.wait_for(10s))) << state;
    EXPECT_THAT(why_, HasSubstr(words)) << state;
    kill(pid(), SIGKILL);
    ASSERT_TRUE(run(engine_.clean_up(id_, 0s)));
    fs::remove(base_ / "pid");
  }
}

TEST_F(SlurmEngineTest, TellsAtOnceThatSlurmRefusesTheJob) {
  slurm_says("no", "Requested node configuration is not available");
  const auto started = start(engine_);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::unavailable);
  EXPECT_EQ(started.error().detail,
            "Slurm refused the job: Requested node configuration is not available");
  EXPECT_TRUE(run(engine_.clean_up(id_, 0s)));
}

TEST_F(SlurmEngineTest, WaitsForAControllerThatIsAwayAndThenSubmits) {
  supervisor_is("exec sleep 100");
  slurm_says("away", "");
  ASSERT_TRUE(start(engine_));
  ASSERT_TRUE(run(waiting_.wait_for(10s)));
  EXPECT_THAT(waits_.back().why, HasSubstr("does not answer"));
  fs::remove(base_ / "slurm/away");
  ASSERT_TRUE(run(begun_.wait_for(10s)));
  EXPECT_EQ(std::distance(fs::directory_iterator(base_ / "slurm/jobs"), {}), 1);
  EXPECT_TRUE(run(engine_.clean_up(id_, 50ms)));
}

TEST_F(SlurmEngineTest, NeverTakesAControllerThatIsAwayForADeath) {
  supervisor_is("exec sleep 100");
  ASSERT_TRUE(start(engine_));
  ASSERT_TRUE(run(begun_.wait_for(10s)));
  slurm_says("away", "");
  until([ends = async::Clock::now() + 300ms] { return async::Clock::now() > ends; });
  EXPECT_EQ(deaths_, 0);
  EXPECT_TRUE(waits_.empty());
  fs::remove(base_ / "slurm/away");
  EXPECT_TRUE(run(engine_.clean_up(id_, 50ms)));
}

TEST_F(SlurmEngineTest, TakesAJobThatSlurmHasForgottenForDead) {
  supervisor_is("exec sleep 100");
  ASSERT_TRUE(start(engine_));
  const int process = pid();
  ASSERT_TRUE(run(begun_.wait_for(10s)));
  fs::remove_all(base_ / "slurm/jobs/1");
  ASSERT_TRUE(run(died_.wait_for(10s)));
  EXPECT_THAT(why_, HasSubstr("does not know the job"));
  kill(process, SIGKILL);
  EXPECT_TRUE(run(engine_.clean_up(id_, 0s)));
}

TEST_F(SlurmEngineTest, FindsAJobByItsNameWhenTheServerDiedBeforeItNotedTheNumber) {
  supervisor_is("exec sleep 100");
  slurm_says("away", "");
  const auto started = start(engine_);
  ASSERT_TRUE(started);
  const std::string note = started->directory + "/job.json";
  const std::string kept = started->directory + "/kept";
  fs::copy_file(note, kept);
  fs::remove(base_ / "slurm/away");
  ASSERT_TRUE(run(begun_.wait_for(10s)));
  engines_.front().reset();
  fs::rename(kept, note);
  begun_.reset();
  Engine& later = open("slurm");
  ASSERT_TRUE(later.adopt(id_, watcher()));
  ASSERT_TRUE(run(begun_.wait_for(10s)));
  EXPECT_EQ(std::distance(fs::directory_iterator(base_ / "slurm/jobs"), {}), 1);
  EXPECT_TRUE(run(later.clean_up(id_, 50ms)));
}

TEST_F(SlurmEngineTest, GoesOnToCancelWhatAnEarlierServerCouldNot) {
  supervisor_is("exec sleep 100");
  const auto started = start(engine_);
  ASSERT_TRUE(started);
  const int process = pid();
  ASSERT_TRUE(run(begun_.wait_for(10s)));
  slurm_says("away", "");
  std::ofstream(started->directory + "/cancel").close();  // As clean_up leaves it.
  engines_.front().reset();
  fs::remove(base_ / "slurm/away");
  open("slurm");
  EXPECT_TRUE(until([&] { return kill(process, 0) == -1; }));
  EXPECT_TRUE(until([&] { return !fs::exists(started->directory); }));
}

}  // namespace
}  // namespace colibri::engine
