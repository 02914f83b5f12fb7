#include "supervisor/rooted_folders.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace colibri::supervisor {
namespace {

namespace fs = std::filesystem;

class RootedFoldersTest : public testing::Test {
 protected:
  RootedFoldersTest() {
    std::string pattern = (fs::temp_directory_path() / "rooted_XXXXXX").string();
    top = mkdtemp(pattern.data());
    fs::create_directories(top / "root/share/kernels/python3");
    write(top / "root/share/kernels/python3/kernel.json", "inside");
    write(top / "secret", "outside");
  }
  ~RootedFoldersTest() override { fs::remove_all(top); }

  static void write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

  fs::path top;
};

TEST_F(RootedFoldersTest, ReadsAndLists) {
  const RootedFolders folders(top / "root");
  EXPECT_THAT(folders.list("/share/kernels"), testing::ElementsAre("python3"));
  EXPECT_EQ(folders.read("/share/kernels/python3/kernel.json", 100), "inside");
  EXPECT_FALSE(folders.read("/share/kernels/python3/kernel.json", 3).has_value());
  EXPECT_TRUE(folders.list("/nowhere").empty());
}

TEST_F(RootedFoldersTest, NoLinkLeadsOut) {
  fs::create_symlink(top / "secret", top / "root/absolute");
  fs::create_symlink("../secret", top / "root/relative");
  fs::create_symlink("/", top / "root/up");
  const RootedFolders folders(top / "root");
  EXPECT_FALSE(folders.read("/absolute", 100).has_value());
  EXPECT_FALSE(folders.read("/relative", 100).has_value());
  EXPECT_FALSE(folders.read("/../secret", 100).has_value());
  EXPECT_FALSE(folders.read("/up/secret", 100).has_value());
  EXPECT_EQ(folders.read("/up/share/kernels/python3/kernel.json", 100), "inside");
}

TEST_F(RootedFoldersTest, AFifoBlocksNobody) {
  ASSERT_EQ(mkfifo((top / "root/fifo").c_str(), 0600), 0);
  const RootedFolders folders(top / "root");
  EXPECT_FALSE(folders.read("/fifo", 100).has_value());
}

TEST_F(RootedFoldersTest, KnowsAProgram) {
  write(top / "root/program", "#!/bin/sh");
  fs::permissions(top / "root/program", fs::perms::owner_all);
  fs::create_symlink("/program", top / "root/link");
  fs::create_symlink("/bin/sh", top / "root/away");
  const RootedFolders folders(top / "root");
  EXPECT_TRUE(folders.is_executable("/program"));
  EXPECT_TRUE(folders.is_executable("/link"));
  EXPECT_FALSE(folders.is_executable("/share/kernels/python3/kernel.json"));
  EXPECT_FALSE(folders.is_executable("/away"));
}

TEST_F(RootedFoldersTest, AMissingRootIsEmpty) {
  const RootedFolders folders(top / "none");
  EXPECT_TRUE(folders.list("/").empty());
  EXPECT_FALSE(folders.is_executable("/bin/sh"));
}

}  // namespace
}  // namespace colibri::supervisor
