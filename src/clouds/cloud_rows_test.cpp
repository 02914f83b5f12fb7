#include "clouds/cloud_rows.hpp"

#include <gmock/gmock.h>

#include <optional>

#include "store/rows_fixture.hpp"

namespace colibri::clouds {
namespace {

using testing::HasSubstr;
using testing::Not;

class CloudRowsTest : public store::RowsTest {
 protected:
  CloudRowsTest() {
    for (const char* user : {"u_1", "u_2"}) add_user(user);
    rows_.emplace(*store_, *secrets::Key::open((base_ / "secrets.key").string()));
  }
  static Cloud cloud(const std::string& id, const std::string& name) {
    return {id, name, "webdav", 5, "top", {{"user", "ada"}, {"pass", "secret-0123456789"}}};
  }

  std::optional<CloudRows> rows_;
};

TEST_F(CloudRowsTest, ComeBackWholeToTheirPersonAlone) {
  ASSERT_TRUE(run(rows_->add({"u_1"}, cloud("cl_1", "Far"))));
  const auto found = run(rows_->find_by_name({"u_1"}, "Far"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->folder, "top");
  EXPECT_EQ(found->options.at("pass"), "secret-0123456789");
  EXPECT_EQ(run(rows_->find({"u_2"}, "cl_1")).error().code, ErrorCode::not_found);
  EXPECT_EQ(run(rows_->find_by_name({"u_2"}, "Far")).error().code, ErrorCode::not_found);
  EXPECT_EQ(run(rows_->remove({"u_2"}, "cl_1")).error().code, ErrorCode::not_found);
  EXPECT_EQ(run(rows_->change({"u_2"}, cloud("cl_1", "Mine"))).error().code, ErrorCode::not_found);
  EXPECT_TRUE(run(rows_->list({"u_2"}))->empty());
}

TEST_F(CloudRowsTest, AreLockedAndCannotBeExchanged) {
  ASSERT_TRUE(run(rows_->add({"u_1"}, cloud("cl_1", "Far"))));
  ASSERT_TRUE(run(rows_->add({"u_2"}, cloud("cl_2", "Far"))));
  const auto sealed = store_->read_now<std::string>([](soci::session& sql) -> Result<std::string> {
    std::string text;
    sql << "SELECT sealed FROM clouds WHERE id = 'cl_1'", soci::into(text);
    return text;
  });
  EXPECT_THAT(*sealed, Not(HasSubstr("secret")));
  sql("UPDATE clouds SET sealed = (SELECT sealed FROM clouds WHERE id = 'cl_1') WHERE id = 'cl_2'");
  EXPECT_EQ(run(rows_->find({"u_2"}, "cl_2")).error().code, ErrorCode::corrupt);
}

TEST_F(CloudRowsTest, HaveANameEachAndALimit) {
  ASSERT_TRUE(run(rows_->add({"u_1"}, cloud("cl_1", "Far"))));
  EXPECT_EQ(run(rows_->add({"u_1"}, cloud("cl_2", "Far"))).error().code, ErrorCode::conflict);
  for (size_t i = 1; i < kMostClouds; ++i)
    ASSERT_TRUE(run(rows_->add({"u_1"}, cloud("cl_x" + std::to_string(i), std::to_string(i)))));
  EXPECT_EQ(run(rows_->add({"u_1"}, cloud("cl_y", "More"))).error().code, ErrorCode::conflict);
  EXPECT_EQ(run(rows_->change({"u_1"}, cloud("cl_1", "3"))).error().code, ErrorCode::conflict);
  ASSERT_TRUE(run(rows_->change({"u_1"}, cloud("cl_1", "Near"))));
  EXPECT_TRUE(run(rows_->find_by_name({"u_1"}, "Near")));
}

TEST_F(CloudRowsTest, GoWithTheirPerson) {
  ASSERT_TRUE(run(rows_->add({"u_1"}, cloud("cl_1", "Far"))));
  sql("DELETE FROM users WHERE id = 'u_1'");
  EXPECT_TRUE(run(rows_->ids())->empty());
}

}  // namespace
}  // namespace colibri::clouds
