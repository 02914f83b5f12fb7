#pragma once
// What changed from one version of a notebook to the next, in numbers: for lists of revisions.
#include <cstdint>

#include "history/revision.hpp"

namespace colibri::history {

// Counts of cells. A cell that was added or deleted is not counted as anything else.
struct Comparison {
  int64_t added = 0, deleted = 0;
  int64_t changed = 0;  // Text, type, metadata or attachments.
  int64_t moved = 0;
  int64_t outputs = 0;    // Outputs or execution count.
  bool notebook = false;  // The notebook's own metadata.

  friend bool operator==(const Comparison&, const Comparison&) = default;
};

// Cells are the same when their ids are. Outputs count where both revisions have them.
[[nodiscard]] Comparison compare(const RevisionHead& before, const RevisionHead& after);

}  // namespace colibri::history
