#include <algorithm>
#include <unordered_set>

#include "base/utf.hpp"
#include "document/decide.hpp"

namespace colibri::document {
namespace {

// Whether each change starts from what the one before it made.
bool is_chain(const std::vector<Update>& updates, size_t length) {
  for (const Update& update : updates) {
    if (update.changes.length() != length) return false;
    length = update.changes.new_length();
  }
  return true;
}

// What a push may cost: some tenths of a second.
constexpr size_t kMostRebaseSteps = 10'000'000;
constexpr size_t kMostAppliedUnits = size_t{1} << 30;

size_t count_sections(const std::vector<Update>& updates) {
  size_t n = 0;
  for (const Update& update : updates) n += update.changes.sections();
  return n;
}

size_t rebase_steps(const std::vector<Update>& updates, const std::vector<Update>& over) {
  return count_sections(updates) * over.size() + count_sections(over) * updates.size();
}

}  // namespace

bool is_page_id(const std::string& id) {
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

Result<Record> Document::decide(const Command& command) const {
  if (const auto known = accepted_.find(command.client.value);
      known != accepted_.end() && !known->second.user.empty() && known->second.user != command.user)
    return failure(ErrorCode::denied, "This client id is somebody else's.");
  if (has_accepted(command.client, command.command))
    return failure(ErrorCode::conflict, "This command was accepted before.");
  auto fact = std::visit(Decider(*this, command), command.op);
  if (!fact) return std::unexpected(fact.error());
  return Record{seq_ + 1,       command.time_ms, command.user,
                command.client, command.command, std::move(*fact)};
}

Result<const Cell*> Decider::need(const CellId& id) const {
  if (const Cell* cell = document_.find(id)) return cell;
  return failure(ErrorCode::no_such_cell, "The cell was deleted.");
}

Result<> Decider::need_position(const std::optional<CellId>& after) const {
  if (!after) return {};
  if (const auto cell = need(*after); !cell) return std::unexpected(cell.error());
  return {};
}

Result<> Decider::need_new(const CellId& id) const {
  if (!is_page_id(id.value)) return failure(ErrorCode::invalid, "A malformed cell id.");
  if (document_.find(id)) return failure(ErrorCode::invalid, "A cell id that exists already.");
  if (document_.cells().size() >= document_.limits_.cells)
    return failure(ErrorCode::too_large, "The notebook has too many cells.");
  return {};
}

Result<Fact> Decider::operator()(const PushText& op) const {
  const auto cell = need(op.cell);
  if (!cell) return std::unexpected(cell.error());
  const Cell& c = **cell;
  if (op.changes.empty() || op.version > c.version())
    return failure(ErrorCode::invalid, "A text version that does not exist.");
  if (op.version < c.first_version)
    return failure(ErrorCode::stale_base, "The text has moved on too far; reload the notebook.");

  std::vector<Update> updates;
  for (const ChangeSet& changes : op.changes) updates.push_back({command_.client.value, changes});
  const std::vector<Update> over(
      c.updates.begin() + static_cast<std::ptrdiff_t>(op.version - c.first_version),
      c.updates.end());
  if (rebase_steps(updates, over) > kMostRebaseSteps)
    return failure(ErrorCode::stale_base, "The text has moved on too far; reload the notebook.");
  if (c.source.size() > kMostAppliedUnits / updates.size())
    return failure(ErrorCode::too_large, "Too many changes to so long a text at once.");
  const size_t base_length = over.empty() ? c.source.size() : over.front().changes.length();
  const size_t sent = updates.size();
  std::optional<std::vector<Update>> rebased;
  if (is_chain(updates, base_length)) rebased = rebase(std::move(updates), over);
  if (!rebased) return failure(ErrorCode::invalid, "A text change whose length does not fit.");

  updates = std::move(*rebased);
  const auto known = c.confirmed.find(command_.client.value);
  const uint64_t confirmed = known == c.confirmed.end() ? 0 : known->second.updates;
  if (op.first + (sent - updates.size()) != confirmed)
    return failure(ErrorCode::invalid, "Text updates that do not follow the confirmed ones.");
  if (updates.empty()) return failure(ErrorCode::conflict, "These updates were accepted before.");

  std::u16string text = c.source;
  for (const Update& update : updates) {
    if (update.changes.splits_surrogates(text))
      return failure(ErrorCode::invalid, "A text change that splits a character.");
    update.changes.apply_to(text);
  }
  if (text.size() > document_.limits_.source_units)
    return failure(ErrorCode::too_large, "The cell's text is too large.");
  return TextChanged{op.cell, c.version(), std::move(updates)};
}

Result<Fact> Decider::operator()(const InsertCell& op) const {
  if (const auto good = need_new(op.cell); !good) return std::unexpected(good.error());
  if (document_.find_binned(op.cell))
    return failure(ErrorCode::conflict, "A cell of this id was deleted.");
  if (const auto good = need_position(op.after); !good) return std::unexpected(good.error());
  CellInserted fact{op.after, {}};
  fact.cell.id = op.cell;
  fact.cell.type = op.cell_type;
  fact.cell.source = to_utf16(op.source);
  fact.cell.metadata = op.metadata;
  if (fact.cell.source.size() > document_.limits_.source_units)
    return failure(ErrorCode::too_large, "The cell's text is too large.");
  return fact;
}

Result<Fact> Decider::operator()(const DeleteCell& op) const {
  if (const auto cell = need(op.cell); !cell) return std::unexpected(cell.error());
  return CellDeleted{op.cell, command_.user_name};
}

Result<Fact> Decider::operator()(const MoveCell& op) const {
  if (const auto cell = need(op.cell); !cell) return std::unexpected(cell.error());
  if (const auto good = need_position(op.after); !good) return std::unexpected(good.error());
  if (op.after == op.cell) return failure(ErrorCode::invalid, "A cell cannot follow itself.");
  return CellMoved{op.cell, op.after};
}

Result<Fact> Decider::operator()(const SetCellType& op) const {
  const auto cell = need(op.cell);
  if (!cell) return std::unexpected(cell.error());
  if ((*cell)->type == op.cell_type)
    return failure(ErrorCode::conflict, "The cell has this type already.");
  return CellTypeChanged{op.cell, op.cell_type};
}

Result<Fact> Decider::operator()(const SetCellMetadata& op) const {
  if (const auto cell = need(op.cell); !cell) return std::unexpected(cell.error());
  return CellMetadataChanged{op.cell, op.metadata};
}

Result<Fact> Decider::operator()(const SetNotebookMetadata& op) const {
  return NotebookMetadataChanged{op.metadata, op.nbformat_minor};
}

Result<Fact> Decider::operator()(const SetAttachments& op) const {
  const auto cell = need(op.cell);
  if (!cell) return std::unexpected(cell.error());
  if ((*cell)->attachments.value_or(json::Object()) == op.attachments)
    return failure(ErrorCode::conflict, "The cell has these attachments already.");
  return AttachmentsChanged{op.cell, op.attachments};
}

Result<Fact> Decider::operator()(const ClearOutputs& op) const {
  OutputsCleared fact;
  const std::unordered_set<CellId> names(op.cells.begin(), op.cells.end());
  for (const Cell& cell : document_.cells()) {
    const bool named = names.empty() || names.contains(cell.id);
    if (named && (!cell.outputs.empty() || cell.execution_count)) fact.cells.push_back(cell.id);
  }
  if (fact.cells.empty()) return failure(ErrorCode::conflict, "There is no output to clear.");
  return fact;
}

}  // namespace colibri::document
