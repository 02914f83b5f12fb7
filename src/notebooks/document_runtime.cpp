// What a document does with its runtime: frames in, executions and questions out.
#include <algorithm>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "base/utf.hpp"
#include "notebooks/document_state.hpp"

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

void DocumentActor::State::connect(const UserId& user, const std::string& flavor,
                                   const std::string& image) {
  if (failed_ || closed_) return;
  runtimes::Wish wish{flavor, image, ""};
  if (const json::Object* kernelspec = json::object_at(tip_.metadata(), "kernelspec"))
    wish.kernel_name = member(*kernelspec, "name");
  auto runtime = world_.runtimes.request(id_, user, std::move(wish), weak_from_this());
  if (!runtime) {
    const Notice notice{"error", "not_connected", runtime.error().detail};
    if (!runtime_ || !runtime_->alive()) lose_kernel("runtime_ended", runtime.error().detail);
    return for_each_client([&](Client& client) { client.on_notice(notice); });
  }
  runtime_ = std::move(*runtime);
  taken_frame_ = 0;
  tell_lease();
}

void DocumentActor::State::disconnect() {
  if (runtime_ && runtime_->alive()) runtime_->end("disconnected", "The runtime was deleted.");
}

void DocumentActor::State::interrupt(const UserId& user, const ClientId& client, uint64_t command) {
  const bool waits = tip_.queue().size() > (tip_.running() ? 1u : 0u);
  if (!waits && !tip_.running() && !(runtime_ && runtime_->can_execute()))
    return refuse(client, command, {ErrorCode::conflict, "Nothing is running."});
  if (waits) decide({async::now_ms(), user, client, command, document::CancelRuns{}});
  if (runtime_) runtime_->interrupt();
}

void DocumentActor::State::restart(const UserId&, const ClientId& client, uint64_t command) {
  if (!runtime_ || !runtime_->alive())
    return refuse(client, command, {ErrorCode::conflict, "There is no kernel to restart."});
  runtime_->restart();
}

void DocumentActor::State::ask(Question question, size_t cursor, int detail) {
  if (questions_.size() >= kMaxQuestions)
    return question.client->on_reply(
        question.request, failure(ErrorCode::unavailable, "Too many questions at a time."));
  if (!runtime_ || !runtime_->can_execute())
    return question.client->on_reply(question.request,
                                     failure(ErrorCode::unavailable, "No kernel is connected."));
  const std::string key = "q" + std::to_string(++last_question_);
  const size_t place = utf16_to_code_points(question.code, cursor);
  const Result<> sent = question.is_completion
                            ? runtime_->complete(key, question.code, place)
                            : runtime_->inspect(key, question.code, place, detail);
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

void DocumentActor::State::comm(const json::Object& message,
                                const std::vector<std::string>& buffers) {
  if (runtime_) runtime_->comm(message, buffers);
}

void DocumentActor::State::on_meters(const json::Object& meters) {
  for_each_client([&](Client& client) { client.on_meters(meters); });
}

void DocumentActor::State::tell_lease() {
  const auto status = lease();
  for_each_client([&](Client& client) { client.on_lease(status); });
}

void DocumentActor::State::on_lease(const lease::Status& status) {
  if (runtime_ && runtime_->id() != status.id) return;
  tell_lease();
  if (status.state == lease::State::ended) {
    auto questions = std::exchange(questions_, {});
    for (const auto& [key, question] : questions)
      question.client->on_reply(question.request,
                                failure(ErrorCode::unavailable, "The runtime ended."));
    lose_kernel(status.reason == "supervisor_lost" ? status.reason : "runtime_ended",
                status.detail);
    if (unused()) maybe_unused_.set();
  } else {
    start_next();
  }
}

void DocumentActor::State::on_linked() {
  if (committed_ == tip_.seq())
    resend();
  else
    resend_ = true;
  start_next();
}

// What the kernel was told before a server or a link went away may not have arrived. The supervisor
// knows an execution that it has.
void DocumentActor::State::resend() {
  resend_ = false;
  if (const document::Cell* cell = tip_.running())
    runtime_->execute(cell->run->execution, cell->run->source, true);
}

void DocumentActor::State::lose_kernel(const std::string& reason, const std::string& detail) {
  decide_own(document::LoseKernel{reason, detail});
  dropped_outputs_.clear();
}

void DocumentActor::State::on_frame(runtimes::Frame frame) {
  if (failed_) return;
  // Only we name blobs.
  frame.message.erase("blobs");
  if (json::Value* output = frame.message.find("output"); output && output->if_object())
    output->if_object()->erase("blobs");
  if (taking_frames_ || may_hold_blobs(frame, world_.settings.blob_bytes)) {
    frames_.push_back(std::move(frame));
    if (taking_frames_) return;
    taking_frames_ = true;
    return async::spawn(world_.reactor, frame_loop(shared_from_this()), "taking in outputs");
  }
  take_frame(frame);
}

Task<void> DocumentActor::State::frame_loop(std::shared_ptr<State> self) {
  while (!self->frames_.empty() && !self->failed_) {
    runtimes::Frame frame = std::move(self->frames_.front());
    self->frames_.pop_front();
    if (may_hold_blobs(frame, self->world_.settings.blob_bytes)) {
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
    if (!self->failed_) self->take_frame(frame);
  }
  self->taking_frames_ = false;
}

void DocumentActor::State::take_frame(const runtimes::Frame& frame) {
  const json::Object& m = frame.message;
  const ExecutionId execution{member(m, "execution")};
  taken_frame_ = frame.n;
  if (frame.type == "stream") {
    document::AppendStream op{execution, member(m, "name"), member(m, "text"), {}};
    if (const json::Object* dropped = json::object_at(m, "dropped"))
      op.dropped = {count_member(*dropped, "lines"), count_member(*dropped, "bytes")};
    decide_own(std::move(op));
  } else if (frame.type == "output") {
    take_output(frame, execution);
  } else if (frame.type == "update") {
    decide_own(document::UpdateDisplay{member(m, "display_id"), object_member(m, "data"),
                                       object_member(m, "metadata"), object_member(m, "blobs")});
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
                                   member(m, "reason"), dropped_outputs_[execution]});
    dropped_outputs_.erase(execution);
    start_next();
  } else if (frame.type == "kernel") {
    const std::string state = member(m, "state");
    if (state == "restarting" || state == "dead")
      lose_kernel(member(m, "reason").empty() ? "kernel_died" : member(m, "reason"),
                  member(m, "detail"));
    start_next();
  } else if (frame.type == "comm") {
    const json::Object message = object_member(m, "message");
    for_each_client([&](Client& client) { client.on_comm(message, frame.buffers); });
  }
  if (pending_.batch.empty() && !committing_ && !flushing_frames_) {
    flushing_frames_ = true;
    async::spawn(world_.reactor, flush_frames(shared_from_this()), "noting frames");
  }
}

void DocumentActor::State::take_output(const runtimes::Frame& frame, const ExecutionId& execution) {
  const json::Value* value = frame.message.find("output");
  auto output = value ? document::output_from_json(*value)
                      : Result<document::Output>(failure(ErrorCode::invalid, "no output"));
  if (!output) return log::debug("notebook {}: {}", id_.value, output.error().detail);
  const document::Command command{
      async::now_ms(), {}, {}, 0, document::AppendOutput{execution, std::move(*output)}};
  if (const auto record = tip_.decide(command);
      !record && record.error().code == ErrorCode::too_large) {
    ++dropped_outputs_[execution];
    return;
  }
  decide(command);
}

// Frames that changed nothing in the document (the kernel's state) need no commit of their own at
// once, but must not be kept by the supervisor for ever either.
Task<void> DocumentActor::State::flush_frames(std::shared_ptr<State> self) {
  co_await async::sleep_for(std::chrono::milliseconds(500));
  self->flushing_frames_ = false;
  if (self->failed_ || !self->runtime_ || self->committing_) co_return;
  self->pending_.batch.runtime = self->runtime_->id();
  self->pending_.batch.last_frame = self->taken_frame_;
  self->start_commit();
}

}  // namespace colibri::notebooks
