// What a document does with its runtime: frames in, executions and questions out.
#include <algorithm>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "base/utf.hpp"
#include "notebooks/document_state.hpp"
#include "wire/server_message.hpp"

namespace colibri::notebooks {
namespace {

constexpr size_t kMaxQuestions = 64;

std::string member(const json::Object& object, std::string_view key) {
  return json::string_at(object, key).value_or("");
}

json::Object object_member(const json::Object& object, std::string_view key) {
  const json::Object* found = json::object_at(object, key);
  return found ? *found : json::Object{};
}

uint64_t count_member(const json::Object& object, std::string_view key) {
  return static_cast<uint64_t>(std::max<int64_t>(0, json::integer_at(object, key).value_or(0)));
}

// Roughly what a payload takes: only outputs that may hold a large one need the disk.
bool may_hold_blobs(const runtimes::Frame& frame, size_t blob_bytes) {
  return (frame.type == "output" || frame.type == "update") && frame.bytes > blob_bytes;
}

// The kernel's answer as a page wants it: places in UTF-16 units.
json::Object completion(const json::Object& content, const std::string& code) {
  const auto place = [&](const char* key) {
    const auto points = static_cast<size_t>(count_member(content, key));
    return static_cast<uint64_t>(code_points_to_utf16(code, points));
  };
  const json::Value* matches = content.find("matches");
  return {{"matches", matches ? *matches : json::Value(json::Array{})},
          {"start", place("start")},
          {"end", place("end")},
          {"metadata", object_member(content, "metadata")}};
}

json::Object inspection(const json::Object& content) {
  return {{"found", json::bool_at(content, "found").value_or(false)},
          {"data", object_member(content, "data")}};
}

}  // namespace

void Lane::on_frame(runtimes::Frame frame) {
  if (const auto document = document_.lock()) document->on_frame(*this, std::move(frame));
}
void Lane::on_lease(const lease::Status& status) {
  if (const auto document = document_.lock()) document->on_lease(*this, status);
}
void Lane::on_linked() {
  if (const auto document = document_.lock()) document->on_linked(*this);
}
void Lane::on_meters(const json::Object& meters) {
  if (const auto document = document_.lock()) document->on_meters(*this, meters);
}
void Lane::on_line(const link::LineRuns& now) {
  if (const auto document = document_.lock()) document->on_line(*this, now);
}
void Lane::on_reply(const std::string& request, Result<json::Object> content) {
  if (const auto document = document_.lock()) document->on_reply(request, std::move(content));
}

bool Lane::is_watched() const {
  const auto document = document_.lock();
  return document && document->is_here(owner);
}

void DocumentActor::State::ask(Question question, size_t cursor, int detail) {
  if (questions_.size() >= kMaxQuestions)
    return question.client->on_reply(
        question.request, failure(ErrorCode::unavailable, "Too many questions at a time."));
  const auto reader = std::ranges::find(readers_, question.client, &Reader::client);
  if (reader == readers_.end()) return;
  if (reader->visitor.role < document::Role::editor) {
    note_denial(reader->visitor);
    return question.client->on_reply(
        question.request, failure(ErrorCode::denied, "Only editors may ask the kernel."));
  }
  const Lane* lane = find_lane(in_use(reader->visitor.user));
  if (!lane || !lane->can_execute())
    return question.client->on_reply(question.request,
                                     failure(ErrorCode::unavailable, "No kernel is connected."));
  question.lane = lane->owner;
  const std::string key = "q" + std::to_string(++last_question_);
  const size_t place = utf16_to_code_points(question.code, cursor);
  const Result<> sent = question.is_completion
                            ? lane->runtime->complete(key, question.code, place)
                            : lane->runtime->inspect(key, question.code, place, detail);
  if (!sent) return question.client->on_reply(question.request, std::unexpected(sent.error()));
  questions_.emplace(key, std::move(question));
}

void DocumentActor::State::on_reply(const std::string& request, Result<json::Object> content) {
  const auto found = questions_.find(request);
  if (found == questions_.end()) return;
  const Question question = std::move(found->second);
  questions_.erase(found);
  if (content)
    content = question.is_completion ? completion(*content, question.code) : inspection(*content);
  question.client->on_reply(question.request, content);
}

void DocumentActor::State::comm(Client& client, const json::Object& message,
                                const std::vector<std::string>& buffers) {
  const auto reader = std::ranges::find(readers_, &client, &Reader::client);
  if (reader == readers_.end() || !editor_at(reader->id)) return;
  if (const Lane* lane = find_lane(in_use(reader->visitor.user)); lane && lane->runtime)
    lane->runtime->comm(message, buffers);
}

void DocumentActor::State::on_meters(Lane& lane, const json::Object& meters) {
  for_each_user(lane, [&](Client& client) { client.on_meters(meters); });
}

void DocumentActor::State::on_line(Lane& lane, const link::LineRuns& now) {
  const auto message =
      std::make_shared<const std::string>(wire::line(now.execution, now.line, now.calls));
  if (const auto own = scratch_of(now.execution)) {
    if (const Reader* reader = reader_of(*own)) reader->client->on_aside(message);
    return;
  }
  for_each_user(lane, [&](Client& client) { client.on_aside(message); });
}

void DocumentActor::State::on_lease(Lane& lane, const lease::Status& status) {
  if (lane.runtime && lane.runtime->id() != status.id) return;
  tell_lease(lane);
  if (status.state == lease::State::ended) {
    for (auto at = questions_.begin(); at != questions_.end();) {
      const Question question = at->second;
      if (question.lane != lane.owner) {
        ++at;
        continue;
      }
      at = questions_.erase(at);
      question.client->on_reply(question.request,
                                failure(ErrorCode::unavailable, "The runtime ended."));
    }
    const bool lost = status.reason == "supervisor_lost" || status.reason == "page_gone";
    lose_kernel(lane, lost ? status.reason : "runtime_ended", status.detail);
    if (!readers_.empty())
      async::spawn(world_.reactor, end_session(shared_from_this()), "ending a session");
    end_visits(lane, true);
    if (const auto next = lane.runtime ? lane.runtime->successor() : nullptr) {
      take_up(lane, next);
    } else {
      let_users_go(lane);
    }
    tell_choices();
    if (unused()) maybe_unused_.set();
  } else {
    start_next(lane);
  }
}

void DocumentActor::State::on_linked(Lane& lane) {
  if (committed_ == tip_.seq())
    resend(lane);
  else
    lane.resend = true;
  start_next(lane);
}

// What the kernel was told before a server or a link went away may not have arrived. The supervisor
// knows an execution that it has.
void DocumentActor::State::resend(Lane& lane) {
  lane.resend = false;
  if (const document::Cell* cell = tip_.running(lane.owner))
    lane.runtime->execute(cell->run->execution, cell->run->source, true);
  resend_scratch(lane);
}

void DocumentActor::State::lose_kernel(Lane& lane, const std::string& reason,
                                       const std::string& detail) {
  decide_own(document::LoseKernel{lane.owner, reason, detail});
  each_pad(lane, document::LoseKernel{lane.owner, reason, detail});
  lane.dropped_outputs.clear();
}

void DocumentActor::State::on_frame(Lane& lane, runtimes::Frame frame) {
  if (failed_) return;
  // Only we name blobs.
  frame.message.erase("blobs");
  if (json::Value* output = frame.message.find("output"); output && output->if_object())
    output->if_object()->erase("blobs");
  if (lane.taking_frames || has_blobs(frame)) {
    lane.frames.push_back(std::move(frame));
    if (lane.taking_frames) return;
    lane.taking_frames = true;
    return async::spawn(world_.reactor, frame_loop(shared_from_this(), lane.shared_from_this()),
                        "taking in outputs");
  }
  take_frame(lane, frame);
}

// What a scratch cell puts out stands beside nothing: no file and no snapshot would name it.
bool DocumentActor::State::has_blobs(const runtimes::Frame& frame) const {
  return may_hold_blobs(frame, world_.settings.blob_bytes) &&
         !scratch_of({member(frame.message, "execution")});
}

Task<void> DocumentActor::State::frame_loop(std::shared_ptr<State> self,
                                            std::shared_ptr<Lane> lane) {
  while (!lane->frames.empty() && !self->failed_) {
    runtimes::Frame frame = std::move(lane->frames.front());
    lane->frames.pop_front();
    if (self->has_blobs(frame)) {
      // An update has its payloads at the top, an output one level below.
      json::Value* output = frame.message.find("output");
      json::Object* holder = output && output->if_object() ? output->if_object() : &frame.message;
      auto work = [holder, folder = self->world_.blob_folder()] {
        return move_to_blobs(*holder, folder);
      };
      auto rows = co_await self->world_.pool.run(std::move(work));
      if (rows)
        for (BlobRow& row : *rows) self->pending_.batch.blobs.push_back(std::move(row));
      else
        self->fail(rows.error());
    }
    if (!self->failed_) self->take_frame(*lane, frame);
  }
  lane->taking_frames = false;
}

void DocumentActor::State::take_frame(Lane& lane, const runtimes::Frame& frame) {
  const json::Object& m = frame.message;
  const ExecutionId execution{member(m, "execution")};
  lane.taken_frame = frame.n;
  if (const auto own = scratch_of(execution)) {
    take_scratch_frame(lane, *own, frame);
  } else if (frame.type == "stream") {
    document::AppendStream op{execution, member(m, "name"), member(m, "text"), {}};
    if (const json::Object* dropped = json::object_at(m, "dropped"))
      op.dropped = {count_member(*dropped, "lines"), count_member(*dropped, "bytes")};
    decide_own(std::move(op));
  } else if (frame.type == "output") {
    take_output(lane, frame, execution);
  } else if (frame.type == "update") {
    document::UpdateDisplay update{member(m, "display_id"), object_member(m, "data"),
                                   object_member(m, "metadata"), object_member(m, "blobs"),
                                   lane.owner};
    update_scratch(update);
    decide_own(std::move(update));
  } else if (frame.type == "clear") {
    decide_own(document::ClearOutput{execution, json::bool_at(m, "wait").value_or(false)});
  } else if (frame.type == "count") {
    decide_own(document::CountExecution{execution, json::integer_at(m, "count").value_or(0)});
  } else if (frame.type == "input") {
    decide_own(document::RequestInput{execution, member(m, "prompt"),
                                      json::bool_at(m, "password").value_or(false)});
  } else if (frame.type == "done") {
    const auto status = document::parse_run_status(member(m, "status"));
    decide_own(document::FinishRun{execution, status.value_or(document::RunStatus::aborted),
                                   member(m, "reason"), lane.dropped_outputs[execution]});
    lane.dropped_outputs.erase(execution);
    if (status != document::RunStatus::ok) each_pad(lane, document::CancelRuns{{}, lane.owner});
    start_next(lane);
  } else if (frame.type == "kernel") {
    const std::string state = member(m, "state");
    if (state == "restarting" || state == "dead")
      lose_kernel(lane, member(m, "reason").empty() ? "kernel_died" : member(m, "reason"),
                  member(m, "detail"));
    start_next(lane);
  } else if (frame.type == "comm") {
    const json::Object message = object_member(m, "message");
    for_each_user(lane, [&](Client& client) { client.on_comm(message, frame.buffers); });
  }
  if (pending_.batch.empty() && !committing_ && !lane.flushing_frames) {
    lane.flushing_frames = true;
    async::spawn(world_.reactor, flush_frames(shared_from_this(), lane.shared_from_this()),
                 "noting frames");
  }
}

void DocumentActor::State::take_output(Lane& lane, const runtimes::Frame& frame,
                                       const ExecutionId& execution) {
  const json::Value* value = frame.message.find("output");
  auto output = value ? document::output_from_json(*value)
                      : Result<document::Output>(failure(ErrorCode::invalid, "no output"));
  if (!output) return log::debug("notebook {}: {}", id_.value, output.error().detail);
  const document::Command command{
      async::now_ms(), {}, {}, 0, document::AppendOutput{execution, std::move(*output)}};
  if (const auto record = tip_.decide(command);
      !record && record.error().code == ErrorCode::too_large) {
    ++lane.dropped_outputs[execution];
    return;
  }
  decide(command);
}

// Frames that changed nothing in the document (the kernel's state) need no commit of their own at
// once, but must not be kept by the supervisor for ever either.
Task<void> DocumentActor::State::flush_frames(std::shared_ptr<State> self,
                                              std::shared_ptr<Lane> lane) {
  co_await async::sleep_for(std::chrono::milliseconds(500));
  lane->flushing_frames = false;
  if (self->failed_ || !lane->runtime || self->committing_) co_return;
  self->pending_.batch.frames[lane->runtime->id()] = lane->taken_frame;
  self->start_commit();
}

}  // namespace colibri::notebooks
