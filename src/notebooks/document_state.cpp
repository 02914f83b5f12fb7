#include "notebooks/document_state.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "notebooks/blob_rows.hpp"

namespace colibri::notebooks {

using document::Command;
using document::Op;

namespace {

constexpr uint16_t kFailed = 1011;
constexpr size_t kPendingLimit = 8 << 20;

// A small notebook's log is to stay small too: half of what it holds, or what is nothing to speak
// of.
size_t share_of(size_t snapshot_bytes, size_t most) {
  constexpr size_t kLeast = 256 << 10;
  return std::clamp(snapshot_bytes / 2, std::min(kLeast, most), most);
}

SharedText text_of(const document::Record& record) {
  return std::make_shared<const std::string>(json::serialize(document::to_json(record)));
}

}  // namespace

DocumentActor::State::State(World& world, NotebookId id, UserId owner, std::string path,
                            std::shared_ptr<const drive::Drive> drive, Opened opened)
    : world_(world),
      id_(std::move(id)),
      owner_(std::move(owner)),
      path_(std::move(path)),
      title_(title_of(path_)),
      drive_(std::move(drive)),
      log_(world.store, id_),
      tip_(std::move(opened.document)),
      notes_(std::move(opened.notes)),
      tail_(std::move(opened.tail)),
      committed_(tip_.seq()),
      snapshot_seq_(opened.snapshot_seq),
      snapshot_bytes_(opened.snapshot_bytes),
      revisions_(world.store, id_),
      revised_seq_(opened.revised_seq),
      authors_(std::move(opened.authors)),
      file_(std::move(opened.file)),
      next_(std::move(opened.next)),
      saved_(opened.unsaved ? 0 : tip_.seq()),
      unsaved_(opened.unsaved) {
  for (const auto& [seq, text] : tail_)
    if (seq > snapshot_seq_) log_bytes_ += text->size();
}

DocumentActor::State::~State() = default;

bool DocumentActor::State::unused() const {
  return readers_.empty() && joining_.empty() &&
         std::ranges::none_of(lanes_, [](const auto& lane) { return lane.second->alive(); });
}

bool DocumentActor::State::clean() const {
  return committed_ == tip_.seq() && !needs_save() && !saving_ && !committing_ && !looking_ &&
         !revising_.is_held();
}

void DocumentActor::State::submit(Command command) {
  if (failed_ || closed_)
    return refuse(command.client, command.command,
                  {ErrorCode::unavailable, "The notebook is being loaded anew."});
  if (tip_.has_accepted(command.client, command.command)) return;
  if (!allow(command.client, command.command, document::needed_role(command.op))) return;
  command.time_ms = async::now_ms();
  const Reader reader = *reader_of(command.client);
  command.user_name = reader.visitor.shown_name();
  command.role = reader.visitor.role;
  Lane& lane = lane_of(in_use(reader.visitor.user));
  if (lane.alive()) lane.runtime->touch();
  bool is_run = false;
  if (auto* cancel = std::get_if<document::CancelRuns>(&command.op)) cancel->lane = lane.owner;
  if (auto* run = std::get_if<document::RunCells>(&command.op)) {
    is_run = true;
    run->lane = lane.owner;
    run->user_tz = reader.visitor.user_tz;
    run->executions.clear();
    for (size_t i = 0; i < run->cells.size(); ++i) run->executions.push_back({random_id("x_")});
  }
  std::optional<Answer> answer;
  if (auto* input = std::get_if<document::AnswerInput>(&command.op)) {
    if (!may_answer(reader, *input, lane)) return;
    answer = Answer{lane.owner, input->execution, input->value};
  }
  if (!decide(std::move(command))) return;
  if (answer) pending_.answers.push_back(std::move(*answer));
  if (is_run && !lane.alive()) ask_for_runtime(reader, {});
  start_next(lane);
}

// What somebody types for a kernel is for the people of that kernel, a password for who asked for
// it.
bool DocumentActor::State::may_answer(const Reader& reader, const document::AnswerInput& input,
                                      const Lane& lane) const {
  for (const document::Cell& cell : tip_.cells()) {
    if (!cell.input || cell.input->execution != input.execution || !cell.run) continue;
    if (cell.run->lane == lane.owner &&
        (!cell.input->password || cell.run->by.user == reader.visitor.user))
      return true;
    reader.client->on_notice(
        {"warning", "denied", "Only " + cell.run->by.name + " may answer this."});
    return false;
  }
  return true;  // Nothing waits: the document says so.
}

Task<void> DocumentActor::State::wait_for_room(std::shared_ptr<State> self) {
  while (self->pending_bytes_ > kPendingLimit && !self->failed_ && !self->closed_) {
    self->room_.reset();
    co_await self->room_.wait_for(std::chrono::seconds(1));
  }
}

bool DocumentActor::State::decide(Command command) {
  const ClientId client = command.client;
  const uint64_t number = command.command;
  auto record = tip_.decide(command);
  if (!record) {
    refuse(client, number, record.error());
    return false;
  }
  for (Mention& mention : mentions_in(*record)) pending_.mentions.push_back(std::move(mention));
  for (document::Effect& effect : tip_.apply(*record))
    pending_.effects.push_back(std::move(effect));
  note_executions(*record);
  note_author(record->user);
  pending_.batch.records.emplace_back(record->seq, text_of(*record));
  pending_bytes_ += pending_.batch.records.back().second->size();
  start_commit();
  return true;
}

void DocumentActor::State::decide_own(Op op) {
  if (!failed_ && !closed_) decide({async::now_ms(), {}, {}, 0, std::move(op)});
}

void DocumentActor::State::start_next(Lane& lane) {
  if (!lane.can_execute() || scratch_runs(lane)) return;
  const document::Cell* next = tip_.next_to_start(lane.owner);
  const auto scratch = tip_.running(lane.owner) ? std::nullopt : next_scratch(lane);
  if (scratch && (!next || scratch->queued_ms < next->run->queued_ms))
    (void)decide_scratch(scratch->client, document::StartRun{scratch->cell});
  else if (next)
    decide_own(document::StartRun{next->id});
}

void DocumentActor::State::start_commit() {
  if (committing_ || failed_) return;
  committing_ = true;
  async::spawn(world_.reactor, commit_loop(shared_from_this()), "committing a notebook");
}

Task<void> DocumentActor::State::commit_loop(std::shared_ptr<State> self) {
  // Not in the middle of a turn: what one command causes (a run queued, and started) goes into one
  // commit.
  co_await asio::post(self->world_.reactor, asio::use_awaitable);
  while (!self->pending_.batch.empty()) {
    Pending batch = std::exchange(self->pending_, Pending());
    for (const auto& [owner, lane] : self->lanes_)
      if (lane->runtime && lane->taken_frame > 0)
        batch.batch.frames[lane->runtime->id()] = lane->taken_frame;
    const Result<> saved = co_await self->log_.append(batch.batch);
    if (!saved) {
      self->fail(saved.error());
      break;
    }
    self->after_commit(std::move(batch));
  }
  self->committing_ = false;
  self->commit_done_.set();
}

void DocumentActor::State::after_commit(Pending done) {
  for (auto& [seq, text] : done.batch.records) {
    committed_ = seq;
    log_bytes_ += text->size();
    pending_bytes_ -= text->size();
    tail_.emplace_back(seq, std::move(text));
  }
  // Blobs that took the place of others are a burden as records are.
  for (const BlobRow& blob : done.batch.blobs) log_bytes_ += blob.bytes;
  room_.set();
  // The kernel first: it has more to do than we.
  for (const document::Effect& effect : done.effects) {
    const auto& dispatch = std::get<document::Dispatch>(effect);
    if (const Lane* lane = find_lane(dispatch.lane); lane && lane->runtime)
      lane->runtime->execute(dispatch.execution, dispatch.source, true);
  }
  for (const Answer& answer : done.answers)
    if (const Lane* lane = find_lane(answer.lane); lane && lane->runtime)
      lane->runtime->answer_input(answer.execution, answer.value);
  for (const auto& [owner, lane] : lanes_)
    if (lane->resend && committed_ == tip_.seq()) resend(*lane);
  deliver_soon();
  for (Mention& mention : done.mentions)
    async::spawn(world_.reactor, world_.tell_mention(std::move(mention)),
                 "telling who was mentioned");
  for (const auto& [owner, lane] : lanes_)
    if (lane->runtime)
      if (const auto frame = done.batch.frames.find(lane->runtime->id());
          frame != done.batch.frames.end())
        lane->runtime->committed(frame->second);
  if (!done.batch.records.empty()) note_change();
  maybe_compact();
}

void DocumentActor::State::fail(const Error& error) {
  log::error("notebook {}: a change could not be saved: {}", id_.value, error.detail);
  failed_ = true;
  pending_ = Pending();
  room_.set();
  for_each_client([&](Client& client) {
    client.on_notice({"error", "not_saved",
                      "The last change could not be saved and was not accepted: " + error.detail});
  });
  close(kFailed, "the notebook is loaded anew");
  maybe_unused_.set();
}

void DocumentActor::State::maybe_compact() {
  const size_t most_bytes = share_of(snapshot_bytes_, world_.settings.compact_bytes);
  const bool due =
      committed_ - snapshot_seq_ >= world_.settings.compact_records || log_bytes_ >= most_bytes;
  if (!due || compacting_) return;
  // With a file it waits for the next writing of that, within two seconds: so the log always goes
  // back to what the file holds.
  if (has_file()) {
    compact_due_ = true;
    const bool pours = log_bytes_ >= world_.settings.compact_bytes;  // More than two seconds bear.
    if (pours && save_error_.empty()) save_wanted_.set();
    return note_change();
  }
  compacting_ = true;
  async::spawn(world_.reactor, compact(shared_from_this()), "compacting a notebook's log");
}

uint64_t DocumentActor::State::keep_after(size_t snapshot_bytes) const {
  const size_t most = share_of(snapshot_bytes, world_.settings.kept_bytes);
  size_t records = 0, bytes = 0;
  for (auto at = tail_.rbegin(); at != tail_.rend(); ++at) {
    bytes += at->second->size();
    const bool is_newest = ++records == 1;  // Whoever was gone for a blink misses no more than it.
    if (records > world_.settings.kept_records || (bytes > most && !is_newest)) return at->first;
  }
  return tail_.empty() ? committed_ : tail_.front().first - 1;
}

Task<void> DocumentActor::State::compact(std::shared_ptr<State> self) {
  const uint64_t seq = self->tip_.seq();
  std::string snapshot = json::serialize(self->tip_.snapshot(), json::NanAs::python);
  // Under load the tip is always ahead of the disk, and a snapshot must not be.
  const bool on_disk = co_await committed(self, seq);
  if (on_disk) co_await keep_snapshot(self, seq, std::move(snapshot), self->file_);
  self->compacting_ = false;
}

Task<void> DocumentActor::State::keep_snapshot(std::shared_ptr<State> self, uint64_t seq,
                                               std::string text, FileMark file) {
  const size_t bytes = text.size();
  auto work = [text = std::move(text)] { return pack_snapshot(text); };
  auto packed = co_await self->world_.pool.run(std::move(work));
  // A revision under way may name blobs that the snapshot does not.
  const auto hold = co_await self->revising_.take();
  if (self->failed_) co_return;  // Another may have loaded the notebook, and gone on.
  const uint64_t keep_after = std::min(seq, self->keep_after(bytes));
  auto gone = co_await self->log_.write_snapshot(self->tip_.epoch(), seq, std::move(packed),
                                                 std::move(file), keep_after);
  if (!gone) {
    log::warn("notebook {}: its log was not compacted: {}", self->id_.value, gone.error().detail);
    co_return;
  }
  async::spawn(self->world_.reactor, remove_blob_files(self->world_, std::move(*gone)),
               "removing outputs that nobody needs");
  self->snapshot_seq_ = seq;
  self->snapshot_bytes_ = bytes;
  self->log_bytes_ = 0;
  for (const auto& [number, kept] : self->tail_)
    if (number > seq) self->log_bytes_ += kept->size();
}

}  // namespace colibri::notebooks
