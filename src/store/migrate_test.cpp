// What becomes of the rows of every earlier version when a server of today opens the database.
#include "store/migrate.hpp"

#include <gtest/gtest.h>
#include <soci/soci.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <thread>

#include "base/random.hpp"
#include "store/connection.hpp"
#include "store/store.hpp"
#include "store/store_fixture.hpp"

namespace colibri::store {
namespace {

using Column = Connection::Column;
// Of one row of each table, as text.
using Rows = std::map<std::string, std::map<std::string, std::string>>;

class MigrateTest : public testing::TestWithParam<int> {
 protected:
  MigrateTest() : folder_(std::filesystem::temp_directory_path() / random_id("migrate_")) {
    std::filesystem::create_directory(folder_);
  }
  ~MigrateTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Connection> connection() const {
    auto made = connect(place_.address, Access::write, false);
    EXPECT_TRUE(made) << made.error().detail;
    return *std::move(made);
  }

  std::filesystem::path folder_;
  TestPlace place_{folder_};
};

// Something that no other column has, and that the table takes.
std::string value_for(const std::string& table, const Column& column) {
  if (column.name == "user_id" || column.name == "owner_id") return "u_1";
  if (column.name == "notebook_id") return "n_1";
  if (column.name == "id") return table == "users" ? "u_1" : table == "notebooks" ? "n_1" : "x_1";
  if (column.name == "role") return table == "notebook_access" ? "viewer" : "owner";
  if (column.name == "kind") return "invited";
  if (column.name == "name" && table == "secret_access") return value_for("secrets", column);
  if (column.is_text || column.name == "state") return "a " + column.name + " of " + table + " Ä'";
  return std::to_string(1'000'000'000'000 + static_cast<int64_t>(column.name.size()));
}

void insert_row(Connection& to, const std::string& table, const std::vector<Column>& columns) {
  std::string names, values;
  std::vector<std::string> texts;
  for (const Column& column : columns) {
    const char* type = column.is_text ? "TEXT" : column.name == "state" ? "BLOB" : "BIGINT";
    names += (names.empty() ? "" : ", ") + column.name;
    values += (values.empty() ? "CAST(:" : ", CAST(:") + column.name + " AS " + type + ")";
    texts.push_back(value_for(table, column));
  }
  soci::statement insert(to.sql());
  for (const std::string& text : texts) insert.exchange(soci::use(text));
  insert.alloc();
  insert.prepare("INSERT INTO " + table + " (" + names + ") VALUES (" + values + ")");
  insert.define_and_bind();
  insert.execute(true);
}

// A row in every table that this version has.
Rows fill(Connection& to) {
  Rows rows;
  for (const std::string& table : to.tables()) {
    const auto columns = to.columns(table);
    insert_row(to, table, columns);
    for (const Column& column : columns) rows[table][column.name] = value_for(table, column);
  }
  return rows;
}

std::string read_value(Connection& from, const std::string& table, const std::string& column) {
  std::string value;
  from.sql() << "SELECT CAST(" + column + " AS TEXT) FROM " + table + " LIMIT 1", soci::into(value);
  return from.sql().got_data() ? value : "no row";
}

bool has_column(const std::vector<Column>& columns, const std::string& name) {
  return std::ranges::find(columns, name, &Column::name) != columns.end();
}

TEST_P(MigrateTest, EveryRowOfAnEarlierVersionIsThereAndWhole) {
  Rows before;
  {
    const auto old = connection();
    ASSERT_TRUE(migrate(*old, GetParam()));
    ASSERT_TRUE(old->begin());
    EXPECT_EQ(old->version(), GetParam());
    before = fill(*old);
    ASSERT_TRUE(old->commit());
  }
  const auto opened = Store::open(place_.address);
  ASSERT_TRUE(opened) << opened.error().detail;
  const auto now = connection();
  EXPECT_EQ(now->version(), newest_version());
  for (const auto& [table, row] : before) {
    const auto columns = now->columns(table);
    for (const auto& [column, value] : row) {
      ASSERT_TRUE(has_column(columns, column)) << table << "." << column;
      EXPECT_EQ(read_value(*now, table, column), value) << table << "." << column;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(FromVersion, MigrateTest, testing::Range(1, newest_version() + 1));

class MigrationTest : public MigrateTest {};

TEST_F(MigrationTest, WhoHadOpenedANotebookHasIt) {
  {
    const auto old = connection();
    ASSERT_TRUE(migrate(*old, 1) && old->begin());
    (void)fill(*old);
    ASSERT_TRUE(old->commit());
  }
  ASSERT_TRUE(Store::open(place_.address));
  const auto now = connection();
  EXPECT_EQ(read_value(*now, "notebook_user_state", "user_id || ' ' || notebook_id"), "u_1 n_1");
  EXPECT_EQ(read_value(*now, "notebook_user_state", "opened_ms"),
            read_value(*now, "notebooks", "opened_ms"));
  EXPECT_EQ(read_value(*now, "users", "last_seen_ms"), read_value(*now, "users", "created_ms"));
}

TEST_F(MigrationTest, OneThatFailsChangesNothing) {
  {
    const auto old = connection();
    ASSERT_TRUE(migrate(*old, 2) && old->begin());
    (void)fill(*old);
    // In the way of the last statements of the third migration.
    old->sql() << "CREATE TABLE api_tokens (id INTEGER)";
    ASSERT_TRUE(old->commit());
  }
  EXPECT_FALSE(Store::open(place_.address));
  const auto now = connection();
  EXPECT_EQ(now->version(), 2);
  const auto columns = now->columns("users");
  EXPECT_FALSE(has_column(columns, "email_verified"));
  EXPECT_EQ(read_value(*now, "users", "email"), "a email of users Ä'");
  now->sql() << "DROP TABLE api_tokens";
  EXPECT_TRUE(Store::open(place_.address));
}

TEST_F(MigrationTest, ProgramsThatStartTogetherMigrateOnce) {
  {
    const auto old = connection();
    ASSERT_TRUE(migrate(*old, 1));
  }
  std::vector<std::thread> programs;
  for (int i = 0; i < 4; ++i) {
    programs.emplace_back([this] {
      const auto opened = Store::open(place_.address);
      EXPECT_TRUE(opened) << opened.error().detail;
    });
  }
  for (std::thread& program : programs) program.join();
  EXPECT_EQ(connection()->version(), newest_version());
}

}  // namespace
}  // namespace colibri::store
