#include "supervisor/content_archive.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "supervisor/content_tree.hpp"
#include "supervisor/descriptor.hpp"

namespace colibri::supervisor {
namespace {

namespace fs = std::filesystem;

TEST(ContentArchive, ALinkIsTakenOnlyWhenNoOtherLinkCanLeadItOut) {
  for (const char* inside : {"a", "a/b", "./a", "no/such", "a/./b", "a//b"})
    EXPECT_TRUE(stays_inside(inside, 0)) << inside;
  for (const char* outside : {"", "/", "/etc/passwd", "..", "../a", "a/..", "a/../b", "a/../../b"})
    EXPECT_FALSE(stays_inside(outside, 0)) << outside;
  EXPECT_TRUE(stays_inside("../../a", 2));
  EXPECT_TRUE(stays_inside("./../a", 1));
  EXPECT_FALSE(stays_inside("../../../a", 2));
  EXPECT_FALSE(stays_inside("../a/../b", 2));
  EXPECT_FALSE(stays_inside("..\\a", 2));
}

TEST(ContentArchive, ANameIsItselfOrOneThatNobodyElseHas) {
  const auto none = [](const std::string&) { return false; };
  EXPECT_EQ(archive_name("数据 %.csv", none), "数据 %.csv");
  EXPECT_EQ(archive_name("a\\b%", none), "a%5Cb%25");
  EXPECT_EQ(archive_name("\xff\xc3\xa9", none), "%FF%C3%A9");
  EXPECT_EQ(archive_name("\xc3\xa9\n", none), "\xc3\xa9%0A");
  const auto one = [](const std::string& name) { return name == "%FF"; };
  EXPECT_EQ(archive_name("\xff", one), "%FF%");
}

TEST(ContentArchive, WhatAPersonCouldNotHaveIsNotMeasured) {
  std::string folder = (fs::temp_directory_path() / "content-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  std::ofstream(folder + "/a") << "12345";
  fs::create_directory(folder + "/inner");
  std::ofstream(folder + "/inner/b") << "123";
  std::ofstream(folder + "/sparse").flush();
  fs::resize_file(folder + "/sparse", 1u << 30);
  fs::create_symlink("/etc", folder + "/etc");
  const Descriptor root(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const ContentSize size = measure_content(root.get(), 1 << 20);
  EXPECT_EQ(size.files, 2);
  EXPECT_EQ(size.bytes, 8);
  fs::remove_all(folder);
}

TEST(ContentArchive, AFileThatTurnedIntoSomethingElseIsNotRead) {
  std::string folder = (fs::temp_directory_path() / "content-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  fs::create_symlink("/etc/hostname", folder + "/link");
  const Descriptor root(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (const char* name : {"link", "../etc/hostname", "/etc/hostname", ".", "missing"}) {
    ContentEntry entry;
    entry.folder = root.get();
    entry.name = name;
    EXPECT_FALSE(entry.open().has_value()) << name;
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace colibri::supervisor
