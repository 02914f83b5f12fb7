#include "runtimes/runtime.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "async/timer.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "runtimes/link_session.hpp"

namespace colibri::runtimes {

namespace {

// What may wait for the disk before the link is read no further.
constexpr size_t kMaxUnsettled = 2048;
constexpr size_t kMaxUnsettledBytes = 16u << 20;
constexpr int64_t kTellEveryMs = 60'000;

}  // namespace

Runtime::Runtime(NotebookId notebook, UserId user, lease::Lease lease, uint64_t last_frame)
    : notebook_(std::move(notebook)),
      user_(std::move(user)),
      lease_(std::move(lease)),
      taken_(last_frame),
      committed_(last_frame) {}

Runtime::~Runtime() = default;

void Runtime::listen(std::weak_ptr<RuntimeListener> listener) {
  listener_ = std::move(listener);
  discarding_ = false;
  if (taken_ != committed_) {
    // The listener before did not finish: the supervisor must say it again.
    taken_ = committed_;
    unsettled_.clear();
    held_.reset();
    unsettled_bytes_ = 0;
    if (link_) std::shared_ptr(link_)->close();
  }
  settled_.set();
  asks_.tell_all();
}

void Runtime::discard() {
  listener_.reset();
  discarding_ = true;
  committed(taken_);
}

void Runtime::committed(uint64_t n) {
  if (n <= committed_ || n > taken_) return;
  committed_ = n;
  while (!unsettled_.empty() && unsettled_.front().n <= n) {
    unsettled_bytes_ -= unsettled_.front().bytes;
    unsettled_.pop_front();
  }
  send(link::Ack{n});
  settled_.set();
}

bool Runtime::has_room() const {
  if (held_) return false;
  if (discarding_ || ahead_) return true;
  return !listener_.expired() && unsettled_.size() < kMaxUnsettled &&
         unsettled_bytes_ < kMaxUnsettledBytes;
}

void Runtime::touch() {
  const int64_t now_ms = async::lasting_ms();
  const bool was_near = now_ms >= lease_.status().notice_ms;
  lease_.touch(now_ms);
  if (lease_.status().state != lease::State::ready) return;
  // Each key is a touch: whoever shows the end hears of it now and then.
  if (!was_near && std::abs(lease_.status().notice_ms - told_end_ms_) < kTellEveryMs) return;
  tell_deadlines();
  tell_lease();
}

Result<> Runtime::keep() {
  if (auto kept = lease_.keep(async::lasting_ms()); !kept) return kept;
  changed_.set();
  tell_deadlines();
  tell_lease();
  return {};
}

void Runtime::tell_deadlines() {
  const lease::Status& status = lease_.status();
  if (status.ends_ms == 0) return;
  const int64_t now_ms = async::lasting_ms();
  const int64_t idle_ms = lease_.terms().idle_ms;
  const int64_t idle_left_ms =
      status.idle_ends_ms == 0 ? idle_ms : std::max<int64_t>(status.idle_ends_ms - now_ms, 1);
  send(link::Deadlines{std::max<int64_t>(status.ends_ms - now_ms, 1), idle_ms, idle_left_ms});
}

void Runtime::send(link::FromServer message) {
  if (link_) std::shared_ptr(link_)->send(std::move(message));
}

void Runtime::execute(const ExecutionId& execution, const std::string& code, bool stop_on_error) {
  send(link::Execute{execution, code, stop_on_error});
  ran_ms_ = async::now_ms();
  if (!resumed_ || !lease_.can_execute()) return;
  busy_is_a_guess_ = true;
  (void)lease_.set_kernel({.state = lease::KernelState::busy}, async::lasting_ms());
}

void Runtime::interrupt() {
  send(link::Interrupt{});
}

void Runtime::restart() {
  send(link::Restart{random_id("w_")});
}

void Runtime::answer_input(const ExecutionId& execution, const std::string& value) {
  send(link::AnswerInput{execution, value});
}

Result<> Runtime::complete(const std::string& request, const std::string& code, size_t cursor) {
  if (!link_) return failure(ErrorCode::unavailable, "There is no kernel to ask.");
  send(link::Complete{request, code, static_cast<int64_t>(cursor)});
  return {};
}

Result<> Runtime::inspect(const std::string& request, const std::string& code, size_t cursor,
                          int detail) {
  if (!link_) return failure(ErrorCode::unavailable, "There is no kernel to ask.");
  send(link::Inspect{request, code, static_cast<int64_t>(cursor), detail});
  return {};
}

void Runtime::comm(const json::Object& message, const std::vector<std::string>& buffers) {
  send(link::Comm{message, buffers});
}

Task<Result<link::Reply>> Runtime::send_and_wait(std::shared_ptr<Runtime> self, std::string name,
                                                 link::FromServer question, async::Duration limit) {
  if (!self->link_) co_return failure(ErrorCode::unavailable, "The runtime cannot be reached now.");
  self->send(std::move(question));
  auto answer = Questions::answer(self->questions_, std::move(name), limit);
  co_return co_await std::move(answer);
}

void Runtime::end(std::string reason, std::string detail) {
  // Whoever ends it by themselves wants nothing of the queue either.
  if (const auto next = successor_; next && reason == "disconnected") {
    successor_.reset();
    next->end("left_queue", "You left the queue.");
  }
  if (!lease_.end(std::move(reason), std::move(detail), async::lasting_ms())) return;
  changed_.set();
  turn_.set();
  tell_lease();
}

void Runtime::link_up(std::shared_ptr<LinkSession> link, bool anew) {
  if (const auto before = std::exchange(link_, nullptr)) before->close();
  link_ = std::move(link);
  lease_.set_linked(true, async::lasting_ms());
  send(link::Welcome{anew ? taken_ : committed_});
  if (ahead_) return changed_.set();
  tell_deadlines();
  if (lease_.status().state == lease::State::ending) send(link::Shutdown{lease_.status().reason});
  changed_.set();
  if (const auto listener = listener_.lock()) listener->on_linked();
}

void Runtime::link_down(const LinkSession& link) {
  if (link_.get() != &link) return;
  link_.reset();
  questions_->give_up();
  lease_.set_linked(false, async::lasting_ms());
  if (ahead_) spoil();
  changed_.set();
}

namespace {

json::Object without_type(json::Object object) {
  object.erase("type");
  return object;
}

bool is_numbered(std::string_view type) {
  constexpr std::array<std::string_view, 10> kNumbered = {
      "runtime", "kernel", "count", "stream", "output", "update", "clear", "input", "done", "comm"};
  return std::ranges::find(kNumbered, type) != kNumbered.end();
}

}  // namespace

Result<> Runtime::take(link::Frame frame, size_t bytes) {
  std::string type = json::string_at(frame.message, "type").value_or("");
  if (is_numbered(type)) return take_numbered(std::move(frame), std::move(type), bytes);
  json::Object raw = type == "meters" ? frame.message : json::Object{};
  auto message = link::parse_from_supervisor(std::move(frame));
  if (!message) return std::unexpected(message.error());
  if (take_ask(*message, bytes)) return {};
  auto* reply = std::get_if<link::Reply>(&*message);
  if (reply && questions_->take(*reply)) return {};
  if (ahead_) return {};
  if (std::holds_alternative<link::Meters>(*message)) meters_.add(raw, async::now_ms());
  const auto listener = listener_.lock();
  if (!listener) return {};
  if (std::holds_alternative<link::Meters>(*message)) {
    // More urgent than what a supervisor has to say.
    if (disk_full_since_ms_ > 0)
      raw.set("notice",
              json::Object{
                  {"kind", "host_disk_full"}, {"since_ms", disk_full_since_ms_}, {"ends_ms", 0}});
    listener->on_meters(without_type(raw));
  } else if (reply) {
    auto content = reply->content ? Result<json::Object>(*std::move(reply->content))
                                  : std::unexpected(reply->error.value_or(Error{
                                        ErrorCode::unavailable, "The kernel did not answer."}));
    listener->on_reply(reply->request, std::move(content));
  } else if (const auto* line = std::get_if<link::LineRuns>(&*message)) {
    listener->on_line(*line);
  } else if (!std::holds_alternative<link::Pong>(*message)) {
    return failure(ErrorCode::invalid, "a second hello");
  }
  return {};
}

bool Runtime::take_ask(link::FromSupervisor& message, size_t bytes) {
  if (auto* ask = std::get_if<link::Ask>(&message)) {
    if (local_)
      send(link::Answer{ask->ask,
                        link::ask_failure("unavailable", "A local runtime has no agent.")});
    else
      asks_.take(std::move(*ask), bytes);
    return true;
  }
  const auto* over = std::get_if<link::AskOver>(&message);
  if (over) asks_.over(over->ask);
  return over != nullptr;
}

void Runtime::begin_asks() {
  if (!local_ && ask_handlers_) asks_.begin(shared_from_this(), ask_handlers_);
}

Result<> Runtime::take_numbered(link::Frame frame, std::string type, size_t bytes) {
  const auto number = json::integer_at(frame.message, "n");
  if (!number || *number < 1) return failure(ErrorCode::invalid, "a frame without a number");
  const auto n = static_cast<uint64_t>(*number);
  if (n <= taken_) return {};  // Sent again after a new dial.
  if (n != taken_ + 1)
    log::error("runtime {}: frames {} to {} are missing", id().value, taken_ + 1, n - 1);
  taken_ = n;
  unsettled_.push_back({n, bytes});
  unsettled_bytes_ += bytes;
  if (ahead_) {
    take_ahead(frame, type);
    committed(n);
    return {};
  }
  const bool was_ready = lease_.status().state != lease::State::starting;
  if (type == "done") ran_ms_ = async::now_ms();
  if (type == "runtime" || type == "kernel") {
    auto message = link::parse_from_supervisor(frame);
    if (!message) return std::unexpected(message.error());
    if (const auto* numbered = std::get_if<link::Numbered>(&*message)) follow(numbered->event);
  } else if (type == "done" && std::exchange(busy_is_a_guess_, false)) {
    (void)lease_.set_kernel({.state = lease::KernelState::idle}, async::lasting_ms());
  }
  Frame out{n, std::move(type), std::move(frame.message), std::move(frame.buffers), bytes};
  if (!was_ready && lease_.status().state == lease::State::ready)
    held_ = std::move(out);
  else
    give(std::move(out));
  return {};
}

void Runtime::give(Frame frame) {
  const uint64_t n = frame.n;
  if (const auto listener = listener_.lock())
    listener->on_frame(std::move(frame));
  else if (discarding_)
    committed(n);
}

void Runtime::release() {
  if (auto held = std::exchange(held_, std::nullopt)) give(*std::move(held));
  settled_.set();
}

// What it means for the lease.
void Runtime::follow(const link::Event& event) {
  const int64_t now_ms = async::lasting_ms();
  if (const auto* kernel = std::get_if<link::KernelChanged>(&event)) {
    const auto state = lease::parse_kernel_state(kernel->state);
    if (!state) return;
    const lease::Kernel now{*state, kernel->name, kernel->language, kernel->reason, kernel->detail};
    if (!lease_.set_kernel(now, now_ms)) return;
    resumed_ = busy_is_a_guess_ = false;
    changed_.set();
    tell_lease();
  } else if (const auto* runtime = std::get_if<link::RuntimeChanged>(&event)) {
    if (runtime->state == "ready") {
      if (!lease_.become_ready(now_ms)) return;
      changed_.set();
      tell_lease();
    } else if (runtime->state == "ending" || runtime->state == "ended") {
      ended_reason_ = runtime->reason;
      ended_detail_ = runtime->detail;
      end(runtime->reason, runtime->detail);
    }
  }
}

void Runtime::tell_lease() {
  told_end_ms_ = lease_.status().notice_ms;
  if (const auto listener = listener_.lock()) listener->on_lease(lease_.status());
}

}  // namespace colibri::runtimes
