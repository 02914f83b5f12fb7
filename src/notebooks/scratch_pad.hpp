#pragma once
// What somebody runs beside the notebook: scratch cells, and selected parts of cells. A small
// document for one tab, with a notebook's caps on outputs, of which nothing goes into the log, the
// file or a revision. Internal to this module.
#include <map>
#include <memory>
#include <vector>

#include "base/id.hpp"
#include "document/document.hpp"

namespace colibri::notebooks {

class ScratchPad {
 public:
  // Of all outputs that stand in it; the rest is counted as dropped.
  static constexpr size_t kMaxOutputBytes = 32 << 20;
  static constexpr size_t kMaxCells = 32, kMaxSourceUnits = 1 << 20;
  static constexpr size_t kMaxPads = 64;  // Of one notebook.

  explicit ScratchPad(UserId user);

  const UserId user;
  document::Document document;
  uint64_t visit = 0;  // Which of the tab's connections is the last.
  // What outputs weigh, and how many were dropped, by the cell: since its run began.
  struct Burden {
    size_t bytes = 0;
    uint64_t dropped = 0;
  };
  std::map<CellId, Burden> burdens;

  // Whether outputs of so many bytes more may stand in it.
  [[nodiscard]] bool has_room(size_t bytes) const;
  // The cell whose current or last run this is.
  [[nodiscard]] const document::Cell* cell_of(const ExecutionId& execution) const;
};

}  // namespace colibri::notebooks
