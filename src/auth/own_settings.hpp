#pragma once
// What a person has chosen for their page (keys, notifications …), so that their other browsers
// have it too. The server keeps it and does not look into it.
#include <string>

#include "base/json.hpp"
#include "store/store.hpp"

namespace colibri::auth {

class OwnSettings {
 public:
  static constexpr size_t kMostMembers = 64, kMostNameBytes = 64, kMostBytes = 32 << 10;

  explicit OwnSettings(store::Store& store) : store_(store) {}

  Task<Result<json::Object>> all(UserId user);
  // Puts these members, and takes out those that are null; the others stay. Answers with all.
  //
  // invalid    a member's name is empty, too long, or holds anything but a-z, 0-9, `_` and `.`
  // too_large  they would be more, or longer, than the limits
  Task<Result<json::Object>> change(UserId user, json::Object changes);

 private:
  store::Store& store_;
};

}  // namespace colibri::auth
