#pragma once
// For tests of classes that keep rows of their own: a new store, and coroutines run to their end.
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <stdlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "async/task.hpp"
#include "store/store.hpp"
#include "store/store_fixture.hpp"

namespace colibri::store {

class RowsTest : public testing::Test {
 protected:
  RowsTest() {
    char name[] = "/tmp/colibri-rows-XXXXXX";
    base_ = mkdtemp(name);
    place_.emplace(base_);
    store_ = std::move(*Store::open(place_->address));
  }
  ~RowsTest() override {
    store_.reset();
    std::filesystem::remove_all(base_);
  }

  void sql(const std::string& statement) {
    const auto done = store_->write_now([statement](soci::session& session) -> Result<> {
      session << statement;
      return {};
    });
    EXPECT_TRUE(done) << done.error().detail;
  }
  void add_user(const std::string& id) {
    sql("INSERT INTO users (id, email, name, password_hash, role, created_ms) VALUES ('" + id +
        "', '" + id + "@b', 'A', '', 'user', 0)");
  }
  void add_notebook(const std::string& id, const std::string& owner) {
    sql("INSERT INTO notebooks (id, owner_id, path, created_ms, opened_ms) VALUES ('" + id +
        "', '" + owner + "', '" + id + ".ipynb', 0, 0)");
  }
  template <class T>
  T run(Task<T> task) {
    auto result = boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future);
    context_.restart();
    context_.run();
    return result.get();
  }

  std::filesystem::path base_;
  std::optional<TestPlace> place_;
  std::unique_ptr<Store> store_;
  boost::asio::io_context context_;
};

}  // namespace colibri::store
