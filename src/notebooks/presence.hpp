#pragma once
// Who has a notebook open, and where in it each one is (docs/protocol.md 2.4). Not part of the
// document: the last word counts, nothing is kept. Plain values; the actor decides when what has
// changed goes out.
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "notebooks/client.hpp"

namespace colibri::notebooks {

// Where somebody is: a cell, and in its text (UTF-16 units at `version`) cursors and selections.
struct Place {
  std::optional<CellId> cell;
  std::vector<std::pair<uint32_t, uint32_t>> selection;  // anchor, head
  uint64_t version = 0;
  bool editing = false;

  friend bool operator==(const Place&, const Place&) = default;
};

class Presence {
 public:
  void join(const ClientId& client, const Visitor& visitor);
  void leave(const ClientId& client);
  void set_role(const UserId& user, document::Role role);
  // False for one who floods: it must be let go.
  [[nodiscard]] bool move(const ClientId& client, Place place, int64_t now_ms);

  // Whether there is something that take_changes() would tell.
  [[nodiscard]] bool changed() const;
  [[nodiscard]] bool somebody_left() const { return !left_.empty(); }
  // The message with what has changed since the last call.
  [[nodiscard]] std::string take_changes();
  // The message for one who comes.
  [[nodiscard]] std::string everybody() const;

 private:
  struct Here {
    Visitor visitor;
    unsigned color = 0;
    Place place;
    double tokens = 0;
    int64_t tokens_ms = 0;
  };

  [[nodiscard]] static json::Object person(const ClientId& client, const Here& here);
  [[nodiscard]] unsigned color_for(const UserId& user) const;

  std::map<ClientId, Here> here_;
  std::set<ClientId> left_, new_, moved_;
};

}  // namespace colibri::notebooks
