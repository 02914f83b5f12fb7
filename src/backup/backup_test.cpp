#include "backup/backup.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "backup/restore.hpp"
#include "base/random.hpp"
#include "base/sha256.hpp"
#include "drive/drive.hpp"
#include "store/connection.hpp"
#include "store/copy.hpp"
#include "store/migrate.hpp"
#include "store/store.hpp"
#include "store/store_fixture.hpp"

namespace colibri::backup {
namespace {

namespace fs = std::filesystem;
using store::Store;
using testing::HasSubstr;

constexpr const char* kHome = "My Drive/Colab Notebooks/";
constexpr int64_t kNow = 1'800'000'000'000;

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class BackupTest : public testing::Test {
 protected:
  BackupTest() : folder_(fs::temp_directory_path() / random_id("backup_")) {
    for (const char* name : {"", "/data", "/data/tmp", "/data/scratch", "/new", "/new/tmp"}) {
      fs::create_directory(folder_.string() + name);
    }
    place_.emplace(folder_ / "data");
    new_place_.emplace(folder_ / "new");
    store_ = *Store::open(place_->address);
    drive_.emplace(*drive::Drive::open(folder_ / "data" / "drive" / "u_1"));
    progress_.stopped = [] { return false; };
    progress_.database = [](int64_t) {};
    progress_.files = [](int64_t, int64_t) {};
    sql("INSERT INTO users (id, email, name, password_hash, role, created_ms)"
        " VALUES ('u_1', 'ada@example.org', 'Ada', 'hash', 'owner', 1)");
  }
  ~BackupTest() override {
    store_.reset();
    fs::remove_all(folder_);
  }

  void sql(const std::string& statement) {
    const auto done = store_->write_now([&](soci::session& session) -> Result<> {
      session << statement;
      return {};
    });
    ASSERT_TRUE(done) << done.error().detail;
  }

  // One value of the restored database, as text.
  std::string restored(const std::string& query) {
    auto opened = Store::open(new_place_->address);
    if (!opened) return opened.error().detail;
    const auto value =
        (*opened)->read_now<std::string>([&](soci::session& session) -> Result<std::string> {
          std::string out;
          session << query, soci::into(out);
          return session.got_data() ? out : "nothing";
        });
    return value ? *value : value.error().detail;
  }

  // A notebook as the server leaves it: its log says that the file is `bytes`.
  void add_notebook(const std::string& id, const std::string& bytes, bool with_log = true) {
    const std::string path = kHome + id + ".ipynb";
    ASSERT_TRUE(drive_->write(path, bytes));
    sql("INSERT INTO notebooks (id, owner_id, path, created_ms, opened_ms)"
        " VALUES ('" +
        id + "', 'u_1', '" + path + "', 1, 1)");
    if (!with_log) return;
    const auto stamp = **drive_->stat(path);
    sql("INSERT INTO document_snapshots (notebook_id, epoch, seq, state, file_sha256, file_size,"
        " file_mtime_ns, file_inode, file_seq) VALUES ('" +
        id + "', 'e', 7, '{}', '" + sha256_hex(bytes) + "', " + std::to_string(stamp.size) + ", " +
        std::to_string(stamp.mtime_ns) + ", " + std::to_string(stamp.inode) + ", 7)");
  }

  Result<Outcome> back_up(Packing packing = Packing::none) {
    archive_.clear();
    const Source source{folder_ / "data", place_->address, folder_ / "data" / "scratch", "0.0.0"};
    fs::remove_all(source.scratch);
    fs::create_directory(source.scratch);
    return write_backup(
        source,
        [&](std::string_view bytes) -> Result<> {
          archive_ += bytes;
          return {};
        },
        packing, kNow, progress_);
  }

  Result<Outcome> restore_it(bool replace = false) {
    const fs::path path = folder_ / "archive";
    std::ofstream(path, std::ios::binary) << archive_;
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const Target target{folder_ / "new", new_place_->address, folder_ / "new" / "tmp" / "scratch",
                        replace};
    fs::remove_all(target.scratch);
    fs::create_directory(target.scratch);
    auto done = restore(file, target, kNow, progress_);
    close(file);
    fs::remove_all(target.scratch);
    return done;
  }

  std::string restored_file(const std::string& path) {
    return content_of(folder_ / "new" / "drive" / "u_1" / path);
  }

  // Does something right after the database was copied, before the first notebook's file is.
  void meanwhile(std::function<void()> act) {
    progress_.files = [act = std::move(act), done = false](int64_t, int64_t) mutable {
      if (!std::exchange(done, true)) act();
    };
  }

  fs::path folder_;
  std::optional<store::TestPlace> place_, new_place_;
  std::unique_ptr<Store> store_;
  std::optional<drive::Drive> drive_;
  Progress progress_;
  std::string archive_;
};

TEST_F(BackupTest, EverythingComesBack) {
  add_notebook("n_1", "{\"one\": 1}");
  fs::create_directories(folder_ / "data/drive/u_1/My Drive/空/empty");
  std::ofstream(folder_ / "data/drive/u_1/My Drive/空/数据.csv") << "1,2\n";
  std::ofstream(folder_ / "data/drive/u_1/Trash/.hidden") << "old";
  const std::string blob = sha256_hex("an output");
  fs::create_directories(folder_ / "data/blobs" / blob.substr(0, 2));
  std::ofstream(folder_ / "data/blobs" / blob.substr(0, 2) / blob) << "an output";

  const auto made = back_up();
  ASSERT_TRUE(made) << made.error().detail;
  const auto done = restore_it();
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(done->accounts, 1);
  EXPECT_EQ(done->notebooks, 1);
  EXPECT_EQ(done->files, 4);
  EXPECT_EQ(done->head.created_ms, kNow);
  EXPECT_EQ(restored("SELECT email FROM users"), "ada@example.org");
  EXPECT_EQ(restored("SELECT password_hash FROM users"), "hash");
  EXPECT_EQ(restored_file(std::string(kHome) + "n_1.ipynb"), "{\"one\": 1}");
  EXPECT_EQ(restored_file("My Drive/空/数据.csv"), "1,2\n");
  EXPECT_EQ(restored_file("Trash/.hidden"), "old");
  EXPECT_TRUE(fs::is_directory(folder_ / "new/drive/u_1/My Drive/空/empty"));
  EXPECT_EQ(content_of(folder_ / "new/blobs" / blob.substr(0, 2) / blob), "an output");
  EXPECT_FALSE(fs::exists(unfinished_mark(folder_ / "new")));
}

TEST_F(BackupTest, PackedArchivesAreReadToo) {
  add_notebook("n_1", std::string(100'000, 'x'));
  for (const Packing packing : {Packing::gzip, Packing::zstd}) {
    ASSERT_TRUE(back_up(packing));
    EXPECT_LT(archive_.size(), 100'000u);
  }
  const auto done = restore_it();
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(restored_file(std::string(kHome) + "n_1.ipynb").size(), 100'000u);
}

TEST_F(BackupTest, WhatOnlyTheOldServerCouldGoOnWithIsOver) {
  sql("INSERT INTO web_sessions (token_hash, user_id, csrf, created_ms, expires_ms, last_seen_ms)"
      " VALUES ('h', 'u_1', 'c', 1, 9999999999999, 1)");
  sql("INSERT INTO signin_links (token_hash, user_id, expires_ms, used_ms)"
      " VALUES ('h', 'u_1', 9999999999999, 0)");
  sql("INSERT INTO leases (id, notebook_id, user_id, flavor, image, state, created_ms)"
      " VALUES ('r_1', 'n_1', 'u_1', 'cpu', 'default', 'ready', 1)");
  ASSERT_TRUE(back_up() && restore_it());
  EXPECT_EQ(restored("SELECT csrf FROM web_sessions"), "nothing");
  EXPECT_EQ(restored("SELECT user_id FROM signin_links"), "nothing");
  EXPECT_EQ(restored("SELECT state FROM leases"), "ended");
}

TEST_F(BackupTest, TheLogOverrulesAFileThatTheServerWroteLater) {
  add_notebook("n_1", "old");
  meanwhile([&] {
    ASSERT_TRUE(drive_->write(std::string(kHome) + "n_1.ipynb", "newer"));
    sql("UPDATE document_snapshots SET next_sha256 = '" + sha256_hex("newer") + "'");
  });
  ASSERT_TRUE(back_up() && restore_it());
  EXPECT_EQ(restored_file(std::string(kHome) + "n_1.ipynb"), "newer");
  EXPECT_EQ(restored("SELECT file_sha256 FROM document_snapshots"), sha256_hex("newer"));
  EXPECT_EQ(restored("SELECT CAST(file_seq AS TEXT) FROM document_snapshots"), "-1");
  EXPECT_EQ(restored("SELECT next_sha256 FROM document_snapshots"), "");
}

TEST_F(BackupTest, AnotherProgramsChangeIsLeftToBeTakenIn) {
  add_notebook("n_1", "old");
  ASSERT_TRUE(drive_->write(std::string(kHome) + "n_1.ipynb", "theirs"));
  ASSERT_TRUE(back_up() && restore_it());
  EXPECT_EQ(restored_file(std::string(kHome) + "n_1.ipynb"), "theirs");
  EXPECT_EQ(restored("SELECT file_sha256 FROM document_snapshots"), sha256_hex("old"));
  EXPECT_EQ(restored("SELECT CAST(file_seq AS TEXT) FROM document_snapshots"), "7");
}

TEST_F(BackupTest, ANotebookThatWasRenamedMeanwhileLiesWhereItsRowSays) {
  add_notebook("n_1", "one", false);
  meanwhile([&] {
    const std::string from = std::string(kHome) + "n_1.ipynb", to = std::string(kHome) + "b.ipynb";
    ASSERT_TRUE(drive_->rename(from, to));
    sql("UPDATE notebooks SET path = '" + to + "'");
  });
  const auto made = back_up();
  ASSERT_TRUE(made && restore_it());
  EXPECT_EQ(restored_file(std::string(kHome) + "n_1.ipynb"), "one");
  EXPECT_FALSE(fs::exists(folder_ / "new/drive/u_1" / kHome / "b.ipynb")) << "it is there once";
}

TEST_F(BackupTest, ANotebookThatWasRemovedMeanwhileComesBackFromItsLog) {
  add_notebook("n_1", "one");
  meanwhile([&] {
    ASSERT_TRUE(drive_->remove(std::string(kHome) + "n_1.ipynb"));
    sql("DELETE FROM notebooks");
  });
  ASSERT_TRUE(back_up() && restore_it());
  const std::string placeholder = restored_file(std::string(kHome) + "n_1.ipynb");
  EXPECT_THAT(placeholder, HasSubstr("\"cells\":[]"));
  EXPECT_EQ(restored("SELECT file_sha256 FROM document_snapshots"), sha256_hex(placeholder));
  EXPECT_EQ(restored_file("Trash/n_1.ipynb"), "one");
}

TEST_F(BackupTest, RefusesAFolderWithSomethingInIt) {
  ASSERT_TRUE(back_up());
  std::ofstream(folder_ / "new" / "thesis.txt") << "mine";
  const auto done = restore_it();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::conflict);
  EXPECT_EQ(content_of(folder_ / "new" / "thesis.txt"), "mine");
}

TEST_F(BackupTest, PutsAsideWhatIsThereWhenTold) {
  if (store::tests_postgresql()) GTEST_SKIP() << "a database of PostgreSQL must be empty";
  add_notebook("n_1", "one");
  ASSERT_TRUE(back_up() && restore_it());
  sql("UPDATE users SET email = 'bob@example.org'");
  ASSERT_TRUE(drive_->write(std::string(kHome) + "n_1.ipynb", "two"));
  ASSERT_TRUE(back_up());
  ASSERT_FALSE(restore_it());
  const auto done = restore_it(true);
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(restored("SELECT email FROM users"), "bob@example.org");
  EXPECT_EQ(restored_file(std::string(kHome) + "n_1.ipynb"), "two");
  const fs::path aside = folder_ / "new" / "before-restore-20270115T080000";
  EXPECT_EQ(content_of(aside / "drive/u_1" / kHome / "n_1.ipynb"), "one");
  EXPECT_TRUE(fs::exists(aside / "colibri.db"));
}

TEST_F(BackupTest, RefusesADatabaseWithSomethingInIt) {
  if (!store::tests_postgresql()) GTEST_SKIP() << "a file of SQLite is in the folder";
  ASSERT_TRUE(back_up() && restore_it());
  fs::remove_all(folder_ / "new" / "drive");
  const auto again = restore_it(true);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
}

TEST_F(BackupTest, GoesOnWhereOneThatWasKilledHasStopped) {
  add_notebook("n_1", "one");
  ASSERT_TRUE(back_up());
  std::ofstream(unfinished_mark(folder_ / "new")) << "before-restore-1\n";
  fs::create_directories(folder_ / "new" / "drive" / "half");
  fs::create_directories(folder_ / "new" / "before-restore-1" / "drive" / "old");
  const auto done = restore_it();
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(restored_file(std::string(kHome) + "n_1.ipynb"), "one");
  EXPECT_FALSE(fs::exists(folder_ / "new" / "drive" / "half"));
  EXPECT_TRUE(fs::exists(folder_ / "new" / "before-restore-1" / "drive" / "old"));
}

// Cut anywhere, or with any byte of what counts changed: never restored, nothing left behind.
TEST_F(BackupTest, RefusesADamagedArchive) {
  add_notebook("n_1", "a notebook that is found again");
  ASSERT_TRUE(back_up());
  const std::string whole = archive_;
  const size_t end = whole.find("manifest.json");
  for (size_t size = 0; size < end; size += 1 + end / 10) {
    archive_ = whole.substr(0, size);
    const auto done = restore_it();
    ASSERT_FALSE(done) << "cut at " << size;
    EXPECT_EQ(done.error().code, ErrorCode::corrupt) << done.error().detail;
  }
  for (const char* text : {"found again", "ada@example.org", "\"accounts\":1", "\"sha256\":\""}) {
    archive_ = whole;
    archive_[whole.find(text) + 10] ^= 1;
    const auto done = restore_it();
    ASSERT_FALSE(done) << text;
    EXPECT_EQ(done.error().code, ErrorCode::corrupt) << text << ": " << done.error().detail;
  }
  EXPECT_FALSE(has_content(folder_ / "new"));
  archive_ = whole;
  EXPECT_TRUE(restore_it());
}

TEST_F(BackupTest, RefusesADatabaseThatDoesMoreThanHoldRows) {
  ASSERT_TRUE(back_up());
  const fs::path copy = folder_ / "data" / "scratch" / "colibri.db";
  for (const char* statement :
       {"CREATE TRIGGER t AFTER INSERT ON users BEGIN DELETE FROM users; END",
        "CREATE VIEW v AS SELECT 1", "CREATE TABLE more (id TEXT)", "DROP TABLE api_tokens",
        "PRAGMA user_version = 0"}) {
    const fs::path file = folder_ / "changed.db";
    fs::copy_file(copy, file, fs::copy_options::overwrite_existing);
    {
      auto connection = store::connect_sqlite(file, store::Access::write);
      (*connection)->sql() << statement;
    }
    auto import = store::Import::begin(new_place_->address);
    ASSERT_TRUE(import);
    const auto read = (*import)->read(file, [](int64_t) {});
    ASSERT_FALSE(read) << statement;
    EXPECT_EQ(read.error().code, ErrorCode::corrupt) << statement;
  }
}

TEST_F(BackupTest, RefusesABackupOfANewerColibri) {
  const Head newer{"9.9.9", store::newest_version() + 1, kNow};
  EXPECT_EQ(parse_head(to_text(newer)).error().code, ErrorCode::unsupported);
  EXPECT_EQ(parse_head("[]").error().code, ErrorCode::corrupt);
  EXPECT_EQ(parse_head("{\"format\":1}").error().code, ErrorCode::corrupt);
}

// As before an upgrade: the old server's database is not touched, and its copy is of today.
TEST_F(BackupTest, TakesADatabaseOfAnOlderVersion) {
  store::TestPlace old(folder_ / "new");
  {
    auto connection = store::connect(old.address, store::Access::write, false);
    ASSERT_TRUE(store::migrate(**connection, 1));
    ASSERT_TRUE((*connection)->begin());
    (*connection)->sql()
        << "INSERT INTO users VALUES ('u_2', 'old@example.org', '', '', 'user', 1)";
    ASSERT_TRUE((*connection)->commit());
  }
  const std::string copy = folder_ / "copy.db";
  const auto rows = store::copy_to_file(old.address, copy, [](int64_t) {});
  ASSERT_TRUE(rows) << rows.error().detail;
  auto live = store::connect(old.address, store::Access::read, false);
  ASSERT_TRUE((*live)->begin());
  EXPECT_EQ((*live)->version(), 1);
  auto opened = store::connect_sqlite(copy, store::Access::read);
  EXPECT_EQ((*opened)->version(), store::newest_version());
  std::string email;
  (*opened)->sql() << "SELECT email FROM users", soci::into(email);
  EXPECT_EQ(email, "old@example.org");
}

}  // namespace
}  // namespace colibri::backup
