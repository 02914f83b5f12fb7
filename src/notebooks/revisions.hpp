#pragma once
// What people see of a notebook's revisions, and may change (docs/protocol.md 1.3).
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "document/cell.hpp"
#include "history/revision.hpp"

namespace colibri::notebooks {

struct RevisionEntry {
  int64_t number = 0;
  int64_t time_ms = 0;
  std::string
      kind;  // opened, automatic, session_end, named, before_restore, before_outside, outside
  std::string name;
  bool pinned = false;
  std::vector<document::Author> authors;
  int64_t cells = 0;
};

// What is given is changed.
struct RevisionChange {
  std::optional<std::string> name;
  std::optional<bool> pinned;
};

// A revision, or the notebook as it is now (then `entry.number` is 0). Outputs are named by the
// hashes in `head`; the cells of `notebook` are without them.
struct RevisionContent {
  RevisionEntry entry;
  history::RevisionHead head;
  nbformat::Notebook notebook;
};

inline constexpr size_t kMaxRevisionName = 200;  // Bytes.

}  // namespace colibri::notebooks
