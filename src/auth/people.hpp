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
  // Deleting an account is begun here: the person may not sign in from now on, and it is to be
  // finished, also by the next server. `conflict` when it is the last administrator. Ending the
  // person's sessions is the caller's.
  Task<Result<>> may_remove(UserId id);
  Task<Result<>> begin_removal(UserId id, int64_t now_ms);
  // The same by address for the command line; blocking.
  Result<User> begin_removal_now(std::string_view email, int64_t now_ms);
  // Those that are begun and not finished, the oldest first.
  Task<Result<std::vector<UserId>>> removals();
  // Last: removes the account with all rows that belong to it.
  Task<Result<>> finish_removal(UserId id);

 private:
  store::Store& store_;
};

}  // namespace colibri::auth
