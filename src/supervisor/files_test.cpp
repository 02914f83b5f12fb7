#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "supervisor/file_changes.hpp"
#include "supervisor/file_root.hpp"
#include "supervisor/file_upload.hpp"
#include "supervisor/file_watch.hpp"

namespace colibri::supervisor {
namespace {

namespace fs = std::filesystem;

void nothing() {}

// A folder that is all there is, as a container's root is.
class RuntimeFiles : public testing::Test {
 protected:
  RuntimeFiles() {
    std::string name = testing::TempDir() + "filesXXXXXX";
    folder_ = mkdtemp(name.data());
    fs::create_directories(folder_ + "/content/data");
  }
  ~RuntimeFiles() override { fs::remove_all(folder_); }

  [[nodiscard]] FileRoot root() const {
    return FileRoot(Descriptor(open(folder_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)));
  }
  void put(const std::string& path, const std::string& text) const {
    std::ofstream(folder_ + path) << text;
  }
  [[nodiscard]] std::string text(const std::string& path) const {
    std::ifstream file(folder_ + path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string folder_;
};

TEST(FilePaths, AreAbsoluteAndPlain) {
  for (const char* good : {"/", "/a", "/content/a b", "/content/..a", "/content/a\nb"})
    EXPECT_TRUE(check_path(good, false)) << good;
  for (const char* bad : {"", "a", "//a", "/a/", "/a//b", "/.", "/a/../b", "/a/./b"})
    EXPECT_FALSE(check_path(bad, false)) << bad;
  EXPECT_FALSE(check_path(std::string("/a\0b", 4), false));
  EXPECT_FALSE(check_path("/" + std::string(256, 'x'), false));
  for (const char* bad : {"/", "/a\nb", "/a\xff"}) EXPECT_FALSE(check_path(bad, true)) << bad;
}

TEST(FileNames, AreNumberedBeforeTheirEnding) {
  EXPECT_EQ(numbered_name("a.csv", 1), "a (1).csv");
  EXPECT_EQ(numbered_name("a.tar.gz", 2), "a (2).tar.gz");
  EXPECT_EQ(numbered_name("data", 1), "data (1)");
  EXPECT_EQ(numbered_name(".env", 1), ".env (1)");
  const std::string longest = std::string(251, 'x') + ".csv";
  EXPECT_EQ(numbered_name(longest, 1).size(), 255u);
}

TEST_F(RuntimeFiles, LeadNowhereElseByLinks) {
  fs::create_symlink("/etc/passwd", folder_ + "/content/out");
  fs::create_symlink("../../../../etc/passwd", folder_ + "/content/up");
  struct stat status {};
  EXPECT_EQ(root().open_file("/content/out", status).error().code, ErrorCode::not_found);
  EXPECT_EQ(root().open_file("/content/up", status).error().code, ErrorCode::not_found);
  fs::create_directories(folder_ + "/etc");
  put("/etc/passwd", "of the container");
  ASSERT_TRUE(root().open_file("/content/up", status));
  EXPECT_EQ(status.st_size, 16);
}

TEST_F(RuntimeFiles, AreNotOpenedWhenTheyArePipes) {
  ASSERT_EQ(mkfifo((folder_ + "/content/pipe").c_str(), 0600), 0);
  struct stat status {};
  EXPECT_EQ(root().open_file("/content/pipe", status).error().code, ErrorCode::invalid);
  const auto listing = root().list("/content");
  ASSERT_TRUE(listing);
  EXPECT_EQ(json::array_at(*listing, "entries")->size(), 2u);
}

TEST_F(RuntimeFiles, TakeUploadsWithoutHoles) {
  const FileRoot files = root();
  EXPECT_FALSE(Upload::open(files, "/content/a", "name0001", 5, 10));
  {
    auto upload = Upload::open(files, "/content/a", "name0001", 0, 10);
    ASSERT_TRUE(upload);
    EXPECT_TRUE(upload->write("01234"));
    // Nobody else writes it meanwhile.
    EXPECT_EQ(Upload::open(files, "/content/a", "name0001", 5, 10).error().code,
              ErrorCode::conflict);
  }
  auto upload = Upload::open(files, "/content/a", "name0001", 5, 10);
  ASSERT_TRUE(upload);
  upload->hash_from_here();
  EXPECT_TRUE(upload->write("wrong"));
  EXPECT_FALSE(upload->check(sha256_hex("right"), 5));
  EXPECT_EQ(upload->offset(), 5u);
  EXPECT_TRUE(upload->write("56789"));
  EXPECT_EQ(upload->write("more").error().code, ErrorCode::too_large);
  EXPECT_FALSE(upload->finish({.size = 11}, &nothing));
  EXPECT_EQ(*upload->finish({.size = 10}, &nothing), "/content/a");
  EXPECT_EQ(text("/content/a"), "0123456789");
}

TEST_F(RuntimeFiles, OfOneNameAreAskedAboutKeptOrReplaced) {
  put("/content/a.csv", "old");
  const FileRoot files = root();
  auto upload = Upload::open(files, "/content/a.csv", "name0001", 0, 3);
  ASSERT_TRUE(upload && upload->write("new"));
  EXPECT_EQ(upload->finish({.size = 3}, &nothing).error().code, ErrorCode::conflict);
  EXPECT_EQ(*upload->finish({.size = 3, .collision = Collision::keep_both}, &nothing),
            "/content/a (1).csv");
  EXPECT_TRUE(rename_file(files, "/content/a (1).csv", "/content/a.csv", Collision::replace));
  EXPECT_EQ(text("/content/a.csv"), "new");
  EXPECT_FALSE(rename_file(files, "/content/a.csv", "/content/data", Collision::replace));
}

TEST_F(RuntimeFiles, AreRemovedWithoutWhatLinksLeadTo) {
  put("/kept", "kept");
  fs::create_symlink("/kept", folder_ + "/content/data/link");
  fs::create_directories(folder_ + "/content/data/a/b");
  const FileRoot files = root();
  EXPECT_EQ(remove_file(files, "/content/data", false, &nothing).error().code, ErrorCode::conflict);
  EXPECT_TRUE(remove_file(files, "/content/data", true, &nothing));
  EXPECT_FALSE(fs::exists(folder_ + "/content/data"));
  EXPECT_EQ(text("/kept"), "kept");
  EXPECT_FALSE(remove_file(files, "/content", true, &nothing));
}

TEST_F(RuntimeFiles, AreWatchedFolderByFolder) {
  auto watch = FileWatch::make();
  ASSERT_TRUE(watch);
  const FileRoot files = root();
  watch->set(files, {"/content", "/content/data"});
  // Whoever has listed them before may have missed something.
  EXPECT_EQ(watch->wait(-1, 5000), (std::vector<size_t>{0, 1}));
  put("/content/data/x", "1");
  EXPECT_EQ(watch->wait(-1, 5000), (std::vector<size_t>{1}));
  // What goes on being watched has no gap; an upload is told of when it has its name.
  put("/content/data/.upload-abcdefgh", "1");
  put("/content/y", "1");
  watch->set(files, {"/content/data", "/content"});
  EXPECT_EQ(watch->wait(-1, 5000), (std::vector<size_t>{1}));
}

}  // namespace
}  // namespace colibri::supervisor
