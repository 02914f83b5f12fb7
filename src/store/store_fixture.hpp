#pragma once
// For tests of what uses the store. Each such program runs twice (`colibri_module(… BOTH_STORES)`):
// as it is on SQLite, and with COLIBRI_TEST_STORE=postgresql in a database of its own of the server
// that COLIBRI_TEST_POSTGRESQL names; tests/postgres.py starts one.
#include <gtest/gtest.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <cstdlib>
#include <string>

#include "base/random.hpp"
#include "store/address.hpp"

namespace colibri::store {

inline bool tests_postgresql() {
  const char* chosen = std::getenv("COLIBRI_TEST_STORE");
  return chosen != nullptr && std::string_view(chosen) == "postgresql";
}

// A place for a store that is empty at first, and gone with this object.
class TestPlace {
 public:
  // A file of SQLite lies in `folder`, which the caller removes.
  explicit TestPlace(const std::string& folder) {
    if (!tests_postgresql()) {
      address = sqlite_file(folder + "/colibri.db");
      return;
    }
    const char* server = std::getenv("COLIBRI_TEST_POSTGRESQL");
    if (server == nullptr) {
      ADD_FAILURE() << "no PostgreSQL to test with: run this by python3 tests/postgres.py";
      std::abort();
    }
    server_ = server;
    database_ = random_id("t_");
    soci::session(soci::postgresql, server_) << "CREATE DATABASE \"" + database_ + "\"";
    std::string text = server_;
    const size_t from = text.find('/', text.find("://") + 3) + 1;
    text.replace(from, text.find('?') - from, database_);
    address = *parse_address(text);
  }
  ~TestPlace() {
    if (database_.empty()) return;
    try {
      soci::session(soci::postgresql, server_)
          << "DROP DATABASE \"" + database_ + "\" WITH (FORCE)";
    } catch (const std::exception& e) {
      ADD_FAILURE() << e.what();
    }
  }
  TestPlace(const TestPlace&) = delete;
  TestPlace& operator=(const TestPlace&) = delete;

  Address address;

 private:
  std::string server_, database_;
};

}  // namespace colibri::store
