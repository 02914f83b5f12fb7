#include "mounts/drive_consents.hpp"

#include <gtest/gtest.h>
#include <soci/soci.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>

#include "store/store_fixture.hpp"

namespace colibri::mounts {
namespace {

namespace fs = std::filesystem;

class DriveConsentsTest : public testing::Test {
 protected:
  DriveConsentsTest() {
    char name[] = "/tmp/colibri-mounts-XXXXXX";
    base_ = mkdtemp(name);
    place_.emplace(base_);
    store_ = std::move(*store::Store::open(place_->address));
    for (const char* user : {"u_1", "u_2"})
      sql("INSERT INTO users (id, email, name, password_hash, role, created_ms) VALUES ('" +
          std::string(user) + "', '" + user + "@b', 'A', '', 'user', 0)");
    for (const char* notebook : {"n_1", "n_2"})
      sql("INSERT INTO notebooks (id, owner_id, path, created_ms, opened_ms) VALUES ('" +
          std::string(notebook) + "', 'u_1', '" + notebook + ".ipynb', 0, 0)");
    consents_.emplace(*store_);
  }
  ~DriveConsentsTest() override {
    store_.reset();
    fs::remove_all(base_);
  }
  void sql(const std::string& statement) {
    const auto done = store_->write_now([statement](soci::session& session) -> Result<> {
      session << statement;
      return {};
    });
    EXPECT_TRUE(done) << done.error().detail;
  }
  template <class T>
  T run(Task<T> task) {
    auto result = boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future);
    context_.restart();
    context_.run();
    return result.get();
  }
  bool remembered(const char* user, const char* notebook) {
    const auto found = run(consents_->remembered({user}, {notebook}));
    EXPECT_TRUE(found);
    return found && *found;
  }

  fs::path base_;
  std::optional<store::TestPlace> place_;
  std::unique_ptr<store::Store> store_;
  boost::asio::io_context context_;
  std::optional<DriveConsents> consents_;
};

TEST_F(DriveConsentsTest, AreOfOnePersonAndOneNotebook) {
  ASSERT_TRUE(run(consents_->remember({"u_1"}, {"n_1"}, 5)));
  ASSERT_TRUE(run(consents_->remember({"u_1"}, {"n_1"}, 6)));
  EXPECT_TRUE(remembered("u_1", "n_1"));
  EXPECT_FALSE(remembered("u_1", "n_2"));
  EXPECT_FALSE(remembered("u_2", "n_1"));
  ASSERT_TRUE(run(consents_->remember({"u_2"}, {"n_1"}, 7)));
  ASSERT_TRUE(run(consents_->forget({"u_1"}, {"n_1"})));
  EXPECT_FALSE(remembered("u_1", "n_1"));
  EXPECT_TRUE(remembered("u_2", "n_1"));
}

TEST_F(DriveConsentsTest, GoWithTheNotebook) {
  ASSERT_TRUE(run(consents_->remember({"u_1"}, {"n_1"}, 5)));
  sql("DELETE FROM notebooks WHERE id = 'n_1'");
  EXPECT_FALSE(remembered("u_1", "n_1"));
  const auto none = run(consents_->remember({"u_1"}, {"n_1"}, 5));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::not_found);
}

TEST_F(DriveConsentsTest, OfARuntimeEndWithItAndWhenOthersComeToUseIt) {
  auto life = std::make_shared<int>(0);
  consents_->allow({"r_1"}, life, false);
  EXPECT_TRUE(consents_->allowed({"r_1"}, false));
  EXPECT_FALSE(consents_->allowed({"r_1"}, true));
  EXPECT_FALSE(consents_->allowed({"r_2"}, false));
  consents_->allow({"r_2"}, life, true);
  EXPECT_TRUE(consents_->allowed({"r_2"}, true) && consents_->allowed({"r_2"}, false));
  consents_->disallow({"r_1"});
  EXPECT_FALSE(consents_->allowed({"r_1"}, false));
}

}  // namespace
}  // namespace colibri::mounts
