#pragma once
// Which cell of one version of a notebook is which of another: by id, and where a program gave new
// ids or knows none, by what the cells say.
#include <optional>
#include <vector>

#include "history/summary.hpp"

namespace colibri::history {

// For each cell of `theirs` the place of its counterpart in `base`, each at most once. With
// `only_ids` what the cells say does not matter.
[[nodiscard]] std::vector<std::optional<size_t>> match_cells(const std::vector<CellSummary>& base,
                                                             const std::vector<CellSummary>& theirs,
                                                             bool only_ids = false);

}  // namespace colibri::history
