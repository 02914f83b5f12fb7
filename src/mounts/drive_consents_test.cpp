#include "mounts/drive_consents.hpp"

#include <memory>
#include <optional>

#include "store/rows_fixture.hpp"

namespace colibri::mounts {
namespace {

class DriveConsentsTest : public store::RowsTest {
 protected:
  DriveConsentsTest() {
    for (const char* user : {"u_1", "u_2"}) add_user(user);
    for (const char* notebook : {"n_1", "n_2"}) add_notebook(notebook, "u_1");
    consents_.emplace(*store_);
  }
  bool remembered(const char* user, const char* notebook) {
    const auto found = run(consents_->remembered({user}, {notebook}));
    EXPECT_TRUE(found);
    return found && *found;
  }

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
