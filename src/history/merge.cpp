#include "history/merge.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/utf.hpp"
#include "document/common_sequence.hpp"
#include "document/text_diff.hpp"
#include "history/cell_match.hpp"

namespace colibri::history {
namespace {

using document::Cell;
using document::CellType;

constexpr size_t kMaxMoves = 2'000;

// Each member by itself: theirs where only they changed it.
json::Object merge_members(const json::Object& base, const json::Object& ours,
                           const json::Object& theirs) {
  const auto same = [](const json::Value* a, const json::Value* b) {
    return a == b || (a && b && canonical(*a) == canonical(*b));
  };
  json::Object out = ours;
  for (const auto& [key, value] : theirs)
    if (!same(base.find(key), &value) && same(base.find(key), ours.find(key))) out.set(key, value);
  for (const auto& [key, value] : base)
    if (!theirs.contains(key) && same(&value, ours.find(key))) out.erase(key);
  return out;
}

// A cell as its three versions, from whichever there are.
class CellMerge {
 public:
  CellMerge(const CellSummary& base, const Cell& ours, const CellSummary& theirs,
            const Cell& their_cell, bool has_outputs)
      : base_(base),
        ours_(ours),
        theirs_(theirs),
        their_cell_(their_cell),
        has_outputs_(has_outputs) {}

  std::vector<document::Op> run() {
    const bool becomes = theirs_.type != base_.type && ours_.type == base_.type;
    const CellType type = becomes ? theirs_.type : ours_.type;
    if (becomes) ops_.push_back(document::SetCellType{ours_.id, type});
    merge_source();
    const json::Object metadata = merge_members(base_.metadata, ours_.metadata, theirs_.metadata);
    if (canonical(metadata) != canonical(ours_.metadata))
      ops_.push_back(document::SetCellMetadata{ours_.id, metadata});
    if (theirs_.attachments != base_.attachments && hash_of_attachments(ours_) == base_.attachments)
      ops_.push_back(
          document::SetAttachments{ours_.id, their_cell_.attachments.value_or(json::Object())});
    if (has_outputs_ && type == CellType::code && theirs_.type == CellType::code) merge_outputs();
    return std::move(ops_);
  }

 private:
  void merge_source() {
    if (theirs_.source == base_.source) return;
    const auto change = document::merge_text(base_.source, ours_.source, theirs_.source);
    if (!change.empty())
      ops_.push_back(document::ReplaceText{ours_.id, to_utf8(change.apply(ours_.source))});
  }

  void merge_outputs() {
    if (theirs_.outputs == base_.outputs || ours_.run) return;
    if (hash_of_outputs(ours_) != base_.outputs) return;
    ops_.push_back(
        document::ReplaceOutputs{ours_.id, their_cell_.outputs, their_cell_.execution_count});
  }

  const CellSummary& base_;
  const Cell& ours_;
  const CellSummary& theirs_;
  const Cell& their_cell_;
  const bool has_outputs_;
  std::vector<document::Op> ops_;
};

// The document's order while commands are added to it.
class Order {
 public:
  explicit Order(const document::Document& document) {
    for (const Cell& cell : document.cells()) ids_.push_back(cell.id);
  }
  [[nodiscard]] std::optional<CellId> before(const CellId& id) const {
    const auto found = std::ranges::find(ids_, id);
    if (found == ids_.begin()) return std::nullopt;
    return *(found - 1);
  }
  void put(const CellId& id, const std::optional<CellId>& after) {
    std::erase(ids_, id);
    auto place = ids_.begin();
    if (after) place = std::ranges::find(ids_, *after) + 1;
    ids_.insert(place, id);
  }

 private:
  std::vector<CellId> ids_;
};

class Merge {
 public:
  Merge(const Summary& base, const document::Document& document, const Theirs& theirs)
      : base_(base),
        document_(document),
        theirs_(theirs),
        matches_(match_cells(base.cells, theirs.summary.cells, theirs.ids_last)),
        order_(document) {}

  std::vector<document::Op> run() {
    find_moves();
    for (size_t t = 0; t < matches_.size(); ++t) take_cell(t);
    delete_cells();
    merge_notebook();
    return std::move(ops_);
  }

 private:
  [[nodiscard]] const CellSummary& base_of(size_t t) const { return base_.cells[*matches_[t]]; }
  [[nodiscard]] const CellSummary& summary(size_t t) const { return theirs_.summary.cells[t]; }
  [[nodiscard]] const Cell& their_cell(size_t t) const { return theirs_.notebook.cells[t]; }

  [[nodiscard]] bool has_outputs(size_t t) const {
    return theirs_.has_outputs && !theirs_.without_outputs.contains(summary(t).id);
  }

  // Which places of `theirs` hold cells that they moved, and that we did not.
  void find_moves() {
    std::vector<uint32_t> theirs;
    std::map<CellId, uint32_t> place_in_base;
    for (size_t t = 0; t < matches_.size(); ++t)
      if (matches_[t] && document_.find(base_of(t).id)) {
        theirs.push_back(static_cast<uint32_t>(*matches_[t]));
        place_in_base[base_of(t).id] = theirs.back();
      }
    std::vector<uint32_t> ours;
    for (const Cell& cell : document_.cells())
      if (const auto found = place_in_base.find(cell.id); found != place_in_base.end())
        ours.push_back(found->second);
    std::vector<uint32_t> base = ours;
    std::ranges::sort(base);
    const std::set<uint32_t> by_them = moved(base, theirs), by_us = moved(base, ours);
    std::ranges::set_difference(by_them, by_us, std::inserter(moved_, moved_.end()));
  }

  static std::set<uint32_t> moved(const std::vector<uint32_t>& base,
                                  const std::vector<uint32_t>& now) {
    std::set<uint32_t> out;
    const auto common = document::common_sequence(base, now, kMaxMoves);
    if (!common) return out;
    out.insert(base.begin(), base.end());
    for (const auto& [i, j] : *common) out.erase(base[i]);
    return out;
  }

  void take_cell(size_t t) {
    if (!matches_[t]) return put_new(t);
    const CellSummary& base = base_of(t);
    if (const Cell* ours = document_.find(base.id)) {
      append(CellMerge(base, *ours, summary(t), their_cell(t), has_outputs(t)).run());
      if (moved_.contains(static_cast<uint32_t>(*matches_[t])) && order_.before(base.id) != last_ &&
          last_ != base.id) {
        ops_.push_back(document::MoveCell{base.id, last_});
        order_.put(base.id, last_);
      }
      last_ = base.id;
    } else if (changed(base, summary(t))) {
      bring_back(t, base.id);
    }
  }

  // Whether they changed a cell that we deleted.
  [[nodiscard]] bool changed(const CellSummary& base, const CellSummary& now) const {
    return now.source != base.source || now.type != base.type ||
           canonical(now.metadata) != canonical(base.metadata) ||
           now.attachments != base.attachments ||
           (theirs_.has_outputs && !theirs_.without_outputs.contains(now.id) &&
            now.outputs != base.outputs);
  }

  // A cell that is new in theirs; one of that id may stand in the document all the same.
  void put_new(size_t t) {
    const CellId& id = summary(t).id;
    const Cell* ours = document_.find(id);
    if (!ours) return bring_back(t, id);
    const CellSummary known{id,
                            ours->type,
                            ours->source,
                            ours->metadata,
                            hash_of_attachments(*ours),
                            hash_of_outputs(*ours)};
    append(CellMerge(known, *ours, summary(t), their_cell(t), has_outputs(t)).run());
    last_ = id;
  }

  void bring_back(size_t t, const CellId& id) {
    if (const document::BinnedCell* binned = document_.find_binned(id)) {
      ops_.push_back(document::RestoreCell{id, last_});
      const Cell& was = binned->cell;
      const CellSummary known{
          id, was.type, was.source, was.metadata, hash_of_attachments(was), hash_of_outputs(was)};
      append(CellMerge(known, was, summary(t), their_cell(t), has_outputs(t)).run());
    } else {
      Cell cell = their_cell(t);
      cell.id = id;
      ops_.push_back(document::PutCell{last_, std::move(cell)});
    }
    order_.put(id, last_);
    last_ = id;
  }

  // Cells that they deleted, unless we changed them.
  void delete_cells() {
    std::vector<bool> there(base_.cells.size());
    for (const auto& match : matches_)
      if (match) there[*match] = true;
    for (size_t b = 0; b < there.size(); ++b) {
      if (there[b] || is_new_in_theirs(base_.cells[b].id)) continue;
      const Cell* ours = document_.find(base_.cells[b].id);
      if (ours && !ours->run && !changed_by_us(base_.cells[b], *ours))
        ops_.push_back(document::DeleteCell{ours->id});
    }
  }

  [[nodiscard]] bool is_new_in_theirs(const CellId& id) const {
    for (size_t t = 0; t < matches_.size(); ++t)
      if (!matches_[t] && summary(t).id == id) return true;
    return false;
  }

  [[nodiscard]] bool changed_by_us(const CellSummary& base, const Cell& ours) const {
    return ours.source != base.source || ours.type != base.type ||
           canonical(document::without_execution_info(ours.metadata)) !=
               canonical(document::without_execution_info(base.metadata)) ||
           hash_of_attachments(ours) != base.attachments ||
           (theirs_.has_outputs && hash_of_outputs(ours) != base.outputs);
  }

  void merge_notebook() {
    const json::Object metadata =
        merge_members(base_.metadata, document_.metadata(), theirs_.summary.metadata);
    const int minor = theirs_.summary.minor;
    const bool newer = minor != base_.minor && document_.nbformat_minor() == base_.minor;
    if (!newer && canonical(metadata) == canonical(document_.metadata())) return;
    ops_.push_back(document::SetNotebookMetadata{
        metadata, newer ? std::optional(minor) : std::optional<int>()});
  }

  void append(std::vector<document::Op> ops) { std::ranges::move(ops, std::back_inserter(ops_)); }

  const Summary& base_;
  const document::Document& document_;
  const Theirs& theirs_;
  const std::vector<std::optional<size_t>> matches_;
  Order order_;
  std::set<uint32_t> moved_;    // Places in base.
  std::optional<CellId> last_;  // The cell behind which the next of theirs stands.
  std::vector<document::Op> ops_;
};

}  // namespace

std::vector<document::Op> merge(const Summary& base, const document::Document& document,
                                const Theirs& theirs) {
  return Merge(base, document, theirs).run();
}

}  // namespace colibri::history
