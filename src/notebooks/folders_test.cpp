// A Drive's folders: what is listed, moved, thrown away and brought back, with open notebooks in
// it.
#include "notebooks/folders.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "notebooks/notebook_fixture.hpp"
#include "notebooks/sharing.hpp"
#include "notebooks/uploads.hpp"

namespace colibri::notebooks {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class FoldersTest : public NotebookFixture {
 protected:
  FoldersTest() : folders_(*notebooks_) { open({"1"}); }

  [[nodiscard]] fs::path home() const { return base_ / "drive" / "u_1" / "My Drive"; }
  static std::vector<std::string> names(const Result<Listing>& listing) {
    if (!listing) return {"error: " + listing.error().detail};
    std::vector<std::string> out;
    for (const DriveEntry& entry : *listing) out.push_back(entry.name);
    return out;
  }
  NotebookId id_at(const std::string& folder, const std::string& name) {
    const auto listing = run(folders_.folder({"u_1"}, folder));
    if (listing)
      for (const DriveEntry& entry : *listing)
        if (entry.name == name && entry.notebook) return entry.notebook->id;
    return {};
  }
  std::string error_of(const Result<>& result) {
    return result ? "" : std::string(to_string(result.error().code));
  }

  Folders folders_;
};

TEST_F(FoldersTest, ListsFoldersNotebooksAndFiles) {
  std::ofstream(home() / "a\nb.txt") << "x";
  std::ofstream(home() / ".hidden") << "x";
  fs::create_symlink("/etc", home() / "link");
  mkfifo((home() / "pipe").c_str(), 0600);
  EXPECT_THAT(names(run(folders_.folder({"u_1"}, "My Drive"))),
              UnorderedElementsAre("Colab Notebooks", "a\nb.txt"));
  EXPECT_EQ(id_at("My Drive/Colab Notebooks", "a.ipynb"), id_);
  for (const char* path : {"Trash", "My Drive/..", "My Drive/../..", "/etc", "My Drive/link",
                           "My Drive0", "", "My Drive//x"})
    EXPECT_FALSE(run(folders_.folder({"u_1"}, path))) << path;
}

TEST_F(FoldersTest, UploadsThatNobodyGoesOnWithMakeRoom) {
  std::optional<Uploads> uploads;
  uploads.emplace(*notebooks_);
  for (const char* name : {"new", "slow", "left"})
    ASSERT_TRUE(run(uploads->begin({"u_1"}, std::string("My Drive/") + name, 5, false)));
  ASSERT_TRUE(sql("UPDATE drive_uploads SET created_ms = 1 WHERE path <> 'My Drive/new'"));
  const auto all = run(uploads->list({"u_1"}));
  ASSERT_TRUE(all);
  for (const Upload& each : *all) {
    const fs::path file = base_ / "drive" / "u_1" / ".colibri-uploads" / each.id;
    ASSERT_TRUE(fs::exists(file));
    if (each.path == "My Drive/left")
      fs::last_write_time(file, fs::file_time_type::clock::now() - 24h * 8);
  }
  uploads.reset();
  stop_server();
  start_server();
  uploads.emplace(*notebooks_);
  EXPECT_TRUE(until([&] {
    const auto left = run(uploads->list({"u_1"}));
    return left && left->size() == 2;
  }));
  size_t files = 0;
  for (const auto& entry : fs::directory_iterator(base_ / "drive" / "u_1" / ".colibri-uploads"))
    files += entry.is_regular_file() ? 1 : 0;
  EXPECT_EQ(files, 2U);
}

TEST_F(FoldersTest, AnOpenNotebookFollowsItsFolder) {
  Page page;
  attach(page);
  ASSERT_TRUE(run(folders_.make({"u_1"}, "My Drive/deep")));
  ASSERT_TRUE(run(folders_.move({"u_1"}, "My Drive/Colab Notebooks", "My Drive/deep")));
  ASSERT_TRUE(run(folders_.rename({"u_1"}, "My Drive/deep", "日本")));
  insert("n1");
  ASSERT_TRUE(until([&] { return page.saved.seq == 1; }));
  EXPECT_THAT(get(home() / "日本" / "Colab Notebooks" / "a.ipynb"), HasSubstr("\"n1\""));
  EXPECT_EQ(id_at("My Drive/日本/Colab Notebooks", "a.ipynb"), id_);
  EXPECT_THAT(page.notices, IsEmpty());
}

TEST_F(FoldersTest, MovesNothingIntoItselfOrOverAnother) {
  ASSERT_TRUE(run(folders_.make({"u_1"}, "My Drive/a")));
  ASSERT_TRUE(run(folders_.make({"u_1"}, "My Drive/a/b")));
  ASSERT_TRUE(run(folders_.make({"u_1"}, "My Drive/b")));
  EXPECT_FALSE(run(folders_.move({"u_1"}, "My Drive/a", "My Drive/a/b")));
  EXPECT_FALSE(run(folders_.copy({"u_1"}, "My Drive/a", "My Drive/a/b")));
  EXPECT_EQ(run(folders_.move({"u_1"}, "My Drive/b", "My Drive/a")).error().code,
            ErrorCode::conflict);
  EXPECT_EQ(error_of(run(folders_.make({"u_1"}, "My Drive/a"))), "conflict");
  for (const char* name : {"", ".", "..", "x/y", "a\nb", ".colibri-x", ".hidden"})
    EXPECT_EQ(error_of(run(folders_.rename({"u_1"}, "My Drive/a", name))), "invalid") << name;
  EXPECT_TRUE(run(folders_.rename({"u_1"}, "My Drive/a", std::string(255, 'x'))));
  EXPECT_FALSE(run(folders_.rename({"u_1"}, "My Drive/b", std::string(256, 'x'))));
  EXPECT_FALSE(run(folders_.trash({"u_1"}, "My Drive")));
  EXPECT_FALSE(run(folders_.trash({"u_1"}, "Trash/x")));
}

TEST_F(FoldersTest, IdsSurviveWhatAMountDoes) {
  // An open notebook is held by its own document.
  actor_.reset();
  stop_server();
  start_server();
  ASSERT_TRUE(run(notebooks_->create({"u_1"})));
  const std::string folder = "My Drive/Colab Notebooks";
  const NotebookId other = id_at(folder, "Untitled0.ipynb");
  fs::rename(home() / "Colab Notebooks" / "Untitled0.ipynb", home() / "b.ipynb");
  EXPECT_EQ(id_at("My Drive", "b.ipynb").value, other.value);
  fs::rename(home() / "Colab Notebooks", home() / "moved");
  EXPECT_EQ(id_at("My Drive/moved", "a.ipynb").value, id_.value);
  // The two change their names with each other: a folder's list looks for names only, the list of
  // all notebooks at what file each is.
  fs::rename(home() / "b.ipynb", home() / "c");
  fs::rename(home() / "moved" / "a.ipynb", home() / "b.ipynb");
  fs::rename(home() / "c", home() / "moved" / "a.ipynb");
  ASSERT_TRUE(run(notebooks_->list({"u_1"})));
  EXPECT_EQ(id_at("My Drive", "b.ipynb").value, id_.value);
  EXPECT_EQ(id_at("My Drive/moved", "a.ipynb").value, other.value);
  // One is written anew by another program: the name stays, and so does the id.
  fs::remove(home() / "b.ipynb");
  std::ofstream(home() / "b.ipynb") << "{}";
  EXPECT_EQ(id_at("My Drive", "b.ipynb").value, id_.value);
}

TEST_F(FoldersTest, TheTrashGivesBackWhatItTookWithAllThatHangsOnIt) {
  add_user("u_2", "b@b");
  Sharing sharing(*notebooks_);
  ASSERT_TRUE(run(sharing.grant({"u_1"}, id_, {{"b@b", document::Role::editor}})));
  Page page;
  attach(page);
  ASSERT_TRUE(run(folders_.trash({"u_1"}, "My Drive/Colab Notebooks")));
  EXPECT_EQ(page.closed, 4404);
  EXPECT_FALSE(run(notebooks_->open({"u_1"}, id_)));
  EXPECT_FALSE(run(notebooks_->open({"u_2"}, id_)));
  EXPECT_THAT(*run(notebooks_->list({"u_2"})), IsEmpty());
  const auto trash = run(folders_.in_trash({"u_1"}));
  ASSERT_THAT(names(trash), ElementsAre("Colab Notebooks"));
  EXPECT_EQ(trash->front().place, "My Drive");
  EXPECT_GT(trash->front().trashed_ms, 0);
  // Its place was taken meanwhile.
  ASSERT_TRUE(run(notebooks_->create({"u_1"})));
  EXPECT_EQ(*run(folders_.restore({"u_1"}, "Colab Notebooks")), "My Drive/Colab Notebooks (1)");
  EXPECT_EQ(run(notebooks_->open({"u_2"}, id_))->role, document::Role::editor);
  EXPECT_EQ(id_at("My Drive/Colab Notebooks (1)", "a.ipynb"), id_);
  EXPECT_THAT(names(run(folders_.in_trash({"u_1"}))), IsEmpty());
}

TEST_F(FoldersTest, TheTrashIsEmptiedOfWhatIsOld) {
  actor_.reset();
  ASSERT_TRUE(run(notebooks_->remove({"u_1"}, id_)));
  std::ofstream(base_ / "drive" / "u_1" / "Trash" / "unknown.txt") << "x";
  stop_server();
  settings_.trash_life_ms = 1;
  start_server();
  const fs::path trash = base_ / "drive" / "u_1" / "Trash";
  EXPECT_TRUE(until([&] { return !fs::exists(trash / "a.ipynb"); }));
  EXPECT_TRUE(until([&] { return count("SELECT COUNT(*) FROM notebooks") == 0; }));
}

TEST_F(FoldersTest, StarsFollowTheirFiles) {
  std::ofstream(home() / "data.csv") << "1,2";
  ASSERT_TRUE(run(folders_.star({"u_1"}, "My Drive/data.csv", true)));
  fs::create_directory(home() / "sub");
  fs::rename(home() / "data.csv", home() / "sub" / "d.csv");
  const auto moved_outside = run(folders_.starred({"u_1"}));
  ASSERT_THAT(names(moved_outside), ElementsAre("d.csv"));
  EXPECT_EQ(moved_outside->front().path, "My Drive/sub/d.csv");
  ASSERT_TRUE(run(folders_.rename({"u_1"}, "My Drive/sub", "there")));
  EXPECT_EQ(run(folders_.starred({"u_1"}))->front().path, "My Drive/there/d.csv");
  EXPECT_THAT(names(run(folders_.recent({"u_1"}))), UnorderedElementsAre("a.ipynb", "d.csv"));
}

TEST_F(FoldersTest, CopiesFoldersWhole) {
  std::ofstream(home() / "Colab Notebooks" / "x.bin") << "bytes";
  EXPECT_EQ(*run(folders_.copy({"u_1"}, "My Drive/Colab Notebooks", "My Drive")),
            "My Drive/Copy of Colab Notebooks");
  EXPECT_EQ(get(home() / "Copy of Colab Notebooks" / "x.bin"), "bytes");
  const NotebookId copied = id_at("My Drive/Copy of Colab Notebooks", "a.ipynb");
  EXPECT_NE(copied.value, "");
  EXPECT_NE(copied, id_);
}

}  // namespace
}  // namespace colibri::notebooks
