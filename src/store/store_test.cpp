#include "store/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/random.hpp"
#include "store/connection.hpp"
#include "store/migrate.hpp"
#include "store/store_fixture.hpp"

namespace colibri::store {
namespace {

class StoreTest : public testing::Test {
 protected:
  StoreTest() : folder_(std::filesystem::temp_directory_path() / random_id("store_")) {
    std::filesystem::create_directory(folder_);
  }
  ~StoreTest() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] Result<std::unique_ptr<Store>> open() const { return Store::open(place_.address); }

  std::filesystem::path folder_;
  TestPlace place_{folder_};
};

// What only a file has.
class FileTest : public StoreTest {
 protected:
  void SetUp() override {
    if (tests_postgresql()) GTEST_SKIP() << "a file of SQLite";
  }
  [[nodiscard]] const std::string& path() const { return place_.address.file; }
};

Result<> add_user(soci::session& sql, const std::string& email) {
  const std::string id = random_id("u_");
  sql << "INSERT INTO users (id, email, name, password_hash, role, created_ms) "
         "VALUES (:id, :email, '', '', 'user', 0)",
      soci::use(id), soci::use(email);
  return {};
}

Work<> adding(std::string email) {
  return [email = std::move(email)](soci::session& sql) { return add_user(sql, email); };
}

Result<int> count_users(soci::session& sql) {
  int n = 0;
  sql << "SELECT count(*) FROM users", soci::into(n);
  return n;
}

TEST_F(StoreTest, KeepsWhatWasWritten) {
  {
    auto store = open();
    ASSERT_TRUE(store) << store.error().detail;
    ASSERT_TRUE((*store)->write_now(adding("a@x")));
  }
  auto again = open();
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->read_now<int>(count_users), 1);
}

TEST_F(FileTest, IsReadableByItsOwnerOnly) {
  auto store = open();
  ASSERT_TRUE(store && (*store)->write_now(adding("a@x")));
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat status {};
    ASSERT_EQ(stat((path() + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777, 0600u) << suffix;
  }
}

TEST_F(StoreTest, UndoesAWorkThatReturnsAnError) {
  auto store = open();
  ASSERT_TRUE(store);
  const auto refused = (*store)->write_now([](soci::session& sql) -> Result<> {
    (void)add_user(sql, "a@x");
    return failure(ErrorCode::denied, "no");
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::denied);
  EXPECT_EQ((*store)->read_now<int>(count_users), 0);
}

TEST_F(StoreTest, TellsAConstraintAsConflict) {
  auto store = open();
  ASSERT_TRUE(store && (*store)->write_now(adding("a@x")));
  const auto twice = (*store)->write_now(adding("a@x"));
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, ErrorCode::conflict);
}

// The first work blocks the writer until all others wait, so that they make one batch.
TEST_F(StoreTest, AFailedWorkHarmsNoNeighbourInItsCommit) {
  auto store = open();
  ASSERT_TRUE(store);
  std::promise<void> all_wait;
  asio::io_context context;
  auto first = asio::co_spawn(
      context, (*store)->write([gate = all_wait.get_future()](soci::session&) mutable {
        gate.wait();
        return Result<>{};
      }),
      asio::use_future);
  std::vector<std::future<Result<>>> others;
  for (const char* email : {"a@x", "a@x", "b@x"}) {
    others.push_back(asio::co_spawn(context, (*store)->write(adding(email)), asio::use_future));
  }
  context.poll();  // Hands all of them to the writer.
  all_wait.set_value();
  context.run();
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(others[0].get());
  EXPECT_FALSE(others[1].get());
  EXPECT_TRUE(others[2].get());
  EXPECT_EQ((*store)->read_now<int>(count_users), 2);
}

TEST_F(StoreTest, WorksThatWaitShareOneCommit) {
  auto store = open();
  ASSERT_TRUE(store);
  std::promise<void> writes, all_wait;
  asio::io_context context;
  auto gate = asio::co_spawn(
      context, (*store)->write([&writes, gate = all_wait.get_future()](soci::session&) mutable {
        writes.set_value();
        gate.wait();
        return Result<>{};
      }),
      asio::use_future);
  context.poll();
  writes.get_future().wait();  // Else the first of them may go along with this.
  // The second of the batch sees the first before anybody else can: they are in one transaction.
  auto a = asio::co_spawn(context, (*store)->write(adding("a@x")), asio::use_future);
  auto b = asio::co_spawn(context, (*store)->write<int>([&store](soci::session& sql) {
    EXPECT_EQ((*store)->read_now<int>(count_users), 0);
    return count_users(sql);
  }),
                          asio::use_future);
  context.poll();
  all_wait.set_value();
  context.run();
  EXPECT_TRUE(gate.get() && a.get());
  EXPECT_EQ(b.get(), 1);
}

TEST_F(StoreTest, AFailedCommitReachesEveryWorkOfIt) {
  auto store = open();
  ASSERT_TRUE(store);
  // A foreign key that is checked at COMMIT is the commit failure that needs no broken disk.
  ASSERT_TRUE((*store)->write_now([](soci::session& sql) -> Result<> {
    sql << "CREATE TABLE late (id TEXT REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED)";
    return {};
  }));
  const auto refused = (*store)->write_now([](soci::session& sql) -> Result<> {
    sql << "INSERT INTO late VALUES ('u_none')";
    return {};
  });
  ASSERT_FALSE(refused);
  EXPECT_TRUE((*store)->write_now(adding("a@x"))) << "the next commit must work again";
}

TEST_F(StoreTest, ReadersCannotWrite) {
  auto store = open();
  ASSERT_TRUE(store);
  EXPECT_FALSE((*store)->read_now(adding("a@x")));
}

TEST_F(StoreTest, RefusesADatabaseOfANewerVersion) {
  ASSERT_TRUE(open());
  {
    auto connection = connect(place_.address, Access::write, false);
    ASSERT_TRUE(connection && (*connection)->begin());
    (*connection)->set_version(newest_version() + 1);
    ASSERT_TRUE((*connection)->commit());
  }
  const auto again = open();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::unsupported);
}

TEST_F(FileTest, SaysWhenTheFileIsNoDatabase) {
  std::ofstream(path()) << std::string(4096, 'x');
  const auto opened = open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
}

// What a caller was told is committed survives the process being killed right after.
TEST_F(StoreTest, SurvivesAKill) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto store = open();
    if (!store || !(*store)->write_now(adding("a@x"))) _exit(1);
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  auto store = open();
  ASSERT_TRUE(store);
  EXPECT_EQ((*store)->read_now<int>(count_users), 1);
}

// The server goes on writing to its log, and is killed: nothing of that is lost with a command that
// came and went meanwhile.
TEST_F(StoreTest, ACommandBesideTheServerTakesNothingAway) {
  int begun[2], ended[2];
  ASSERT_TRUE(pipe(begun) == 0 && pipe(ended) == 0);
  const pid_t server = fork();
  ASSERT_GE(server, 0);
  char byte = 0;
  if (server == 0) {
    auto store = open();
    if (!store || !(*store)->write_now(adding("a@x"))) _exit(1);
    if (write(begun[1], &byte, 1) != 1 || read(ended[0], &byte, 1) != 1) _exit(2);
    if (!(*store)->write_now(adding("b@x"))) _exit(3);
    kill(getpid(), SIGKILL);
  }
  ASSERT_EQ(read(begun[0], &byte, 1), 1);
  {
    auto command = open();
    ASSERT_TRUE(command && (*command)->write_now(adding("c@x")));
  }
  ASSERT_EQ(write(ended[1], &byte, 1), 1);
  int status = 0;
  ASSERT_EQ(waitpid(server, &status, 0), server);
  ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
  for (const int fd : {begun[0], begun[1], ended[0], ended[1]}) close(fd);
  auto store = open();
  ASSERT_TRUE(store);
  EXPECT_EQ((*store)->read_now<int>(count_users), 3);
}

TEST_F(StoreTest, TwoProcessesWriteTheSameFile) {
  auto server = open();
  auto command_line = open();
  ASSERT_TRUE(server && command_line);
  std::thread other([&] {
    for (int i = 0; i < 20; ++i) {
      EXPECT_TRUE((*command_line)->write_now(adding("cli" + std::to_string(i))));
    }
  });
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE((*server)->write_now(adding("server" + std::to_string(i))));
  }
  other.join();
  EXPECT_EQ((*server)->read_now<int>(count_users), 40);
}

}  // namespace
}  // namespace colibri::store
