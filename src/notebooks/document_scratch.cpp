// Code that runs for one tab alone, in the same lane as the notebook's cells.
#include <algorithm>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/random.hpp"
#include "notebooks/document_state.hpp"
#include "wire/server_message.hpp"

namespace colibri::notebooks {
namespace {

// A tab that has lost its connection may come back for what it ran.
constexpr auto kPadKept = std::chrono::minutes(2);

uint64_t count_at(const json::Object& object, std::string_view key) {
  return static_cast<uint64_t>(std::max<int64_t>(0, json::integer_at(object, key).value_or(0)));
}

}  // namespace

ScratchPad::ScratchPad(UserId user)
    : user(std::move(user)),
      document("scratch", {.cells = kMaxCells, .source_units = kMaxSourceUnits, .bin_cells = 0}) {}

bool ScratchPad::has_room(size_t bytes) const {
  for (const auto& [cell, burden] : burdens) bytes += burden.bytes;
  return bytes <= kMaxOutputBytes;
}

const document::Cell* ScratchPad::cell_of(const ExecutionId& execution) const {
  for (const document::Cell& cell : document.cells()) {
    if (cell.run && cell.run->execution == execution) return &cell;
    if (cell.last_run && cell.last_run->execution == execution) return &cell;
  }
  return nullptr;
}

ScratchPad* DocumentActor::State::find_pad(const ClientId& client) {
  const auto found = pads_.find(client);
  return found == pads_.end() ? nullptr : &found->second;
}

std::optional<ClientId> DocumentActor::State::scratch_of(const ExecutionId& execution) const {
  if (execution.empty()) return std::nullopt;
  for (const auto& [client, pad] : pads_)
    if (pad.cell_of(execution)) return client;
  return std::nullopt;
}

// Decides in the pad, and tells its tab at once: what is never kept need not be on the disk first.
Result<> DocumentActor::State::decide_scratch(const ClientId& client, document::Op op) {
  ScratchPad* pad = find_pad(client);
  if (!pad || failed_ || closed_)
    return failure(ErrorCode::not_found, "There is no such scratch cell.");
  const Reader* reader = reader_of(client);
  const std::string name = reader ? reader->visitor.shown_name() : "";
  const auto record =
      pad->document.decide({async::now_ms(), pad->user, {}, 0, std::move(op), name});
  if (!record) return std::unexpected(record.error());
  const auto effects = pad->document.apply(*record);
  note_executions(*record, &pad->document);
  start_commit();
  if (reader)
    reader->client->on_aside(std::make_shared<const std::string>(wire::scratch_record(*record)));
  for (const document::Effect& effect : effects) {
    const auto& dispatch = std::get<document::Dispatch>(effect);
    pad->burdens[dispatch.cell] = {};
    if (const Lane* lane = find_lane(dispatch.lane); lane && lane->runtime)
      lane->runtime->execute(dispatch.execution, dispatch.source, true);
  }
  return {};
}

void DocumentActor::State::run_scratch(const ClientId& client, const CellId& cell,
                                       std::string code) {
  const Reader* found = editor_at(client);
  if (!found) return;
  const Reader reader = *found;
  const auto refused = [&](const Error& error) {
    reader.client->on_notice({"warning", "scratch_refused", error.detail});
  };
  if (!pads_.contains(client) && pads_.size() >= ScratchPad::kMaxPads)
    return refused({ErrorCode::too_large, "Too many tabs run scratch cells of this notebook."});
  ScratchPad& pad = pads_.try_emplace(client, reader.visitor.user).first->second;
  if (const document::Cell* there = pad.document.find(cell); there && there->run)
    return refused({ErrorCode::conflict, "This scratch cell is running."});
  document::Op text = document::InsertCell{cell, document::CellType::code, {}, code, {}};
  if (pad.document.find(cell)) text = document::ReplaceText{cell, std::move(code)};
  const auto put = decide_scratch(client, std::move(text));
  if (!put && put.error().code != ErrorCode::conflict) return refused(put.error());
  Lane& lane = lane_of(in_use(reader.visitor.user));
  const auto queued = decide_scratch(
      client, document::RunCells{{cell}, {{random_id("x_")}}, lane.owner, reader.visitor.user_tz});
  if (!queued) return refused(queued.error());
  if (lane.alive())
    lane.runtime->touch();
  else
    ask_for_runtime(reader, {});
  start_next(lane);
}

void DocumentActor::State::cancel_scratch(const ClientId& client, const CellId& cell) {
  if (const ScratchPad* pad = find_pad(client))
    for (const document::Lane& lane : pad->document.lanes())
      (void)decide_scratch(client, document::CancelRuns{{cell}, lane});
}

void DocumentActor::State::close_scratch(const ClientId& client, const CellId& cell) {
  const auto closed = decide_scratch(client, document::DeleteCell{cell});
  if (!closed) return;
  if (ScratchPad* pad = find_pad(client)) pad->burdens.erase(cell);
  for (const auto& [owner, lane] : lanes_) start_next(*lane);
}

void DocumentActor::State::answer_scratch(const ClientId& client, const ExecutionId& execution,
                                          const std::string& value) {
  const ScratchPad* pad = editor_at(client) ? find_pad(client) : nullptr;
  const document::Cell* cell = pad ? pad->cell_of(execution) : nullptr;
  if (!cell || !cell->run) return;
  const UserId owner = cell->run->lane;
  const auto answered = decide_scratch(client, document::AnswerInput{execution, value});
  if (!answered) return;
  if (const Lane* lane = find_lane(owner); lane && lane->runtime)
    lane->runtime->answer_input(execution, value);
}

// Of all pads, the run that waits longest in this lane; nothing while one of them runs there.
std::optional<DocumentActor::State::ScratchRun> DocumentActor::State::next_scratch(
    const Lane& lane) const {
  std::optional<ScratchRun> first;
  for (const auto& [client, pad] : pads_)
    if (const document::Cell* cell = pad.document.next_to_start(lane.owner))
      if (!first || cell->run->queued_ms < first->queued_ms)
        first = ScratchRun{client, cell->id, cell->run->queued_ms};
  return first;
}

bool DocumentActor::State::scratch_runs(const Lane& lane) const {
  return std::ranges::any_of(
      pads_, [&](const auto& entry) { return entry.second.document.running(lane.owner); });
}

bool DocumentActor::State::has_scratch(const Lane& lane) const {
  return std::ranges::any_of(
      pads_, [&](const auto& entry) { return entry.second.document.lanes().contains(lane.owner); });
}

void DocumentActor::State::each_pad(const Lane& lane, const document::Op& op) {
  std::vector<ClientId> clients;
  for (const auto& [client, pad] : pads_)
    if (pad.document.lanes().contains(lane.owner)) clients.push_back(client);
  for (const ClientId& client : clients) (void)decide_scratch(client, op);
}

void DocumentActor::State::cancel_scratch_of(const Lane& lane,
                                             const std::function<bool(const UserId&)>& whose) {
  std::vector<ClientId> clients;
  for (const auto& [client, pad] : pads_)
    if (whose(pad.user)) clients.push_back(client);
  for (const ClientId& client : clients)
    (void)decide_scratch(client, document::CancelRuns{{}, lane.owner});
}

void DocumentActor::State::resend_scratch(const Lane& lane) const {
  for (const auto& [client, pad] : pads_)
    if (const document::Cell* cell = pad.document.running(lane.owner))
      lane.runtime->execute(cell->run->execution, cell->run->source, true);
}

void DocumentActor::State::take_scratch_output(const ClientId& client, const ExecutionId& execution,
                                               size_t bytes, document::Op op) {
  ScratchPad* pad = find_pad(client);
  const document::Cell* cell = pad ? pad->cell_of(execution) : nullptr;
  if (!cell) return;
  ScratchPad::Burden& burden = pad->burdens[cell->id];
  // A stream has caps of its own; what else there is has only this one.
  const bool is_stream = std::holds_alternative<document::AppendStream>(op);
  if (!is_stream && !pad->has_room(bytes)) {
    ++burden.dropped;
    return;
  }
  if (const auto put = decide_scratch(client, std::move(op)); put && !is_stream)
    burden.bytes += bytes;
  else if (!put && put.error().code == ErrorCode::too_large)
    ++burden.dropped;
}

void DocumentActor::State::take_scratch_frame(Lane& lane, const ClientId& client,
                                              const runtimes::Frame& frame) {
  const json::Object& m = frame.message;
  const auto text = [&](std::string_view key) { return json::string_at(m, key).value_or(""); };
  const ExecutionId execution{text("execution")};
  if (frame.type == "stream") {
    document::AppendStream op{execution, text("name"), text("text"), {}};
    if (const json::Object* dropped = json::object_at(m, "dropped"))
      op.dropped = {count_at(*dropped, "lines"), count_at(*dropped, "bytes")};
    take_scratch_output(client, execution, frame.bytes, std::move(op));
  } else if (frame.type == "output") {
    const json::Value* value = m.find("output");
    auto output = value ? document::output_from_json(*value)
                        : Result<document::Output>(failure(ErrorCode::invalid, "no output"));
    if (output)
      take_scratch_output(client, execution, frame.bytes,
                          document::AppendOutput{execution, *std::move(output)});
  } else if (frame.type == "clear") {
    const bool wait = json::bool_at(m, "wait").value_or(false);
    (void)decide_scratch(client, document::ClearOutput{execution, wait});
  } else if (frame.type == "count") {
    const int64_t count = json::integer_at(m, "count").value_or(0);
    (void)decide_scratch(client, document::CountExecution{execution, count});
  } else if (frame.type == "input") {
    const bool password = json::bool_at(m, "password").value_or(false);
    (void)decide_scratch(client, document::RequestInput{execution, text("prompt"), password});
  } else if (frame.type == "done") {
    const auto status = document::parse_run_status(text("status"));
    finish_scratch(lane, client,
                   {execution, status.value_or(document::RunStatus::aborted), text("reason"), 0});
    start_next(lane);
  }
}

void DocumentActor::State::update_scratch(const document::UpdateDisplay& update) {
  std::vector<ClientId> clients;
  for (const auto& [client, pad] : pads_) clients.push_back(client);
  for (const ClientId& client : clients) (void)decide_scratch(client, update);
}

void DocumentActor::State::finish_scratch(Lane& lane, const ClientId& client,
                                          document::FinishRun end) {
  ScratchPad* pad = find_pad(client);
  if (const document::Cell* cell = pad ? pad->cell_of(end.execution) : nullptr)
    end.dropped_outputs = pad->burdens[cell->id].dropped;
  const bool stops = end.status != document::RunStatus::ok;
  (void)decide_scratch(client, std::move(end));
  if (stops) stop_waiting(lane);
}

// An uncaught error stops what waits in its lane: also what another document has there.
void DocumentActor::State::stop_waiting(const Lane& lane) {
  if (!tip_.waiting(lane.owner).empty()) decide_own(document::CancelRuns{{}, lane.owner});
  each_pad(lane, document::CancelRuns{{}, lane.owner});
}

void DocumentActor::State::tell_scratch(const Reader& reader) {
  ScratchPad* pad = find_pad(reader.id);
  if (pad) ++pad->visit;
  reader.client->on_aside(std::make_shared<const std::string>(wire::scratch_snapshot(
      pad ? std::optional(json::serialize(pad->document.page_snapshot())) : std::nullopt)));
}

void DocumentActor::State::leave_scratch(const ClientId& client) {
  if (const ScratchPad* pad = find_pad(client))
    async::spawn(world_.reactor, forget_scratch(weak_from_this(), client, pad->visit),
                 "forgetting scratch cells");
}

Task<void> DocumentActor::State::forget_scratch(std::weak_ptr<State> weak, ClientId client,
                                                uint64_t visit) {
  co_await async::sleep_for(kPadKept);
  const auto self = weak.lock();
  if (!self || self->reader_of(client)) co_return;
  const ScratchPad* pad = self->find_pad(client);
  if (!pad || pad->visit != visit) co_return;
  self->pads_.erase(client);
  // Its runs are nobody's any more.
  for (const auto& [owner, lane] : self->lanes_) self->start_next(*lane);
}

}  // namespace colibri::notebooks
