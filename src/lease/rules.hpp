#pragma once
// What an administrator says about who gets accelerators when: docs/protocol.md 2.5 and
// `queue`, `groups` and `reservations` of colibri.yaml. Pure.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace colibri::lease {

// People by their address. All limits are optional: what is not set is the rules' own.
struct Group {
  std::string name;
  std::vector<std::string> emails, domains;  // In lower case.
  std::optional<int> per_user;               // Accelerators of one person at a time.
  std::optional<int64_t> week_ms;            // Of one person in a week.
  std::optional<int> at_once;                // Accelerators of all its people at a time.
};

// `count` accelerators of a model are this group's in a window of time.
struct Reservation {
  std::string group, model;
  int count = 1;
  int64_t from_ms = 0, to_ms = 0;
  bool weekly = false;   // The same each week from then on,
  int64_t until_ms = 0;  // until then; 0: for ever.

  // The window that `now_ms` is in, or the next one: its beginning and end. Nothing: all are over.
  struct Window {
    int64_t from_ms, to_ms;
  };
  [[nodiscard]] std::optional<Window> window(int64_t now_ms) const;
};

struct Rules {
  int per_user = 1;  // Accelerators that one person has at a time.
  int64_t half_life_ms = 7LL * 24 * 60 * 60 * 1000;
  int64_t claim_ms = 10LL * 60 * 1000;    // How long a runtime is offered to who isn't there.
  std::optional<int64_t> week_ms;         // Of one person in a week; nothing: no limit.
  std::map<std::string, double> weights;  // By model; 1 where there is none.
  std::vector<Group> groups;
  std::vector<Reservation> reservations;

  [[nodiscard]] double weight(const std::string& model) const;
  // The names of the groups that an address belongs to.
  [[nodiscard]] std::vector<std::string> groups_of(std::string_view email) const;
  [[nodiscard]] const Group* group(const std::string& name) const;
  // The most that these groups give, or the rules' own.
  [[nodiscard]] int per_user_of(const std::vector<std::string>& groups) const;
  [[nodiscard]] std::optional<int64_t> week_of(const std::vector<std::string>& groups) const;
};

}  // namespace colibri::lease
