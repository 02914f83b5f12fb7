#include "engine/sweep.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "engine/cgroup_mounts.hpp"

namespace colibri::engine {
namespace {

using ::testing::ElementsAre;
namespace fs = std::filesystem;

class Folder : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/colibri-sweep-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern), nullptr);
    outside_ = pattern;
    tree_ = outside_ / "tree";
    fs::create_directory(tree_);
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(outside_, ignored);
  }

  fs::path outside_;
  fs::path tree_;
};

constexpr const char* kHybrid =
    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"
    "40 31 0:37 / /sys/fs/cgroup/systemd rw shared:9 - cgroup cgroup rw,name=systemd\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";

TEST(CgroupMounts, ReadsAHybridHost) {
  const auto mounts = cgroup_mounts_from(kHybrid);
  ASSERT_EQ(mounts.size(), 3u);
  EXPECT_EQ(mounts[0].folder, "/sys/fs/cgroup/cpu,cpuacct");
  EXPECT_THAT(mounts[0].controllers, ElementsAre("cpu", "cpuacct"));
  EXPECT_FALSE(mounts[0].unified);
  EXPECT_EQ(mounts[2].folder, "/sys/fs/cgroup/unified");
  EXPECT_TRUE(mounts[2].unified);
}

TEST(CgroupMounts, TakesTheUppermostOfTwoMountsOnOneFolder) {
  const auto mounts = cgroup_mounts_from(
      "1 0 0:1 / /sys/fs/cgroup rw - cgroup cgroup rw,cpu\n"
      "2 1 0:2 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  ASSERT_EQ(mounts.size(), 1u);
  EXPECT_TRUE(mounts[0].unified);
}

TEST(CgroupMounts, FindsMountsBelowAFolderOnly) {
  EXPECT_THAT(mount_points_below("1 0 0:1 / /run/a/b/c rw - tmpfs t rw\n"
                                 "1 0 0:1 / /run/a rw - tmpfs t rw\n"
                                 "1 0 0:1 / /run/ab rw - tmpfs t rw\n"
                                 "1 0 0:1 / /run/a/sp\\040ace rw - tmpfs t rw\n",
                                 "/run/a"),
              ElementsAre("/run/a", "/run/a/sp ace", "/run/a/b/c"));
}

TEST_F(Folder, RemovesWhatIsThere) {
  fs::create_directories(tree_ / "a" / "b");
  std::ofstream(tree_ / "a" / "b" / "file") << "x";
  ASSERT_EQ(::mkfifo((tree_ / "pipe").c_str(), 0600), 0);
  ASSERT_TRUE(remove_tree(tree_));
  EXPECT_FALSE(fs::exists(tree_));
}

TEST_F(Folder, FollowsNoLink) {
  std::ofstream(outside_ / "precious") << "x";
  fs::create_directory(outside_ / "others");
  std::ofstream(outside_ / "others" / "precious") << "x";
  fs::create_directory_symlink(outside_ / "others", tree_ / "link");
  ASSERT_TRUE(remove_tree(tree_));
  EXPECT_TRUE(fs::exists(outside_ / "others" / "precious"));
}

// In a mount namespace of its own, so that what is mounted goes with the child.
TEST_F(Folder, RemovesNothingOfWhatIsMountedThere) {
  fs::create_directories(outside_ / "drive" / "folder");
  std::ofstream(outside_ / "drive" / "folder" / "precious") << "x";
  fs::create_directories(tree_ / "a" / "drive");
  const pid_t child = ::fork();
  if (child == 0) {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
      ::_exit(2);
    // Of the same device: a bind mount has that of its source.
    if (::mount((outside_ / "drive").c_str(), (tree_ / "a" / "drive").c_str(), nullptr, MS_BIND,
                nullptr) != 0)
      ::_exit(3);
    ::_exit(remove_tree(tree_) ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 2) GTEST_SKIP() << "only root mounts";
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(fs::exists(outside_ / "drive" / "folder" / "precious"));
}

TEST_F(Folder, SurvivesADepthThatNoPathCanName) {
  int here = ::open(tree_.c_str(), O_RDONLY | O_DIRECTORY);
  for (int depth = 0; depth < 1000; ++depth) {
    ASSERT_EQ(::mkdirat(here, "d", 0700), 0);
    const int next = ::openat(here, "d", O_RDONLY | O_DIRECTORY);
    ::close(here);
    here = next;
  }
  ::close(here);
  ASSERT_TRUE(remove_tree(tree_));
  EXPECT_FALSE(fs::exists(tree_));
}

TEST_F(Folder, RemovesFoldersThatNobodyMayRead) {
  fs::create_directories(tree_ / "locked" / "inner");
  fs::permissions(tree_ / "locked", fs::perms::none);
  ASSERT_TRUE(remove_tree(tree_));
  EXPECT_FALSE(fs::exists(tree_));
}

TEST_F(Folder, TakesNothingThereForSuccess) {
  EXPECT_TRUE(remove_tree(tree_ / "absent"));
}

TEST(Sweep, RefusesNamesThatLeaveTheirPlace) {
  for (const char* name : {"", "/", "colibri/x", "/colibri/../x", "/colibri//x", "/colibri/x/"}) {
    EXPECT_TRUE(cgroup_folders(name).empty()) << name;
  }
  EXPECT_FALSE(sweep_runtime({.cgroup = "", .run_dir = "/"}));
  EXPECT_FALSE(sweep_runtime({.cgroup = "", .run_dir = "relative"}));
}

TEST(Sweep, EndsTheProcessesOfACgroupAndRemovesIt) {
  const std::string cgroup = "/colibri-test-" + std::to_string(::getpid()) + "/one";
  std::vector<std::string> folders;
  for (const std::string& folder : cgroup_folders(cgroup)) {
    // cpuset accepts nobody before it is told which processors; the others do.
    if (folder.find("cpuset") != std::string::npos) continue;
    std::error_code denied;
    fs::create_directories(folder + "/nested", denied);
    if (!denied) folders.push_back(folder);
  }
  if (folders.empty()) GTEST_SKIP() << "may not make cgroups here";
  const pid_t child = ::fork();
  if (child == 0) {
    ::setsid();
    for (;;) ::pause();
  }
  bool joined = false;
  for (const std::string& folder : folders) {
    std::ofstream procs(folder + "/nested/cgroup.procs");
    joined = static_cast<bool>(procs << child << std::flush) || joined;
  }
  EXPECT_TRUE(joined);

  // Reaped by another process than the sweep's, as in real life.
  ::signal(SIGCHLD, SIG_IGN);
  const auto swept = sweep_runtime({.cgroup = cgroup, .run_dir = ""});
  ::signal(SIGCHLD, SIG_DFL);

  EXPECT_TRUE(swept) << swept.error().detail;
  EXPECT_NE(::kill(child, 0), 0);
  for (const std::string& folder : folders) {
    EXPECT_FALSE(fs::exists(fs::path(folder).parent_path())) << folder;
  }
}

}  // namespace
}  // namespace colibri::engine
