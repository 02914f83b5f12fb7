#include "history/comparison.hpp"

#include <algorithm>
#include <map>

#include "document/common_sequence.hpp"
#include "history/summary.hpp"

namespace colibri::history {
namespace {

constexpr size_t kMaxMovedCells = 2'000;

int64_t count_moved(const std::vector<uint32_t>& places) {
  std::vector<uint32_t> sorted = places;
  std::ranges::sort(sorted);
  const auto common = document::common_sequence(sorted, places, kMaxMovedCells);
  return static_cast<int64_t>(places.size() - (common ? common->size() : 0));
}

}  // namespace

Comparison compare(const RevisionHead& before, const RevisionHead& after) {
  Comparison out;
  std::map<CellId, uint32_t> places;
  for (size_t i = 0; i < before.cells.size(); ++i)
    places.emplace(before.cells[i].id, static_cast<uint32_t>(i));
  std::vector<uint32_t> common;  // Places in `before`, in the order of `after`.
  for (const RevisionCell& cell : after.cells) {
    const auto found = places.find(cell.id);
    if (found == places.end()) {
      ++out.added;
      continue;
    }
    const RevisionCell& was = before.cells[found->second];
    common.push_back(found->second);
    if (was.body != cell.body) ++out.changed;
    const bool comparable =
        before.with_outputs && after.with_outputs && !was.running && !cell.running;
    if (comparable && was.outputs != cell.outputs) ++out.outputs;
  }
  out.deleted = static_cast<int64_t>(before.cells.size() - common.size());
  out.moved = count_moved(common);
  out.notebook = canonical(before.metadata) != canonical(after.metadata);
  return out;
}

}  // namespace colibri::history
