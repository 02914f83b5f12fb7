// What the server asks a runtime for.
#include "async/timer.hpp"
#include "base/log.hpp"
#include "jupyter/requests.hpp"
#include "supervisor/supervisor.hpp"

namespace colibri::supervisor {
namespace {

using jupyter::Channel;
using namespace std::chrono_literals;

constexpr size_t kMaxQuestions = 64;
constexpr size_t kMaxRestartCommands = 1000;

json::Value member(const json::Object& object, std::string_view key) {
  const json::Value* value = object.find(key);
  return value ? *value : json::Value(json::Object{});
}

}  // namespace

void Supervisor::on_server_message(link::FromServer message) {
  const bool is_nobodys = config_.pooled && !std::holds_alternative<link::Claim>(message) &&
                          !std::holds_alternative<link::Shutdown>(message);
  if (!is_nobodys) std::visit([this](auto& m) { on(m); }, message);
  acknowledged_.set();
}

void Supervisor::on(link::Execute& message) {
  if (ending_) return;
  deadlines_.used(async::Clock::now());
  // Decided by the server before it knew of the kernel's death, which ends this run too there: it
  // must not run in the new kernel unseen.
  const bool doomed = loss_frame_ > 0 && outbox_.oldest() <= loss_frame_;
  if (doomed || (kernel_dead_ && !restart_)) {
    const std::string reason = loss_reason_.empty() ? "kernel_died" : loss_reason_;
    if (executions_.note(message.execution)) {
      emit(link::Done{message.execution, "aborted", reason});
    }
    return;
  }
  if (executions_.take(std::move(message))) pump();
}

void Supervisor::pump() {
  if (!kernel_ready()) return;
  auto next = executions_.start_next();
  if (!next) {
    if (shown_busy_ && !executions_.running()) {
      shown_busy_ = false;
      emit(link::KernelChanged{"idle", "", "", kernel_->language(), kernel_->spec().name});
    }
    return;
  }
  auto id = kernel_->request(Channel::shell, "execute_request",
                             jupyter::execute_request(next->code, next->stop_on_error));
  if (!id) {
    // The connection is being made anew; the tick tries again.
    return executions_.put_back(std::move(*next));
  }
  translator_.begin(*id, next->execution);
  running_request_ = std::move(*id);
  sent_ = async::Clock::now();
  answered_ = false;
  poke_after_ = 1s;
  half_done_since_ = {};
  if (!shown_busy_) {
    shown_busy_ = true;
    emit(link::KernelChanged{"busy", "", "", kernel_->language(), kernel_->spec().name});
  }
}

void Supervisor::finish_run(const link::Done& done) {
  const bool current = executions_.running() == done.execution;
  deadlines_.used(async::Clock::now());
  emit(done);
  if (!current) return;
  deaths_in_a_row_ = 0;
  kernel_used_ = true;
  running_request_.clear();
  for (const ExecutionId& execution : executions_.finish(done.status == "error")) {
    emit(link::Done{execution, "aborted", ""});
  }
  pump();
}

void Supervisor::on(link::Interrupt&) {
  if (ending_ || !kernel_ready()) return;
  if (executions_.running()) translator_.note_interrupt(*executions_.running());
  kernel_->interrupt();
}

void Supervisor::on(link::Restart& message) {
  if (ending_ || !restart_commands_.insert(message.command).second) return;
  if (restart_commands_.size() > kMaxRestartCommands) {
    restart_commands_.clear();
    restart_commands_.insert(message.command);
  }
  deadlines_.used(async::Clock::now());
  deaths_in_a_row_ = 0;
  loss_frame_ = 0;
  restart_ = true;
  emit(link::KernelChanged{"restarting", "restarted", "", "", config_.kernel_name});
  lose_runs("restarted");
  changed_.set();
}

void Supervisor::on(link::AnswerInput& message) {
  if (ending_ || !kernel_ready()) return;
  auto header = translator_.take_input(message.execution);
  if (!header) return log::debug("an answer that nobody waits for");
  (void)kernel_->request(Channel::standard_input, "input_reply",
                         jupyter::input_reply(std::move(message.value)), std::move(*header));
}

void Supervisor::on(link::Complete& message) {
  ask(message.request, "complete_request",
      jupyter::complete_request(std::move(message.code), message.cursor));
}

void Supervisor::on(link::Inspect& message) {
  ask(message.request, "inspect_request",
      jupyter::inspect_request(std::move(message.code), message.cursor, message.detail));
}

void Supervisor::ask(const std::string& request, std::string type, json::Object content) {
  if (ending_ || !kernel_ready()) {
    return refuse(request, ErrorCode::unavailable, "The kernel is not ready.");
  }
  if (executions_.running() || questions_.size() >= kMaxQuestions) {
    return refuse(request, ErrorCode::unavailable, "busy: the kernel is running a cell.");
  }
  auto id = kernel_->request(Channel::shell, std::move(type), std::move(content));
  if (!id) return refuse(request, ErrorCode::unavailable, "The kernel does not listen.");
  questions_[std::move(*id)] = Question{request, async::Clock::now()};
}

void Supervisor::answer(const std::string& request, jupyter::Message& reply) {
  json::Object& content = reply.content;
  if (json::string_at(content, "status") != "ok") {
    return refuse(request, ErrorCode::unavailable, "The kernel has no answer.");
  }
  if (reply.header.msg_type == "complete_reply") {
    const json::Value* matches = content.find("matches");
    return link_->send(link::Reply{
        request, json::Object{{"matches", matches ? *matches : json::Array{}},
                              {"start", json::integer_at(content, "cursor_start").value_or(0)},
                              {"end", json::integer_at(content, "cursor_end").value_or(0)},
                              {"metadata", member(content, "metadata")}}});
  }
  link_->send(
      link::Reply{request, json::Object{{"found", json::bool_at(content, "found").value_or(false)},
                                        {"data", member(content, "data")}}});
}

void Supervisor::refuse(const std::string& request, ErrorCode code, std::string detail) {
  if (link_) link_->send(link::Reply{request, {}, Error{code, std::move(detail)}});
}

void Supervisor::on(link::Comm& message) {
  const auto type = json::string_at(message.message, "type");
  if (ending_ || !kernel_ready() || !type ||
      (*type != "comm_open" && *type != "comm_msg" && *type != "comm_close")) {
    return;
  }
  jupyter::Message request = kernel_->make(*type, {});
  if (const json::Object* content = json::object_at(message.message, "content")) {
    request.content = *content;
  }
  if (const json::Object* metadata = json::object_at(message.message, "metadata")) {
    request.metadata = *metadata;
  }
  request.buffers = std::move(message.buffers);
  if (!kernel_->send(Channel::shell, std::move(request))) {
    log::warn("a comm message did not reach the kernel");
  }
}

void Supervisor::on(link::Deadlines& message) {
  deadlines_.set(message.left_ms, message.idle_ms, message.idle_left_ms, async::Clock::now());
}

void Supervisor::on(link::ReadLog& message) {
  link_->send(link::Reply{message.request, json::Object{{"lines", log_->to_json()}}, {}});
}

void Supervisor::on(link::DriveMount& message) {
  if (ending_ || !sandbox_ || !started_once_)
    return refuse(message.request, ErrorCode::unavailable, "The runtime is not ready.");
  const auto done = sandbox_->mount_drive(message);
  if (!done) return refuse(message.request, done.error().code, done.error().detail);
  if (!done->already) log::info("the Drive is mounted at {}", done->mountpoint);
  last_meters_ = {};  // They say where it is.
  link_->send(
      link::Reply{message.request,
                  json::Object{{"mountpoint", done->mountpoint}, {"already", done->already}},
                  {}});
}

void Supervisor::on(link::DriveUnmount& message) {
  json::Array gone;
  if (sandbox_)
    for (std::string& mountpoint : sandbox_->unmount_drive(message.mountpoint))
      gone.emplace_back(std::move(mountpoint));
  last_meters_ = {};
  link_->send(link::Reply{message.request, json::Object{{"mountpoints", std::move(gone)}}, {}});
}

void Supervisor::on(link::Shutdown& message) {
  end(message.reason.empty() ? "runtime_ended" : message.reason, "");
}

}  // namespace colibri::supervisor
