#include <algorithm>

#include "base/assert.hpp"
#include "base/utf.hpp"
#include "document/document.hpp"

namespace colibri::document {

// Carries out one record. A record that fits no cell changes nothing: the log is what happened, and
// replaying it must not fail.
class Applier {
 public:
  Applier(Document& document, const Record& record) : d_(document), record_(record) {}

  void operator()(const TextChanged& f);
  void operator()(const CellInserted& f) {
    if (d_.find(f.cell.id)) return;
    insert(f.cell, f.after);
    d_.threads_.cell_inserted(f.cell.id, f.cell.source.size());
  }
  void operator()(const CellDeleted& f) { remove(f.cell, f.name); }
  void operator()(const CellSplit& f);
  void operator()(const CellsMerged& f);
  void operator()(const CellMoved& f);
  void operator()(const CellTypeChanged& f);
  void operator()(const CellMetadataChanged& f) {
    if (Cell* cell = d_.find_mutable(f.cell)) cell->metadata = f.metadata;
  }
  void operator()(const NotebookMetadataChanged& f) {
    d_.metadata_ = f.metadata;
    if (f.nbformat_minor) d_.nbformat_minor_ = *f.nbformat_minor;
  }
  void operator()(const AttachmentsChanged& f) {
    if (Cell* cell = d_.find_mutable(f.cell)) set_attachments(*cell, f.attachments);
  }
  void operator()(const OutputsCleared& f);
  void operator()(const OutputsReplaced& f);
  void operator()(const RunsQueued& f);
  void operator()(const RunStarted& f);
  void operator()(const ExecutionCounted& f) {
    if (Cell* cell = d_.find_mutable(f.cell)) cell->execution_count = f.count;
  }
  void operator()(const StreamAppended& f) {
    if (Cell* cell = output_cell(f.cell)) append_stream(*cell, f.name, f.text, f.cut);
  }
  void operator()(const OutputAppended& f) {
    if (Cell* cell = output_cell(f.cell)) cell->outputs.push_back(f.output);
  }
  void operator()(const OutputCleared& f);
  void operator()(const DisplayUpdated& f);
  void operator()(const InputRequested& f) {
    if (Cell* cell = d_.find_mutable(f.cell))
      cell->input = InputRequest{f.execution, f.prompt, f.password};
  }
  void operator()(const InputAnswered& f);
  void operator()(const RunFinished& f);
  void operator()(const RunsCancelled& f) { cancel(f.cells); }
  void operator()(const KernelLost& f);
  void operator()(const CommentAdded& f) { d_.threads_.apply(f, record_); }
  void operator()(const CommentEdited& f) { d_.threads_.apply(f, record_); }
  void operator()(const CommentDeleted& f) { d_.threads_.apply(f); }
  void operator()(const ThreadResolved& f) { d_.threads_.apply(f, record_); }

  std::vector<Effect> effects;

 private:
  // The cell to put output in, emptied first when the kernel asked for that.
  Cell* output_cell(const CellId& id);
  static void append_stream(Cell& cell, const std::string& name, const std::string& text,
                            const std::optional<StreamCut>& cut);
  // Whether the updates fitted.
  bool change_text(Cell& cell, uint64_t version, const std::vector<Update>& updates) const;
  static void set_attachments(Cell& cell, const json::Object& attachments);
  void insert(Cell cell, const std::optional<CellId>& after);
  // Into the bin.
  void remove(const CellId& id, const std::string& name);
  void trim_bin();
  // Forgets the outputs, but for restore_outputs.
  void clear_outputs(Cell& cell);
  void forget_cleared(const CellId& id);
  void cancel(const std::vector<CellId>& cells);
  void finish(Cell& cell, RunStatus status, const std::string& reason);
  static void forget_outputs(Cell& cell);
  static size_t history_weight(const ChangeSet& changes);
  void trim_history(Cell& cell) const;

  Document& d_;
  const Record& record_;
};

std::vector<Effect> Document::apply(const Record& record) {
  COLIBRI_ASSERT(record.seq == seq_ + 1);
  seq_ = record.seq;
  if (record.command) {
    constexpr size_t kRememberedClients = 1'000;
    if (accepted_.size() >= kRememberedClients && !accepted_.contains(record.client.value))
      accepted_.erase(std::ranges::min_element(accepted_, {},
                                               [](const auto& known) { return known.second.seq; }));
    Accepted& last = accepted_[record.client.value];
    last = {record.user, std::max(last.command, record.command), record.seq};
  }
  Applier applier(*this, record);
  std::visit(applier, record.fact);
  return std::move(applier.effects);
}

void Applier::operator()(const TextChanged& f) {
  if (Cell* cell = d_.find_mutable(f.cell)) change_text(*cell, f.version, f.updates);
}

bool Applier::change_text(Cell& cell, uint64_t version, const std::vector<Update>& updates) const {
  if (version != cell.version()) return false;
  for (const Update& update : updates) {
    if (update.changes.length() != cell.source.size()) return false;
    update.changes.apply_to(cell.source);
    d_.threads_.text_changed(cell.id, update.changes);
    cell.updates.push_back(update);
    cell.updates_units += history_weight(update.changes);
    if (update.client.empty()) continue;  // The server's own.
    constexpr size_t kRememberedClients = 256;
    if (cell.confirmed.size() >= kRememberedClients && !cell.confirmed.contains(update.client))
      cell.confirmed.erase(
          std::ranges::min_element(cell.confirmed, {}, [](const auto& c) { return c.second.seq; }));
    Confirmed& confirmed = cell.confirmed[update.client];
    confirmed = {confirmed.updates + 1, record_.seq};
  }
  trim_history(cell);
  return true;
}

// What keeping it costs, in units of text.
size_t Applier::history_weight(const ChangeSet& changes) {
  return 8 * (1 + changes.sections()) + changes.inserted_units();
}

// The last update stays, however large: somebody may have typed just then.
void Applier::trim_history(Cell& cell) const {
  while (cell.updates.size() > d_.limits_.history_updates ||
         (cell.updates_units > d_.limits_.history_units && cell.updates.size() > 1)) {
    cell.updates_units -= history_weight(cell.updates.front().changes);
    cell.updates.pop_front();
    ++cell.first_version;
  }
}

void Applier::insert(Cell cell, const std::optional<CellId>& after) {
  if (d_.find(cell.id)) return;
  if (const auto binned =
          std::ranges::find(d_.bin_, cell.id, [](const auto& b) { return b.cell.id; });
      binned != d_.bin_.end()) {
    d_.bin_bytes_ -= binned->bytes;
    d_.bin_.erase(binned);
    if (cell.last_run) d_.executions_[cell.last_run->execution] = cell.id;
  }
  auto place = d_.cells_.begin();
  if (after) {
    place = std::ranges::find(d_.cells_, *after, &Cell::id);
    if (place != d_.cells_.end()) ++place;
  }
  d_.cells_.insert(place, std::move(cell));
}

void Applier::remove(const CellId& id, const std::string& name) {
  const auto found = std::ranges::find(d_.cells_, id, &Cell::id);
  if (found == d_.cells_.end()) return;
  if (found->run && found->run->state == RunState::running)
    finish(*found, RunStatus::aborted, "cell_deleted");
  found->run.reset();
  std::erase(d_.queue_, id);
  std::erase_if(d_.executions_, [&](const auto& entry) { return entry.second == id; });

  BinnedCell binned{std::move(*found), std::nullopt, {record_.user, name}, record_.time_ms, 0};
  if (found != d_.cells_.begin()) binned.after = std::prev(found)->id;
  d_.cells_.erase(found);
  // The history of its text is not kept: a push from before comes back as stale.
  binned.cell.first_version = binned.cell.version();
  binned.cell.updates.clear();
  binned.cell.updates_units = 0;
  binned.bytes = weight(binned.cell);
  d_.bin_bytes_ += binned.bytes;
  d_.bin_.push_back(std::move(binned));
  trim_bin();
}

void Applier::trim_bin() {
  while (d_.bin_.size() > 1 &&
         (d_.bin_.size() > d_.limits_.bin_cells || d_.bin_bytes_ > d_.limits_.bin_bytes)) {
    d_.bin_bytes_ -= d_.bin_.front().bytes;
    d_.bin_.pop_front();
  }
}

void Applier::operator()(const CellSplit& f) {
  Cell* cell = d_.find_mutable(f.cell);
  if (!cell || f.version != cell->version() || f.changes.length() != cell->source.size()) return;
  const size_t second = f.inserted.source.size();
  if (second > 0 && second <= cell->source.size())
    d_.threads_.cell_split(f.cell, f.inserted.id, cell->source.size() - second);
  change_text(*cell, f.version, {{"", f.changes}});
  insert(f.inserted, f.cell);
}

void Applier::operator()(const CellsMerged& f) {
  Cell* cell = d_.find_mutable(f.cell);
  if (!cell || !change_text(*cell, f.version, {{"", f.changes}})) return;
  if (f.attachments) set_attachments(*cell, *f.attachments);
  for (size_t i = 0; i < f.merged.size(); ++i) {
    if (i < f.starts.size()) d_.threads_.cell_merged(f.merged[i], f.cell, f.starts[i]);
    remove(f.merged[i], f.name);
  }
}

void Applier::set_attachments(Cell& cell, const json::Object& attachments) {
  if (attachments.empty())
    cell.attachments.reset();
  else
    cell.attachments = attachments;
}

void Applier::operator()(const CellMoved& f) {
  const auto found = std::ranges::find(d_.cells_, f.cell, &Cell::id);
  if (found == d_.cells_.end()) return;
  Cell cell = std::move(*found);
  d_.cells_.erase(found);
  insert(std::move(cell), f.after);
}

void Applier::operator()(const CellTypeChanged& f) {
  Cell* cell = d_.find_mutable(f.cell);
  if (!cell) return;
  cell->type = f.cell_type;
  if (f.cell_type == CellType::code) return;
  clear_outputs(*cell);
  cell->metadata.erase(kExecutionInfo);
  cell->run.reset();
  cell->last_run.reset();
  cell->input.reset();
  std::erase(d_.queue_, f.cell);
  std::erase_if(d_.executions_, [&](const auto& entry) { return entry.second == f.cell; });
}

void Applier::forget_outputs(Cell& cell) {
  cell.outputs.clear();
  cell.dropped_outputs = 0;
  cell.clear_at_next_output = false;
  cell.execution_count.reset();
}

void Applier::operator()(const OutputsCleared& f) {
  for (const CellId& id : f.cells)
    if (Cell* cell = d_.find_mutable(id)) clear_outputs(*cell);
}

void Applier::clear_outputs(Cell& cell) {
  if (!cell.outputs.empty() || cell.execution_count) {
    forget_cleared(cell.id);
    const size_t bytes = weight(cell.outputs);
    d_.cleared_bytes_ += bytes;
    d_.cleared_.push_back(
        {{cell.id, std::move(cell.outputs), cell.execution_count, cell.dropped_outputs}, bytes});
    while (d_.cleared_bytes_ > d_.limits_.cleared_bytes || d_.cleared_.size() > d_.limits_.cells) {
      d_.cleared_bytes_ -= d_.cleared_.front().bytes;
      d_.cleared_.pop_front();
    }
  }
  forget_outputs(cell);
}

void Applier::forget_cleared(const CellId& id) {
  std::erase_if(d_.cleared_, [&](const ClearedOutputs& old) {
    if (old.of.cell != id) return false;
    d_.cleared_bytes_ -= old.bytes;
    return true;
  });
}

void Applier::operator()(const OutputsReplaced& f) {
  for (const OutputsOfCell& outputs : f.cells) {
    Cell* cell = d_.find_mutable(outputs.cell);
    if (!cell) continue;
    forget_cleared(cell->id);
    forget_outputs(*cell);
    cell->outputs = outputs.outputs;
    cell->execution_count = outputs.execution_count;
    cell->dropped_outputs = outputs.dropped_outputs;
  }
}

void Applier::operator()(const RunsQueued& f) {
  for (const QueuedRun& queued : f.runs) {
    Cell* cell = d_.find_mutable(queued.cell);
    if (!cell || cell->run) continue;
    cell->run = Run{RunState::queued,       queued.execution, queued.source, record_.time_ms, 0,
                    {record_.user, f.name}, f.lane,           f.user_tz};
    d_.executions_[queued.execution] = cell->id;
    d_.queue_.push_back(cell->id);
  }
}

void Applier::operator()(const RunStarted& f) {
  Cell* cell = d_.find_mutable(f.cell);
  if (!cell || !cell->run || cell->run->execution != f.execution) return;
  if (cell->last_run) d_.executions_.erase(cell->last_run->execution);
  cell->last_run.reset();
  forget_cleared(cell->id);
  forget_outputs(*cell);
  cell->run->state = RunState::running;
  cell->run->started_ms = record_.time_ms;
  effects.push_back(Dispatch{cell->id, f.execution, cell->run->source, cell->run->lane});
}

Cell* Applier::output_cell(const CellId& id) {
  Cell* cell = d_.find_mutable(id);
  if (cell && cell->clear_at_next_output) {
    cell->outputs.clear();
    cell->clear_at_next_output = false;
  }
  return cell;
}

void Applier::append_stream(Cell& cell, const std::string& name, const std::string& text,
                            const std::optional<StreamCut>& cut) {
  Stream* stream = cell.outputs.empty() ? nullptr : std::get_if<Stream>(&cell.outputs.back());
  if (!stream || stream->name != name)
    stream = &std::get<Stream>(cell.outputs.emplace_back(Stream{name, {}, std::nullopt, {}, {}}));
  if (!cut) {
    stream->text += to_utf16(text);
    return;
  }
  stream->cut = cut->total;
  stream->tail += to_utf16(text);
  if (stream->tail.size() > cut->keep) stream->tail.erase(0, stream->tail.size() - cut->keep);
}

void Applier::operator()(const OutputCleared& f) {
  Cell* cell = d_.find_mutable(f.cell);
  if (!cell) return;
  if (f.wait)
    cell->clear_at_next_output = true;
  else
    cell->outputs.clear();
}

void Applier::operator()(const DisplayUpdated& f) {
  for (Cell& cell : d_.cells_)
    for (Output& output : cell.outputs) {
      auto* rich = std::get_if<RichOutput>(&output);
      if (!rich || json::string_at(rich->object, "display_id") != f.display_id) continue;
      rich->object.set("data", f.data);
      rich->object.set("metadata", f.metadata);
      if (f.blobs.empty())
        rich->object.erase("blobs");
      else
        rich->object.set("blobs", f.blobs);
    }
}

void Applier::operator()(const InputAnswered& f) {
  Cell* cell = output_cell(f.cell);
  if (!cell) return;
  cell->input.reset();
  append_stream(*cell, "stdout", f.echo, std::nullopt);
}

namespace {

// As Colab writes it.
json::Object execution_info(const Run& run, const LastRun& last) {
  json::Object info{{"status", to_string(last.status)},
                    {"elapsed", std::max<int64_t>(0, last.finished_ms - last.started_ms)},
                    {"timestamp", last.finished_ms}};
  if (!last.by.user.empty())
    info.set("user", json::Object{{"displayName", last.by.name}, {"userId", last.by.user.value}});
  if (run.user_tz) info.set("user_tz", *run.user_tz);
  return info;
}

}  // namespace

void Applier::finish(Cell& cell, RunStatus status, const std::string& reason) {
  cell.last_run = LastRun{cell.run->execution,  status,          reason,
                          cell.run->started_ms, record_.time_ms, cell.run->by};
  cell.metadata.set(std::string(kExecutionInfo), execution_info(*cell.run, *cell.last_run));
  cell.run.reset();
  cell.input.reset();
  std::erase(d_.queue_, cell.id);
}

void Applier::cancel(const std::vector<CellId>& cells) {
  for (const CellId& id : cells) {
    Cell* cell = d_.find_mutable(id);
    if (!cell || !cell->run || cell->run->state != RunState::queued) continue;
    d_.executions_.erase(cell->run->execution);
    cell->run.reset();
    std::erase(d_.queue_, id);
  }
}

void Applier::operator()(const RunFinished& f) {
  cancel(f.cancelled);
  Cell* cell = d_.find_mutable(f.cell);
  if (!cell || !cell->run || cell->run->execution != f.execution) return;
  cell->dropped_outputs = f.dropped_outputs;
  finish(*cell, f.status, f.reason);
}

void Applier::operator()(const KernelLost& f) {
  cancel(f.cancelled);
  if (const Cell* running = d_.running(f.lane))
    finish(*d_.find_mutable(running->id), RunStatus::aborted, f.reason);
}

}  // namespace colibri::document
