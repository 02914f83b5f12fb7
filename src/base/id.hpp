#pragma once
// Ids as distinct types, so that a cell's can't be passed for a notebook's. Opaque strings; who
// makes them is in random.hpp.
#include <compare>
#include <functional>
#include <string>

namespace colibri {

template <class Tag>
struct Id {
  std::string value;

  [[nodiscard]] bool empty() const { return value.empty(); }
  friend auto operator<=>(const Id&, const Id&) = default;
};

using CellId = Id<struct CellTag>;
using ClientId = Id<struct ClientTag>;  // One browser tab.
using CommentId = Id<struct CommentTag>;
using ExecutionId = Id<struct ExecutionTag>;  // One run of one cell.
using NotebookId = Id<struct NotebookTag>;
using RuntimeId = Id<struct RuntimeTag>;  // Also names its lease.
using ThreadId = Id<struct ThreadTag>;    // Of comments.
using UserId = Id<struct UserTag>;

}  // namespace colibri

template <class Tag>
struct std::hash<colibri::Id<Tag>> {
  size_t operator()(const colibri::Id<Tag>& id) const { return std::hash<std::string>{}(id.value); }
};
