#include "engine/local_engine.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <fstream>

#include "engine/process_identity.hpp"
#include "link/supervisor_config.hpp"

namespace colibri::engine {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// What engine_conformance_test.cpp does not try: what only an engine of its own machine can tell.
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
    return run(engine_->start({.runtime = id_, .accelerators = std::move(accelerators)},
                              {[](const std::string&) {}}));
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

TEST_F(LocalEngineTest, SaysThatThereIsNoSupervisor) {
  const auto started = start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(started.error().detail.find("No such file") != std::string::npos);
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
