#include "drive/drive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "base/random.hpp"
#include "drive/file_lock.hpp"
#include "drive/file_watch.hpp"
#include "drive/zip.hpp"

namespace colibri::drive {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class DriveTest : public testing::Test {
 protected:
  DriveTest() {
    char name[] = "/tmp/colibri-drive-XXXXXX";
    base_ = mkdtemp(name);
    drive_.emplace(std::move(*Drive::open(base_ / "users" / "u_1")));
    home_ = base_ / "users" / "u_1" / "My Drive";
  }
  ~DriveTest() override { fs::remove_all(base_); }

  static void put(const fs::path& path, std::string_view bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
  }
  static std::string get(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] std::vector<std::string> paths() const {
    std::vector<std::string> out;
    const auto listed = drive_->list_notebooks();
    if (!listed) return {"error: " + listed.error().detail};
    for (const Entry& entry : *listed) out.push_back(entry.path);
    return out;
  }
  // Names in the folder, the hidden ones too: what a failed write may have left.
  static std::vector<std::string> names(const fs::path& folder) {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(folder)) out.push_back(entry.path().filename());
    std::ranges::sort(out);
    return out;
  }

  fs::path base_, home_;
  std::optional<Drive> drive_;
};

TEST_F(DriveTest, RefusesEveryPathThatCouldLeadOut) {
  put(base_ / "users" / "u_10" / "secret.ipynb", "secret");
  put(base_ / "secret.ipynb", "secret");
  fs::create_symlink(base_ / "secret.ipynb", home_ / "link.ipynb");
  fs::create_directory_symlink(base_, home_ / "folder");
  const std::string nul("My Drive/a\0.ipynb", 17);
  for (const std::string& path :
       {std::string("../u_10/secret.ipynb"), std::string("My Drive/../../u_10/secret.ipynb"),
        std::string("/etc/passwd"), std::string(""), std::string("."), std::string(".."),
        std::string("My Drive//a.ipynb"), std::string("My Drive/a.ipynb/"),
        std::string("My Drive/link.ipynb"), std::string("My Drive/folder/secret.ipynb"),
        std::string("My Drive/\xff.ipynb"), std::string("My Drive/a\nb.ipynb"), nul,
        "My Drive/" + std::string(256, 'a'), std::string(5000, 'a')}) {
    EXPECT_FALSE(drive_->read(path)) << path;
    EXPECT_FALSE(drive_->create(path, "x")) << path;
    EXPECT_FALSE(drive_->remove(path)) << path;
    EXPECT_FALSE(drive_->rename(path, "My Drive/b.ipynb")) << path;
    const auto status = drive_->stat(path);
    EXPECT_TRUE(!status || !*status) << path;
  }
  EXPECT_FALSE(drive_->write("My Drive/link.ipynb", "x"));
  EXPECT_EQ(get(base_ / "secret.ipynb"), "secret");
}

TEST_F(DriveTest, DoesNotWaitForAFifo) {
  ASSERT_EQ(mkfifo((home_ / "pipe.ipynb").c_str(), 0600), 0);
  const auto content = drive_->read("My Drive/pipe.ipynb");
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().code, ErrorCode::invalid);
  EXPECT_FALSE(drive_->write("My Drive/pipe.ipynb", "x"));
}

TEST_F(DriveTest, ListsNotebooksOnly) {
  put(home_ / "b.ipynb", "{}");
  put(home_ / "deep" / "er" / "a.ipynb", "{}");
  put(home_ / "notes.txt", "");
  put(home_ / ".hidden.ipynb", "");
  put(home_ / ".git" / "c.ipynb", "");
  put(home_ / ".ipynb", "");
  fs::create_symlink(home_ / "b.ipynb", home_ / "link.ipynb");
  fs::create_directory(home_ / "folder.ipynb");
  mkfifo((home_ / "pipe.ipynb").c_str(), 0600);
  EXPECT_THAT(paths(), ElementsAre("My Drive/b.ipynb", "My Drive/deep/er/a.ipynb"));
}

TEST_F(DriveTest, ReadsWhatItWrote) {
  const auto stamp = drive_->write("My Drive/a.ipynb", "one");
  ASSERT_TRUE(stamp);
  const auto content = drive_->read("My Drive/a.ipynb");
  ASSERT_TRUE(content);
  EXPECT_EQ(content->bytes, "one");
  EXPECT_EQ(content->stamp, *stamp);
  EXPECT_EQ(*drive_->stat("My Drive/a.ipynb"), *stamp);
}

TEST_F(DriveTest, KeepsTheModeOfTheFileItReplaces) {
  put(home_ / "a.ipynb", "old");
  chmod((home_ / "a.ipynb").c_str(), 0644);
  ASSERT_TRUE(drive_->write("My Drive/a.ipynb", "new"));
  struct stat status {};
  ::stat((home_ / "a.ipynb").c_str(), &status);
  EXPECT_EQ(status.st_mode & 0777, 0644U);
}

TEST_F(DriveTest, LeavesTheOldFileWhenItCannotWriteTheNew) {
  put(home_ / "a.ipynb", "old");
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const auto written = drive_->write("My Drive/a.ipynb", "much longer than four");
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);
  EXPECT_FALSE(written);
  EXPECT_EQ(get(home_ / "a.ipynb"), "old");
  EXPECT_THAT(names(home_), ElementsAre("Colab Notebooks", "a.ipynb"));
}

TEST_F(DriveTest, CountsUntitledNotebooksAsColabDoes) {
  put(home_ / "Colab Notebooks" / "Untitled1.ipynb", "");
  EXPECT_EQ(*drive_->create_untitled(kNotebookFolder, "{}"),
            "My Drive/Colab Notebooks/Untitled0.ipynb");
  EXPECT_EQ(*drive_->create_untitled(kNotebookFolder, "{}"),
            "My Drive/Colab Notebooks/Untitled2.ipynb");
}

TEST_F(DriveTest, PutsANamesakeBeside) {
  EXPECT_EQ(*drive_->create_beside(kHome, "a", "1"), "My Drive/a.ipynb");
  EXPECT_EQ(*drive_->create_beside(kHome, "a", "2"), "My Drive/a (1).ipynb");
  EXPECT_EQ(get(home_ / "a.ipynb"), "1");
}

TEST_F(DriveTest, NeverRenamesOverAnotherFile) {
  put(home_ / "a.ipynb", "a");
  put(home_ / "b.ipynb", "b");
  const auto renamed = drive_->rename("My Drive/a.ipynb", "My Drive/b.ipynb");
  ASSERT_FALSE(renamed);
  EXPECT_EQ(renamed.error().code, ErrorCode::conflict);
  EXPECT_TRUE(drive_->rename("My Drive/a.ipynb", "My Drive/c.ipynb"));
  EXPECT_THAT(paths(), ElementsAre("My Drive/b.ipynb", "My Drive/c.ipynb"));
}

TEST_F(DriveTest, KeepsEveryRemovedFileInTheTrash) {
  for (const char* bytes : {"1", "2"}) {
    put(home_ / "a.ipynb", bytes);
    ASSERT_TRUE(drive_->remove("My Drive/a.ipynb"));
  }
  EXPECT_THAT(paths(), ElementsAre());
  EXPECT_EQ(get(home_.parent_path() / "Trash" / "a.ipynb"), "1");
  EXPECT_EQ(get(home_.parent_path() / "Trash" / "a (1).ipynb"), "2");
}

TEST_F(DriveTest, SaysInWordsWhatIsNotThere) {
  const auto content = drive_->read("My Drive/none.ipynb");
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().code, ErrorCode::not_found);
  EXPECT_EQ(content.error().detail, "There is no file \"My Drive/none.ipynb\".");
}

TEST_F(DriveTest, GivesBackWhatSomebodyElseWroteMeanwhile) {
  put(home_ / "a.ipynb", "old");
  const Stamp known = **drive_->stat("My Drive/a.ipynb");
  const auto replaced = drive_->replace("My Drive/a.ipynb", "ours", known);
  ASSERT_TRUE(replaced);
  EXPECT_FALSE(replaced->foreign);
  put(home_ / "a.ipynb", "theirs");
  const auto again = drive_->replace("My Drive/a.ipynb", "ours again", replaced->stamp);
  ASSERT_TRUE(again);
  ASSERT_TRUE(again->foreign);
  EXPECT_EQ(again->foreign->bytes, "theirs");
  EXPECT_EQ(get(home_ / "a.ipynb"), "ours again");
  EXPECT_EQ(again->stamp, **drive_->stat("My Drive/a.ipynb"));
  EXPECT_THAT(names(home_), ElementsAre("Colab Notebooks", "a.ipynb"));
}

// What a FileWatch tells, waited for with a deadline.
class Watched {
 public:
  Watched(const Drive& drive, const std::string& path)
      : watch_(context_.get_executor()), handle_(watch_.watch(drive, path, [this] { ++calls; })) {}

  bool told() {
    const int before = calls;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (calls == before && std::chrono::steady_clock::now() < end) {
      context_.restart();
      context_.run_one_for(std::chrono::milliseconds(10));
    }
    return calls > before;
  }
  void end() { handle_ = {}; }

  int calls = 0;

 private:
  boost::asio::io_context context_;
  FileWatch watch_;
  FileWatch::Handle handle_;
};

TEST_F(DriveTest, TellsWhenAnotherProgramTouchesAFile) {
  put(home_ / "a.ipynb", "1");
  Watched file(*drive_, "My Drive/a.ipynb");
  put(home_ / "a.ipynb", "2");
  EXPECT_TRUE(file.told());
  put(home_ / "b.ipynb", "3");
  fs::rename(home_ / "b.ipynb", home_ / "a.ipynb");
  EXPECT_TRUE(file.told());
  fs::remove(home_ / "a.ipynb");
  EXPECT_TRUE(file.told());
}

TEST_F(DriveTest, TellsNothingOfOtherFilesNorAfterTheWatchHasEnded) {
  put(home_ / "a.ipynb", "1");
  Watched file(*drive_, "My Drive/a.ipynb");
  Watched other(*drive_, "My Drive/b.ipynb");
  put(home_ / "b.ipynb", "2");
  EXPECT_TRUE(other.told());
  other.end();
  put(home_ / "b.ipynb", "3");
  put(home_ / "a.ipynb", "2");
  EXPECT_TRUE(file.told());
  EXPECT_EQ(file.calls, 1);
  EXPECT_EQ(other.calls, 1);
}

TEST_F(DriveTest, GivesEveryFileOfThePersonAndNoOther) {
  put(base_ / "secret", "host");
  put(home_ / "a.ipynb", "1");
  put(home_ / "Bilder/.hidden/ä.png", "22");
  put(home_ / ".colibri-abc", "left behind");
  put(base_ / "users" / "u_1" / "Trash" / "old.txt", "333");
  fs::create_symlink(base_ / "secret", home_ / "link");
  fs::create_directory_symlink(base_, home_ / "folder-link");
  mkfifo((home_ / "fifo").c_str(), 0600);
  std::map<std::string, std::string> found;
  const auto walked = drive_->for_each_file([&](const std::string& path, int file, const Stamp& s) {
    std::string bytes(static_cast<size_t>(s.size), '\0');
    EXPECT_EQ(::read(file, bytes.data(), bytes.size()), s.size);
    found[path] = bytes;
    return Result<>();
  });
  EXPECT_TRUE(walked);
  EXPECT_THAT(found,
              testing::UnorderedElementsAre(testing::Pair("My Drive/a.ipynb", "1"),
                                            testing::Pair("My Drive/Bilder/.hidden/ä.png", "22"),
                                            testing::Pair("Trash/old.txt", "333")));
  const auto stopped = drive_->for_each_file(
      [](const std::string&, int, const Stamp&) { return failure(ErrorCode::io, "full"); });
  EXPECT_EQ(stopped.error().detail, "full");
}

TEST_F(DriveTest, GoesIntoAnArchive) {
  put(home_ / "多/a.ipynb", std::string(300'000, 'x'));
  std::string bytes;
  ZipWriter zip([&](std::string_view more) {
    bytes += more;
    return Result<>();
  });
  ASSERT_TRUE(zip.add("account.json", "{}", 1'700'000'000'000));
  const auto added = drive_->for_each_file([&](const std::string& path, int file, const Stamp& s) {
    return zip.add_file(path, file, s.size + 10, 0);  // It became shorter meanwhile.
  });
  ASSERT_TRUE(added && zip.finish());
  EXPECT_LT(bytes.size(), 50'000U);
  put(base_ / "all.zip", bytes);
  const std::string list = "cd " + base_.string() +
                           " && python3 -c \"import zipfile; z = zipfile.ZipFile('all.zip'); "
                           "assert z.testzip() is None; "
                           "print([(i.filename, i.file_size) for i in z.infolist()])\" > list";
  ASSERT_EQ(std::system(list.c_str()), 0);
  EXPECT_EQ(get(base_ / "list"), "[('account.json', 2), ('My Drive/多/a.ipynb', 300010)]\n");
}

TEST_F(DriveTest, AnArchiveThatCannotBeWrittenSaysSo) {
  ZipWriter zip([](std::string_view) { return failure(ErrorCode::io, "the disk is full"); });
  Result<> outcome;
  for (int i = 0; i < 100 && outcome; ++i) outcome = zip.add("a", random_id("x"), 0);
  if (outcome) outcome = zip.finish();
  EXPECT_EQ(outcome.error().detail, "the disk is full");
}

TEST_F(DriveTest, ALockIsSharedOrAlone) {
  using Kind = FileLock::Kind;
  const std::string path = base_ / "made" / ".lock";
  {
    const auto one = FileLock::try_take(path, Kind::shared);
    const auto two = FileLock::try_take(path, Kind::shared);
    EXPECT_TRUE(one && two);
    const auto alone = FileLock::try_take(path, Kind::exclusive);
    EXPECT_EQ(alone.error().code, ErrorCode::conflict);
  }
  const auto alone = FileLock::take(path, Kind::exclusive);
  ASSERT_TRUE(alone) << alone.error().detail;
  EXPECT_FALSE(FileLock::try_take(path, Kind::shared));
}

TEST_F(DriveTest, IsPrivate) {
  struct stat status {};
  ::stat((base_ / "users" / "u_1").c_str(), &status);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

}  // namespace
}  // namespace colibri::drive
