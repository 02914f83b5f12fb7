// What the queue keeps in the store comes back as it was, on both databases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <filesystem>
#include <tuple>

#include "runtimes/kept_rows.hpp"
#include "runtimes/lease_rows.hpp"
#include "runtimes/usage_rows.hpp"
#include "store/store.hpp"
#include "store/store_fixture.hpp"

namespace colibri::runtimes {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RowsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::Store::open(place_.address);
    ASSERT_TRUE(opened) << opened.error().detail;
    store_ = *std::move(opened);
    ASSERT_TRUE(write([](soci::session& sql) -> Result<> {
      for (const char* id : {"u_1", "u_2"}) {
        const std::string user = id, email = user + "@example.org";
        const int verified = user == "u_1" ? 1 : 0;
        sql << "INSERT INTO users (id, email, name, password_hash, role, created_ms,"
               " email_verified) VALUES (:id, :email, '', '', 'user', 1, :verified)",
            soci::use(user), soci::use(email), soci::use(verified);
      }
      sql << "INSERT INTO notebooks (id, owner_id, path, created_ms, opened_ms)"
             " VALUES ('n_1', 'u_1', 'My Drive/Deep/A title.ipynb', 1, 0)";
      return {};
    }));
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  template <class F>
  Result<> write(F work) {
    return store_->write_now([&](soci::session& sql) -> Result<> { return work(sql); });
  }
  template <class T, class F>
  T read(F work) {
    // Listing what lives forgets what ended long ago, so it is a write.
    auto got = store_->write_now<T>([&](soci::session& sql) -> Result<T> { return work(sql); });
    EXPECT_TRUE(got) << (got ? "" : got.error().detail);
    return got ? *std::move(got) : T();
  }

  static std::string make_folder() {
    std::string folder = (std::filesystem::temp_directory_path() / "rows-XXXXXX").string();
    return mkdtemp(folder.data());
  }

  std::string folder_ = make_folder();
  store::TestPlace place_{folder_};
  std::unique_ptr<store::Store> store_;
};

LeaseRow lease_row(const std::string& id) {
  LeaseRow row;
  row.status.id = {id};
  row.status.flavor = "t4";
  row.status.state = lease::State::queued;
  row.notebook = {"n_1"};
  row.user = {"u_1"};
  row.kernel = "ir";
  row.kernel_chosen = true;
  row.language = "zh-CN";
  return row;
}

TEST_F(RowsTest, APlaceInTheQueueComesBackInOrder) {
  LeaseRow first = lease_row("r_b"), second = lease_row("r_a");
  second.follows = "r_b";
  ASSERT_TRUE(write([&](soci::session& sql) { return insert_lease(sql, first, 10); }));
  ASSERT_TRUE(write([&](soci::session& sql) { return insert_lease(sql, second, 11); }));
  const auto rows =
      read<std::vector<LeaseRow>>([](soci::session& sql) { return living_leases(sql, 1000); });
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].status.id.value, "r_b");
  EXPECT_EQ(rows[0].status.since_ms, 10);
  EXPECT_EQ(rows[1].follows, "r_b");
  EXPECT_EQ(rows[1].kernel, "ir");
  EXPECT_TRUE(rows[1].kernel_chosen);
  EXPECT_EQ(rows[1].language, "zh-CN");
  EXPECT_THAT(rows[1].accelerators, IsEmpty());
}

TEST_F(RowsTest, OfItsPersonALeaseKnowsTheAddressThatIsKnownToBeTheirs) {
  LeaseRow first = lease_row("r_1"), second = lease_row("r_2");
  second.user = {"u_2"};
  for (const LeaseRow& row : {first, second})
    ASSERT_TRUE(write([&](soci::session& sql) { return insert_lease(sql, row, 10); }));
  const auto rows =
      read<std::vector<LeaseRow>>([](soci::session& sql) { return living_leases(sql, 1000); });
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].email, "u_1@example.org");
  EXPECT_EQ(rows[1].email, "");
}

TEST_F(RowsTest, WhatARuntimeHoldsComesBack) {
  LeaseRow row = lease_row("r_1");
  ASSERT_TRUE(write([&](soci::session& sql) { return insert_lease(sql, row, 10); }));
  row.status.state = lease::State::ready;
  row.status.ends_ms = 5'000'000'000'000;
  row.accelerators = {"GPU-1", "declared/fake-t4/0"};
  row.kept_ms = 3'000'000'000;
  row.uid_slot = 7;
  row.shared = true;
  row.token_hash = "hash";
  ASSERT_TRUE(write([&](soci::session& sql) { return update_lease(sql, row, 20); }));
  const auto rows =
      read<std::vector<LeaseRow>>([](soci::session& sql) { return living_leases(sql, 1000); });
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].ran_ms, 0);
  EXPECT_THAT(rows[0].accelerators, ElementsAre("GPU-1", "declared/fake-t4/0"));
  EXPECT_EQ(rows[0].kept_ms, 3'000'000'000);
  EXPECT_EQ(rows[0].status.ends_ms, 5'000'000'000'000);
  EXPECT_EQ(rows[0].uid_slot, 7);
  EXPECT_TRUE(rows[0].shared);
  row.status.state = lease::State::ended;
  row.status.reason = "idle";
  ASSERT_TRUE(write([&](soci::session& sql) { return update_lease(sql, row, 30); }));
  EXPECT_EQ(
      read<std::string>([](soci::session& sql) { return last_reason(sql, {"n_1"}, {"u_1"}); }),
      "idle");
}

TEST_F(RowsTest, WhenARuntimeRanLastIsKnownOfWhatRan) {
  ASSERT_TRUE(write([](soci::session& sql) { return insert_lease(sql, lease_row("r_1"), 10); }));
  ASSERT_TRUE(write([](soci::session& sql) -> Result<> {
    for (const auto& [name, runtime, started_ms, finished_ms] :
         {std::tuple("x_1", "r_1", 50, 90), std::tuple("x_2", "r_1", 95, 0),
          std::tuple("x_3", "r_2", 500, 900)}) {
      const std::string execution = name, of = runtime;
      const long long started = started_ms, finished = finished_ms;
      sql << "INSERT INTO executions (notebook_id, execution, seq, place, runtime, cell, user_id,"
             " user_name, source, source_bytes, queued_ms, started_ms, finished_ms, status, reason,"
             " count) VALUES ('n_1', :x, 1, 1, :of, 'c', 'u_1', '', '', 0, 1, :started, :finished,"
             " '', '', 0)",
          soci::use(execution), soci::use(of), soci::use(started), soci::use(finished);
    }
    return {};
  }));
  const auto rows =
      read<std::vector<LeaseRow>>([](soci::session& sql) { return living_leases(sql, 1000); });
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].ran_ms, 95);
}

TEST_F(RowsTest, UseIsOfPeopleWhoAreThereAndReplacesWhatWas) {
  Usages usages;
  usages[{"u_1"}] = {1.5e12, 2'000'000'000'000, 3, 4};
  usages[{"u_gone"}] = {1, 2, 3, 4};
  ASSERT_TRUE(write([&](soci::session& sql) { return save_usage(sql, usages); }));
  usages[{"u_1"}].as_of_ms = 2'000'000'000'001;
  ASSERT_TRUE(write([&](soci::session& sql) { return save_usage(sql, usages); }));
  const auto all = read<Usages>([](soci::session& sql) { return all_usage(sql); });
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.begin()->second.faded_ms, 1.5e12);
  EXPECT_EQ(all.begin()->second.as_of_ms, 2'000'000'000'001);
}

TEST_F(RowsTest, OnlyAKnownAddressMakesOneOfAGroup) {
  const auto email = [&](const char* user) {
    return read<std::string>([&](soci::session& sql) { return verified_email(sql, {user}); });
  };
  EXPECT_EQ(email("u_1"), "u_1@example.org");
  EXPECT_EQ(email("u_2"), "");
  EXPECT_EQ(email("u_gone"), "");
}

TEST_F(RowsTest, KeptFilesAreCountedOnceAndGoWithTheirPerson) {
  KeptEntry entry{.runtime = {"r_1"},
                  .user = {"u_1"},
                  .notebook = {"n_1"},
                  .flavor = "cpu",
                  .reason = "idle",
                  .ended_ms = 5'000'000'000'000};
  std::string title;
  for (int again = 0; again < 2; ++again)
    ASSERT_TRUE(write([&](soci::session& sql) -> Result<> {
      auto inserted = insert_kept(sql, entry);
      if (!inserted) return std::unexpected(inserted.error());
      title = *inserted;
      return {};
    }));
  EXPECT_EQ(title, "A title");
  const auto all = [&] {
    return read<std::vector<KeptEntry>>([](soci::session& sql) { return all_kept(sql); });
  };
  ASSERT_EQ(all().size(), 1U);
  EXPECT_FALSE(all()[0].examined);
  EXPECT_EQ(all()[0].title, "A title");
  entry.found = {.files = 3, .bytes = 9'000'000'000, .room = 10'000'000'000};
  ASSERT_TRUE(write([&](soci::session& sql) { return update_kept(sql, entry); }));
  EXPECT_TRUE(all()[0].examined);
  EXPECT_EQ(all()[0].found.bytes, 9'000'000'000);
  EXPECT_EQ(all()[0].ended_ms, 5'000'000'000'000);
  ASSERT_TRUE(write([](soci::session& sql) -> Result<> {
    sql << "DELETE FROM notebooks";
    sql << "DELETE FROM users WHERE id = 'u_1'";
    return {};
  }));
  EXPECT_THAT(all(), IsEmpty());
  // Of somebody who has gone meanwhile.
  ASSERT_TRUE(write([&](soci::session& sql) -> Result<> {
    auto inserted = insert_kept(sql, entry);
    if (!inserted) return std::unexpected(inserted.error());
    return {};
  }));
  EXPECT_THAT(all(), IsEmpty());
}

}  // namespace
}  // namespace colibri::runtimes
