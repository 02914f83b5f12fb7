#include "secrets/secrets.hpp"

#include <gtest/gtest.h>
#include <soci/soci.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "store/rows_fixture.hpp"

namespace colibri::secrets {
namespace {

namespace fs = std::filesystem;

class SecretsTest : public store::RowsTest {
 protected:
  SecretsTest() {
    for (const std::string user : {"u_1", "u_2"}) {
      add_user(user);
      add_notebook("n_" + user, user);
    }
    secrets_.emplace(*store_, *Key::open(file()));
  }
  std::string file() const { return (base_ / "secrets.key").string(); }
  std::string value(const char* user, const char* name) {
    const auto found = run(secrets_->find({user}, name, {"n_u_1"}));
    return found ? found->value : std::string(to_string(found.error().code));
  }

  std::optional<Secrets> secrets_;
};

TEST_F(SecretsTest, ASecretIsItsPersonsAloneAndNotReadableInTheStore) {
  ASSERT_TRUE(run(secrets_->add({"u_1"}, "TOKEN", "the value", 5)));
  EXPECT_EQ(value("u_1", "TOKEN"), "the value");
  EXPECT_EQ(value("u_2", "TOKEN"), "not_found");
  std::string sealed;
  EXPECT_TRUE(store_->read_now([&](soci::session& session) -> Result<> {
    session << "SELECT sealed FROM secrets", soci::into(sealed);
    return {};
  }));
  EXPECT_EQ(sealed.find("the value"), std::string::npos);
  // A row that is moved to somebody else opens for nobody.
  sql("UPDATE secrets SET user_id = 'u_2'");
  EXPECT_EQ(value("u_2", "TOKEN"), "corrupt");
}

TEST_F(SecretsTest, AccessIsOfOneNotebookAndFollowsARenamedSecret) {
  ASSERT_TRUE(run(secrets_->add({"u_1"}, "A", "1", 0)));
  ASSERT_TRUE(run(secrets_->set_access({"u_1"}, "A", {"n_u_1"}, true)));
  EXPECT_TRUE(run(secrets_->list({"u_1"}, {"n_u_1"}))->front().access);
  EXPECT_FALSE(run(secrets_->list({"u_1"}, {"n_u_2"}))->front().access);
  ASSERT_TRUE(run(secrets_->change({"u_1"}, "A", "B", std::nullopt, 9)));
  const auto found = run(secrets_->find({"u_1"}, "B", {"n_u_1"}));
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_TRUE(found->access);
  EXPECT_EQ(found->value, "1");
  EXPECT_EQ(value("u_1", "A"), "not_found");
  ASSERT_TRUE(run(secrets_->set_access({"u_1"}, "B", {"n_u_1"}, false)));
  EXPECT_FALSE(run(secrets_->find({"u_1"}, "B", {"n_u_1"}))->access);
  EXPECT_FALSE(run(secrets_->set_access({"u_1"}, "B", {"n_none"}, true)));
  EXPECT_FALSE(run(secrets_->set_access({"u_2"}, "B", {"n_u_2"}, true)));
}

TEST_F(SecretsTest, NamesValuesAndNumbersHaveLimits) {
  for (const std::string& name : {std::string(), std::string("a b"), std::string("a\n"),
                                  std::string(101, 'x'), std::string("\xff")})
    EXPECT_EQ(run(secrets_->add({"u_1"}, name, "1", 0)).error().code, ErrorCode::invalid) << name;
  EXPECT_EQ(run(secrets_->add({"u_1"}, "A", std::string(kMaxValueBytes + 1, 'x'), 0)).error().code,
            ErrorCode::too_large);
  const std::string large(kMaxValueBytes, '\0');
  ASSERT_TRUE(run(secrets_->add({"u_1"}, "A", large, 0)));
  EXPECT_EQ(value("u_1", "A"), large);
  EXPECT_EQ(run(secrets_->add({"u_1"}, "A", "2", 0)).error().code, ErrorCode::conflict);
  for (size_t i = 1; i < kMostSecrets; ++i)
    ASSERT_TRUE(run(secrets_->add({"u_1"}, "N" + std::to_string(i), "1", 0)));
  EXPECT_EQ(run(secrets_->add({"u_1"}, "ONE", "2", 0)).error().code, ErrorCode::conflict);
  EXPECT_TRUE(run(secrets_->add({"u_2"}, "ONE", "2", 0)));
}

TEST_F(SecretsTest, TheyGoWithTheirPersonAndTheirNotebook) {
  ASSERT_TRUE(run(secrets_->add({"u_1"}, "A", "1", 0)));
  ASSERT_TRUE(run(secrets_->set_access({"u_1"}, "A", {"n_u_2"}, true)));
  sql("DELETE FROM notebooks WHERE id = 'n_u_2'");
  EXPECT_FALSE(run(secrets_->list({"u_1"}, {"n_u_2"}))->front().access);
  sql("DELETE FROM notebooks WHERE owner_id = 'u_1'");
  sql("DELETE FROM users WHERE id = 'u_1'");
  EXPECT_EQ(value("u_1", "A"), "not_found");
}

TEST_F(SecretsTest, TheKeyIsAFileOfItsOwnThatOnlyItsOwnerReads) {
  struct stat status {};
  ASSERT_EQ(stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  ASSERT_TRUE(run(secrets_->add({"u_1"}, "A", "1", 0)));
  secrets_.emplace(*store_, *Key::open(file()));
  EXPECT_EQ(value("u_1", "A"), "1");
  fs::permissions(file(), fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(Key::open(file()).error().code, ErrorCode::denied);
  fs::remove(file());
  secrets_.emplace(*store_, *Key::open(file()));
  EXPECT_EQ(value("u_1", "A"), "corrupt");
  std::ofstream(file()) << "no key";
  EXPECT_EQ(Key::open(file()).error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace colibri::secrets
