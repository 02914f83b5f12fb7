#pragma once
// What people keep secret: names and values of each person, and which notebooks may have which. A
// value is sealed before it reaches the store; it is in no file, log, revision or export.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "secrets/key.hpp"
#include "store/store.hpp"

namespace colibri::secrets {

inline constexpr size_t kMaxNameBytes = 100;
inline constexpr size_t kMaxValueBytes = 64u << 10;
inline constexpr size_t kMostSecrets = 200;  // Of one person.

struct Entry {
  std::string name;
  int64_t created_ms = 0, changed_ms = 0;
  bool access = false;  // Of the notebook that was asked about.
};

struct Found {
  std::string value;
  bool access = false;
};

// Visible characters without blanks.
[[nodiscard]] Result<> check_name(std::string_view name);
[[nodiscard]] Result<> check_value(std::string_view value);

class Secrets {
 public:
  // `store` must outlive this.
  Secrets(store::Store& store, Key key) : store_(store), key_(std::move(key)) {}

  // By name.
  Task<Result<std::vector<Entry>>> list(UserId user, NotebookId notebook);
  // conflict: there is one of this name, or too many.
  Task<Result<>> add(UserId user, std::string name, std::string value, int64_t now_ms);
  // Another name, another value, or both; who may have it stays. not_found, conflict.
  Task<Result<>> change(UserId user, std::string name, std::string new_name,
                        std::optional<std::string> value, int64_t now_ms);
  Task<Result<>> remove(UserId user, std::string name);
  // not_found; corrupt when the server has another key.
  Task<Result<Found>> find(UserId user, std::string name, NotebookId notebook);
  // not_found: no such secret, or no such notebook.
  Task<Result<>> set_access(UserId user, std::string name, NotebookId notebook, bool access);

 private:
  store::Store& store_;
  Key key_;
};

}  // namespace colibri::secrets
