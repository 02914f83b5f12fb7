#include <algorithm>
#include <unordered_set>

#include "base/utf.hpp"
#include "document/decide.hpp"
#include "document/text_diff.hpp"

namespace colibri::document {
namespace {

// What a second half must not have twice: what others refer to, and what is about the outputs.
json::Object metadata_of_half(json::Object metadata) {
  for (const char* key : {"id", "outputId", "colab", "executionInfo"}) metadata.erase(key);
  return metadata;
}

bool splits_pair(std::u16string_view text, size_t at) {
  return at > 0 && at < text.size() && is_high_surrogate(text[at - 1]) &&
         is_low_surrogate(text[at]);
}

}  // namespace

Result<Fact> Decider::operator()(const RestoreCell& op) const {
  if (document_.find(op.cell))
    return failure(ErrorCode::conflict, "The cell stands in the notebook.");
  const BinnedCell* binned = document_.find_binned(op.cell);
  if (!binned) return failure(ErrorCode::no_such_cell, "The cell is not in the bin any more.");
  if (const auto good = need_new(op.cell); !good) return std::unexpected(good.error());
  if (const auto good = need_position(op.after); !good) return std::unexpected(good.error());
  CellInserted fact{op.after, binned->cell};
  // A version of its own: a push from before the deletion, which its author has given up by now,
  // must not fit the cell again.
  fact.cell.first_version = binned->cell.version() + 1;
  fact.cell.updates.clear();
  fact.cell.updates_units = 0;
  return fact;
}

Result<Fact> Decider::operator()(const SplitCell& op) const {
  const auto found = need(op.cell);
  if (!found) return std::unexpected(found.error());
  const Cell& cell = **found;
  if (const auto good = need_new(op.new_cell); !good) return std::unexpected(good.error());
  if (document_.find_binned(op.new_cell))
    return failure(ErrorCode::conflict, "A cell of this id was deleted.");
  if (op.version > cell.version())
    return failure(ErrorCode::invalid, "A text version that does not exist.");
  if (op.version < cell.first_version)
    return failure(ErrorCode::stale_base, "The text has moved on too far; reload the notebook.");

  const std::u16string& text = cell.source;
  size_t at = op.at;
  auto over = cell.updates.begin() + static_cast<std::ptrdiff_t>(op.version - cell.first_version);
  if (at > (over == cell.updates.end() ? text.size() : over->changes.length()))
    return failure(ErrorCode::invalid, "A place behind the end of the text.");
  for (; over != cell.updates.end(); ++over) at = over->changes.map_position(at);
  if (splits_pair(text, at))
    return failure(ErrorCode::invalid, "A place in the middle of a character.");

  size_t end = at;
  while (at > 0 && text[at - 1] == u'\n') --at;
  while (end < text.size() && text[end] == u'\n') ++end;
  CellSplit fact{op.cell, cell.version(), ChangeSet::replace(text.size(), at, text.size(), {}), {}};
  fact.inserted.id = op.new_cell;
  fact.inserted.type = cell.type;
  fact.inserted.source = text.substr(end);
  fact.inserted.metadata = metadata_of_half(cell.metadata);
  fact.inserted.attachments = cell.attachments;
  return fact;
}

Result<Fact> Decider::operator()(const MergeCells& op) const {
  const std::unordered_set<CellId> named(op.cells.begin(), op.cells.end());
  std::vector<const Cell*> cells;
  for (const Cell& cell : document_.cells())
    if (named.contains(cell.id)) cells.push_back(&cell);
  if (cells.size() < named.size())
    return failure(ErrorCode::no_such_cell, "One of the cells was deleted.");
  if (cells.size() < 2) return failure(ErrorCode::invalid, "Only several cells can be merged.");

  const Cell& first = *cells.front();
  std::u16string added;
  json::Object attachments = first.attachments.value_or(json::Object());
  CellsMerged fact{first.id, first.version(), {}, {}, {}, std::nullopt, command_.user_name};
  for (auto other = cells.begin() + 1; other != cells.end(); ++other) {
    const Cell& cell = **other;
    const bool joins = !cell.source.empty() && !(first.source.empty() && added.empty());
    if (joins) added.append(op.newlines, u'\n');
    fact.starts.push_back(first.source.size() + added.size());
    added += cell.source;
    if (first.source.size() + added.size() > document_.limits_.source_units)
      return failure(ErrorCode::too_large, "The merged cell's text would be too large.");
    fact.merged.push_back(cell.id);
    if (cell.attachments)
      for (const auto& [name, attachment] : *cell.attachments)
        if (!attachments.contains(name)) attachments.set(name, attachment);
  }
  const size_t length = first.source.size();
  fact.changes = ChangeSet::replace(length, length, length, added);
  if (attachments != first.attachments.value_or(json::Object()))
    fact.attachments = std::move(attachments);
  return fact;
}

Result<Fact> Decider::operator()(const RestoreOutputs& op) const {
  OutputsReplaced fact;
  const std::unordered_set<CellId> named(op.cells.begin(), op.cells.end());
  for (const ClearedOutputs& cleared : document_.cleared_) {
    if (!named.contains(cleared.of.cell)) continue;
    const Cell* cell = document_.find(cleared.of.cell);
    if (cell && cell->type == CellType::code && cell->outputs.empty() && !cell->execution_count &&
        !cell->run)
      fact.cells.push_back(cleared.of);
  }
  if (fact.cells.empty()) return failure(ErrorCode::conflict, "There are no outputs to restore.");
  return fact;
}

Result<Fact> Decider::operator()(const PutCell& op) const {
  if (const auto good = need_new(op.cell.id); !good) return std::unexpected(good.error());
  if (const auto good = need_position(op.after); !good) return std::unexpected(good.error());
  if (op.cell.source.size() > document_.limits_.source_units)
    return failure(ErrorCode::too_large, "The cell's text is too large.");
  CellInserted fact{op.after, op.cell};
  // The document may have had a cell of this id: as with a restored one.
  const BinnedCell* binned = document_.find_binned(op.cell.id);
  fact.cell.first_version =
      std::max(document_.seq() + 1, binned ? binned->cell.version() + 1 : uint64_t{0});
  return fact;
}

Result<Fact> Decider::operator()(const ReplaceText& op) const {
  const auto cell = need(op.cell);
  if (!cell) return std::unexpected(cell.error());
  const std::u16string text = to_utf16(op.text);
  if (text.size() > document_.limits_.source_units)
    return failure(ErrorCode::too_large, "The cell's text is too large.");
  if (text == (*cell)->source)
    return failure(ErrorCode::conflict, "The cell has this text already.");
  return TextChanged{op.cell, (*cell)->version(), {{"", diff((*cell)->source, text)}}};
}

Result<Fact> Decider::operator()(const ReplaceOutputs& op) const {
  if (const auto cell = need(op.cell); !cell) return std::unexpected(cell.error());
  return OutputsReplaced{{{op.cell, op.outputs, op.execution_count, 0}}};
}

}  // namespace colibri::document
