#pragma once
// The clouds that people have connected, as the store has them. What one needs to sign in is sealed
// before it gets there; the key is in no database.
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "clouds/kinds.hpp"
#include "secrets/key.hpp"
#include "store/store.hpp"

namespace colibri::clouds {

inline constexpr size_t kMostClouds = 20;  // Of one person.

struct Cloud {
  std::string id;
  std::string name;  // Of its folder; no two of a person have the same.
  std::string kind;
  int64_t created_ms = 0;
  // Sealed in the store.
  std::string folder;  // Of the cloud, that is shown as its top; empty: all of it.
  Options options;
};

class CloudRows {
 public:
  // `store` must outlive this.
  CloudRows(store::Store& store, secrets::Key key) : store_(store), key_(std::move(key)) {}

  // By name; without what is sealed.
  Task<Result<std::vector<Cloud>>> list(UserId user);
  // Whole. not_found; corrupt when the server has another key.
  Task<Result<Cloud>> find(UserId user, std::string id);
  Task<Result<Cloud>> find_by_name(UserId user, std::string name);
  // conflict: there is one of this name, or too many.
  Task<Result<>> add(UserId user, Cloud cloud);
  // Another name, folder or options of the one with this id. not_found, conflict.
  Task<Result<>> change(UserId user, Cloud cloud);
  Task<Result<>> remove(UserId user, std::string id);
  // All that there are, of everybody.
  Task<Result<std::vector<std::string>>> ids();

 private:
  Task<Result<Cloud>> find_where(UserId user, std::string column, std::string value);

  store::Store& store_;
  secrets::Key key_;
};

}  // namespace colibri::clouds
