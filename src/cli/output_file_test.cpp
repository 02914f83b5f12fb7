#include "cli/output_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace colibri::cli {
namespace {

namespace fs = std::filesystem;

class OutputFileTest : public testing::Test {
 protected:
  OutputFileTest() {
    char name[] = "/tmp/colibri-output-XXXXXX";
    folder_ = mkdtemp(name);
  }
  ~OutputFileTest() override { fs::remove_all(folder_); }
  static std::string get(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  fs::path folder_;
};

TEST_F(OutputFileTest, ReplacesTheFileAndKeepsItsMode) {
  std::ofstream(folder_ / "a") << "old";
  chmod((folder_ / "a").c_str(), 0640);
  ASSERT_TRUE(write_output_file(folder_ / "a", "new"));
  EXPECT_EQ(get(folder_ / "a"), "new");
  struct stat status {};
  stat((folder_ / "a").c_str(), &status);
  EXPECT_EQ(status.st_mode & 0777, 0640U);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

TEST_F(OutputFileTest, FollowsALink) {
  std::ofstream(folder_ / "a") << "old";
  fs::create_symlink("a", folder_ / "link");
  ASSERT_TRUE(write_output_file(folder_ / "link", "new"));
  EXPECT_EQ(get(folder_ / "a"), "new");
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
}

TEST_F(OutputFileTest, WritesToADevice) {
  EXPECT_TRUE(write_output_file("/dev/null", "new"));
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(OutputFileTest, LeavesNothingWhenItCannotWrite) {
  EXPECT_FALSE(write_output_file(folder_ / "missing" / "a", "new"));
  EXPECT_FALSE(write_output_file(folder_, "new"));
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST(TerminalText, KeepsColorsOnlyWhereTheyAreWanted) {
  EXPECT_EQ(terminal_text("\x1b[0;31mred\x1b[0m", false), "red");
  EXPECT_EQ(terminal_text("\x1b[0;31mred\x1b[0m", true), "\x1b[0;31mred\x1b[0m");
}

TEST(TerminalText, LeavesOutWhatCouldCommandATerminal) {
  EXPECT_EQ(terminal_text("a\x1b]0;title\x07"
                          "b\x1b[2Jc\rd\x1b]52;c;AAAA\x1b\\e\x08\n\t\x1b",
                          true),
            "abcde\n\t");
}

}  // namespace
}  // namespace colibri::cli
