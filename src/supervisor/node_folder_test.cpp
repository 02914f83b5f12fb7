#include "supervisor/node_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "async/timer.hpp"

namespace colibri::supervisor {
namespace {

namespace fs = std::filesystem;

class NodeFolderTest : public testing::Test {
 protected:
  NodeFolderTest() {
    std::string pattern = (fs::temp_directory_path() / "node_XXXXXX").string();
    top_ = mkdtemp(pattern.data());
    base_ = top_ / ("colibri-" + std::to_string(geteuid()));
  }
  ~NodeFolderTest() override { fs::remove_all(top_); }

  link::SupervisorConfig config(const std::string& runtime) {
    link::SupervisorConfig config;
    config.runtime = {runtime};
    config.node_dir = top_;
    return config;
  }

  fs::path top_, base_;
};

TEST_F(NodeFolderTest, LivesAsLongAsItsSupervisor) {
  auto one = config("r_1");
  {
    const auto folder = NodeFolder::make(one);
    ASSERT_TRUE(folder) << folder.error().detail;
    EXPECT_EQ(one.runtime_dir, base_ / "r_1/runtime");
    struct stat status {};
    ASSERT_EQ(stat(one.run_dir.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700U);
  }
  EXPECT_FALSE(fs::exists(base_ / "r_1"));
}

TEST_F(NodeFolderTest, ClearsAwayWhatKilledOnesLeftAndNothingElse) {
  auto living = config("r_living");
  const auto kept = NodeFolder::make(living);
  ASSERT_TRUE(kept);
  fs::create_directories(base_ / "r_killed/runtime/upper");
  std::ofstream(base_ / "r_killed/lock").close();
  auto next = config("r_next");
  ASSERT_TRUE(NodeFolder::make(next));
  EXPECT_FALSE(fs::exists(base_ / "r_killed"));
  EXPECT_TRUE(fs::exists(base_ / "r_living/runtime"));
}

TEST_F(NodeFolderTest, IsOneSupervisorsOnly) {
  auto first = config("r_1"), second = config("r_1");
  const auto folder = NodeFolder::make(first);
  ASSERT_TRUE(folder);
  EXPECT_EQ(NodeFolder::make(second).error().code, ErrorCode::conflict);
}

TEST_F(NodeFolderTest, TrustsNoFolderThatOthersCanRead) {
  fs::create_directory(base_);
  fs::permissions(base_, fs::perms::group_read, fs::perm_options::add);
  auto one = config("r_1");
  EXPECT_EQ(NodeFolder::make(one).error().code, ErrorCode::denied);
  fs::remove(base_);
  fs::create_directory_symlink("/tmp", base_);
  EXPECT_EQ(NodeFolder::make(one).error().code, ErrorCode::denied);
}

TEST_F(NodeFolderTest, TakesNoNameThatLeadsOut) {
  for (const char* name : {"..", "a/b", ""}) {
    auto one = config(name);
    EXPECT_FALSE(NodeFolder::make(one)) << name;
  }
}

TEST_F(NodeFolderTest, GivesTheKernelWhatTheJobWasGiven) {
  setenv("COLIBRI_TEST_GPUS", "1", 1);
  auto one = config("r_1");
  one.pass_env = {"COLIBRI_TEST_GPUS", "COLIBRI_TEST_NOT_SET"};
  one.life_ms = 60'000;
  ASSERT_TRUE(NodeFolder::make(one));
  unsetenv("COLIBRI_TEST_GPUS");
  EXPECT_THAT(one.env, testing::ElementsAre(testing::Pair("COLIBRI_TEST_GPUS", "1")));
  EXPECT_NEAR(static_cast<double>(one.ends_ms), static_cast<double>(async::now_ms() + 60'000),
              5'000);
}

TEST_F(NodeFolderTest, MakesNoneForARuntimeThatHasOne) {
  link::SupervisorConfig given;
  given.runtime_dir = "/given";
  ASSERT_TRUE(NodeFolder::make(given));
  EXPECT_EQ(given.runtime_dir, "/given");
}

}  // namespace
}  // namespace colibri::supervisor
