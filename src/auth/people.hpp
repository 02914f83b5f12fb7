#pragma once
// What administrators do with accounts. There is always one administrator who may sign in.
#include <optional>
#include <vector>

#include "auth/accounts.hpp"

namespace colibri::auth {

struct PersonChange {
  std::optional<bool> owner;
  std::optional<bool> disabled;
};

class People {
 public:
  explicit People(store::Store& store) : store_(store) {}

  // By address.
  Task<Result<std::vector<User>>> list();
  // not_found; `conflict` when no administrator would be left. Ending the sessions of who is
  // disabled is the caller's.
  Task<Result<User>> change(UserId id, PersonChange change, int64_t now_ms);
  // `conflict` when it is the last administrator.
  Task<Result<>> may_remove(UserId id);
  // Removes the account with all rows that belong to it. As may_remove().
  Task<Result<>> remove(UserId id);

 private:
  store::Store& store_;
};

}  // namespace colibri::auth
