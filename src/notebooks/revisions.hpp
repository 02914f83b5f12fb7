#pragma once
// What people see of a notebook's revisions, and may change (docs/protocol.md 1.3).
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "document/cell.hpp"
#include "history/comparison.hpp"
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
  // Since the revision before it; nothing: there is none, or nobody asked.
  std::optional<history::Comparison> changed;
};

// Which of the revisions, the newest first.
struct RevisionQuery {
  int64_t before = std::numeric_limits<int64_t>::max();  // Numbers below it.
  int64_t limit = 1'000'000;
  bool named = false;  // Only those that a person pinned or named.
};

struct RevisionPage {
  std::vector<RevisionEntry> revisions;
  bool more = false;  // Older ones follow.
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
