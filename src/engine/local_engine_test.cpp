#include "engine/local_engine.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <fstream>

#include "async/event.hpp"
#include "engine/process_identity.hpp"
#include "link/supervisor_config.hpp"

namespace colibri::engine {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// The "supervisor" is a script that the test writes.
class LocalEngineTest : public testing::Test {
 protected:
  LocalEngineTest() {
    char name[] = "/tmp/colibri-engine-XXXXXX";
    base_ = mkdtemp(name);
    fs::create_directories(base_ / "run");
    engine_.emplace(context_.get_executor(), pool_,
                    LocalSettings{base_.string(), (base_ / "run").string(),
                                  (base_ / "supervisor").string(), &inventory_});
  }
  ~LocalEngineTest() override { fs::remove_all(base_); }

  void supervisor_is(const std::string& script) {
    std::ofstream(base_ / "supervisor") << "#!/bin/sh\n" << script;
    fs::permissions(base_ / "supervisor", fs::perms::owner_all);
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
  Result<Started> start(std::vector<std::string> accelerators = {}) {
    return run(engine_->start(
        {.runtime = id_, .token = "secret-token", .accelerators = std::move(accelerators)},
        {[this](const std::string&) { died_.set(); }}));
  }

  RuntimeId id_{"r_test"};
  accelerators::Inventory inventory_{{.root = "",
                                      .nvml = "/none",
                                      .declared = {{.model = "npu",
                                                    .devices = {"/dev/null"},
                                                    .env = {{"NPU", "{n}"}},
                                                    .meter_file = "/run/npu{n}"}}}};
  fs::path base_;
  asio::io_context context_;
  async::BlockingPool pool_{1};
  std::optional<LocalEngine> engine_;
  async::Event died_;
};

TEST_F(LocalEngineTest, HandsOverTheAcceleratorsWithWhatTheyNeed) {
  inventory_.look();
  supervisor_is("exit 0");
  const auto started = start({"npu-0"});
  ASSERT_TRUE(started) << started.error().detail;
  std::ifstream file(started->directory + "/supervisor.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto config = link::supervisor_config_from_json(*json::parse_object(text));
  ASSERT_TRUE(config);
  EXPECT_EQ(config->env.at("NPU"), "0");
  ASSERT_EQ(config->accelerators.size(), 1u);
  EXPECT_EQ(config->accelerators[0].meter_path, "/run/npu0");
  ASSERT_EQ(config->edits.devices.size(), 1u);
  EXPECT_EQ(config->edits.devices[0].minor, 3);
  run(engine_->clean_up(id_, 1s)).value();
}

TEST_F(LocalEngineTest, AnAcceleratorThatCannotBeUsedIsTold) {
  inventory_.look();
  inventory_.lose("npu-0", "it fell off the bus");
  const auto started = start({"npu-0"});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::unavailable);
  EXPECT_NE(started.error().detail.find("it fell off the bus"), std::string::npos);
}

TEST_F(LocalEngineTest, HandsTheTokenOverInAPrivateFileOnly) {
  supervisor_is("echo \"$@\"; env");
  const auto started = start();
  ASSERT_TRUE(started) << started.error().detail;
  ASSERT_TRUE(run(died_.wait_for(10s)));
  struct stat status {};
  ASSERT_EQ(stat((started->directory + "/supervisor.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  std::ifstream log(started->directory + "/supervisor.log");
  const std::string said{std::istreambuf_iterator<char>(log), {}};
  EXPECT_NE(said.find("--config"), std::string::npos);
  EXPECT_EQ(said.find("secret-token"), std::string::npos);
}

TEST_F(LocalEngineTest, TellsWhenTheSupervisorDies) {
  supervisor_is("echo it is broken; exit 3");
  ASSERT_TRUE(start());
  EXPECT_TRUE(run(died_.wait_for(10s)));
  EXPECT_EQ(run(engine_->last_words(id_)), "it is broken");
}

TEST_F(LocalEngineTest, EndsOneThatDoesNotListenAndRemovesItsFolders) {
  supervisor_is("trap '' TERM; while true; do sleep 1; done");
  const auto started = start();
  ASSERT_TRUE(started);
  ASSERT_TRUE(run(engine_->clean_up(id_, 50ms)));
  EXPECT_EQ(kill(static_cast<pid_t>(started->pid), 0), -1);
  EXPECT_FALSE(fs::exists(started->directory));
  EXPECT_FALSE(fs::exists(base_ / "run" / "r_test"));
  EXPECT_TRUE(run(engine_->clean_up(id_, 50ms)));  // Again: nothing to do.
}

TEST_F(LocalEngineTest, SaysThatThereIsNoSupervisor) {
  const auto started = start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(started.error().detail.find("No such file") != std::string::npos);
}

TEST_F(LocalEngineTest, FindsASupervisorThatAnEarlierServerStarted) {
  supervisor_is("exec sleep 100");
  const auto started = start();
  ASSERT_TRUE(started);
  LocalEngine later(context_.get_executor(), pool_,
                    {base_.string(), (base_ / "run").string(), "x"});
  async::Event died;
  ASSERT_TRUE(later.adopt(id_, {[&](const std::string&) { died.set(); }}));
  kill(static_cast<pid_t>(started->pid), SIGKILL);
  EXPECT_TRUE(run(died.wait_for(10s)));
}

TEST_F(LocalEngineTest, DoesNotTakeAnotherProcessForTheSupervisor) {
  const auto self = identify(getpid());
  ASSERT_TRUE(self);
  fs::create_directories(base_ / "runtimes" / "r_test");
  std::ofstream(base_ / "runtimes" / "r_test" / "supervisor.pid")
      << to_text({self->pid, self->start_ticks + 1});
  const auto adopted = engine_->adopt(id_, {[](const std::string&) {}});
  ASSERT_FALSE(adopted);
  EXPECT_EQ(adopted.error().code, ErrorCode::not_found);
}

TEST_F(LocalEngineTest, CannotTellWithoutTheFile) {
  const auto adopted = engine_->adopt(id_, {[](const std::string&) {}});
  ASSERT_FALSE(adopted);
  EXPECT_EQ(adopted.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace colibri::engine
