#include <algorithm>

#include "base/utf.hpp"
#include "document/decide.hpp"

namespace colibri::document {
namespace {

bool is_blank(std::u16string_view text) {
  return std::ranges::all_of(
      text, [](char16_t c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; });
}

uint64_t count_lines(std::u16string_view text) {
  return static_cast<uint64_t>(std::ranges::count(text, u'\n'));
}

// Where the kept part of a tail begins when `excess` units must go: at the next line, if there is
// one near, and never between the halves of a pair.
size_t cut_place(std::u16string_view text, size_t excess) {
  constexpr size_t kLookAhead = 4096;
  const size_t line = text.find(u'\n', excess);
  if (line != std::u16string_view::npos && line - excess < kLookAhead) return line + 1;
  if (excess < text.size() && is_low_surrogate(text[excess])) return excess + 1;
  return excess;
}

// The cut of a stream that `text` is appended to behind its head, whose tail is `tail`.
StreamCut cut_tail(const Stream* stream, std::u16string_view text, const Cut& dropped,
                   size_t tail_units) {
  std::u16string tail = stream ? stream->tail : std::u16string();
  StreamCut cut{stream && stream->cut ? *stream->cut : Cut{}, 0};
  const auto leave_out = [&](std::u16string_view part) {
    cut.total.lines += count_lines(part);
    cut.total.bytes += to_utf8(part).size();
  };
  cut.total.lines += dropped.lines;
  cut.total.bytes += dropped.bytes;
  if (dropped.bytes > 0) {
    // The gap lies before `text`: what was kept before the gap must go, or the note of the gap
    // would stand in the wrong place.
    leave_out(tail);
    tail.clear();
  }
  tail += text;
  if (tail.size() > tail_units) {
    const size_t from = cut_place(tail, tail.size() - tail_units);
    leave_out(std::u16string_view(tail).substr(0, from));
    cut.keep = tail.size() - from;
  } else {
    cut.keep = tail.size();
  }
  return cut;
}

}  // namespace

Result<const Cell*> Decider::need_run(const ExecutionId& execution) const {
  if (const Cell* cell = document_.find_by_execution(execution)) return cell;
  return failure(ErrorCode::no_such_cell, "The run is over or its cell was deleted.");
}

Result<Fact> Decider::operator()(const RunCells& op) const {
  if (op.executions.size() != op.cells.size())
    return failure(ErrorCode::invalid, "A run needs an execution id for each cell.");
  RunsQueued fact;
  const Cell* taken = nullptr;  // In another lane.
  for (size_t i = 0; i < op.cells.size(); ++i) {
    const Cell* cell = document_.find(op.cells[i]);
    if (cell && cell->run && cell->run->lane != op.lane) taken = cell;
    if (!cell || cell->type != CellType::code || cell->run || is_blank(cell->source)) continue;
    const auto twice = std::ranges::find(fact.runs, op.cells[i], &QueuedRun::cell);
    if (twice == fact.runs.end())
      fact.runs.push_back({op.cells[i], op.executions[i], to_utf8(cell->source)});
  }
  if (fact.runs.empty() && taken)
    return failure(ErrorCode::conflict, taken->run->by.name + " is running this cell.");
  if (fact.runs.empty()) return failure(ErrorCode::conflict, "There is nothing to run.");
  fact.name = command_.user_name;
  fact.lane = op.lane;
  fact.user_tz = op.user_tz;
  return fact;
}

Result<Fact> Decider::operator()(const CancelRuns& op) const {
  RunsCancelled fact;
  for (const CellId& id : document_.waiting(op.lane))
    if (op.cells.empty() || std::ranges::find(op.cells, id) != op.cells.end())
      fact.cells.push_back(id);
  if (fact.cells.empty()) return failure(ErrorCode::conflict, "No such cell is waiting to run.");
  return fact;
}

Result<Fact> Decider::operator()(const AnswerInput& op) const {
  const auto cell = need_run(op.execution);
  if (!cell) return std::unexpected(cell.error());
  const auto& input = (*cell)->input;
  if (!input || input->execution != op.execution)
    return failure(ErrorCode::conflict, "The cell is not waiting for input.");
  return InputAnswered{(*cell)->id, op.execution,
                       input->prompt + (input->password ? "" : op.value) + "\n"};
}

Result<Fact> Decider::operator()(const StartRun& op) const {
  const Cell* cell = document_.find(op.cell);
  const Cell* next = cell && cell->run ? document_.next_to_start(cell->run->lane) : nullptr;
  if (!next || next != cell) return failure(ErrorCode::conflict, "It is not this cell's turn.");
  return RunStarted{next->id, next->run->execution};
}

Result<Fact> Decider::operator()(const CountExecution& op) const {
  const auto cell = need_run(op.execution);
  if (!cell) return std::unexpected(cell.error());
  return ExecutionCounted{(*cell)->id, op.execution, op.count};
}

Result<Fact> Decider::operator()(const AppendStream& op) const {
  const auto cell = need_run(op.execution);
  if (!cell) return std::unexpected(cell.error());
  const Cell& c = **cell;
  const Stream* stream = c.clear_at_next_output || c.outputs.empty()
                             ? nullptr
                             : std::get_if<Stream>(&c.outputs.back());
  if (stream && stream->name != op.name) stream = nullptr;
  if (!stream && !c.clear_at_next_output && c.outputs.size() >= document_.limits_.outputs_per_cell)
    return failure(ErrorCode::too_large, "The cell has too many outputs.");

  StreamAppended fact{c.id, op.execution, op.name, op.text, std::nullopt};
  const std::u16string text = to_utf16(op.text);
  const size_t head = stream ? stream->text.size() : 0;
  const bool fits = head + text.size() <= document_.limits_.stream_head_units;
  if (!fits || op.dropped.bytes > 0 || (stream && stream->cut))
    fact.cut = cut_tail(stream, text, op.dropped, document_.limits_.stream_tail_units);
  return fact;
}

Result<Fact> Decider::operator()(const AppendOutput& op) const {
  const auto cell = need_run(op.execution);
  if (!cell) return std::unexpected(cell.error());
  const Cell& c = **cell;
  if (!c.clear_at_next_output && c.outputs.size() >= document_.limits_.outputs_per_cell)
    return failure(ErrorCode::too_large, "The cell has too many outputs.");
  return OutputAppended{c.id, op.execution, op.output};
}

Result<Fact> Decider::operator()(const ClearOutput& op) const {
  const auto cell = need_run(op.execution);
  if (!cell) return std::unexpected(cell.error());
  return OutputCleared{(*cell)->id, op.execution, op.wait};
}

Result<Fact> Decider::operator()(const UpdateDisplay& op) const {
  for (const Cell& cell : document_.cells())
    for (const Output& output : cell.outputs)
      if (const auto* rich = std::get_if<RichOutput>(&output);
          rich && json::string_at(rich->object, "display_id") == op.display_id)
        return DisplayUpdated{op.display_id, op.data, op.metadata, op.blobs, op.lane};
  return failure(ErrorCode::conflict, "No output has this display id.");
}

Result<Fact> Decider::operator()(const RequestInput& op) const {
  const auto cell = need_run(op.execution);
  if (!cell) return std::unexpected(cell.error());
  if (!(*cell)->run || (*cell)->run->execution != op.execution)
    return failure(ErrorCode::conflict, "The run is over.");
  return InputRequested{(*cell)->id, op.execution, op.prompt, op.password};
}

Result<Fact> Decider::operator()(const FinishRun& op) const {
  const auto cell = need_run(op.execution);
  if (!cell) return std::unexpected(cell.error());
  const auto& run = (*cell)->run;
  if (!run || run->execution != op.execution || run->state != RunState::running)
    return failure(ErrorCode::conflict, "The run is over.");
  // An uncaught error stops what waits, as in Colab; so does an interrupt.
  const bool stops = op.status != RunStatus::ok;
  return RunFinished{
      (*cell)->id,        op.execution,
      op.status,          op.reason,
      op.dropped_outputs, stops ? document_.waiting(run->lane) : std::vector<CellId>{}};
}

Result<Fact> Decider::operator()(const LoseKernel& op) const {
  if (!document_.lanes().contains(op.lane))
    return failure(ErrorCode::conflict, "Nothing was running or waiting.");
  return KernelLost{op.lane, op.reason, op.detail, document_.waiting(op.lane)};
}

}  // namespace colibri::document
