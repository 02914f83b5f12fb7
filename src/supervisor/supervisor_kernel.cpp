// Kernels of a runtime, one after the other.
#include <algorithm>
#include <zmq.hpp>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "jupyter/requests.hpp"
#include "supervisor/kernel_death.hpp"
#include "supervisor/prelude.hpp"
#include "supervisor/rooted_folders.hpp"
#include "supervisor/supervisor.hpp"

namespace colibri::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kLineComm = "colibri.line";  // As in prelude.py.
constexpr auto kLineEvery = 100ms;
constexpr auto kAfterDeath = 60s;  // A spare that died: the next comes so much later.

std::string names_of(const std::map<std::string, jupyter::Kernelspec>& specs) {
  std::string names;
  for (const auto& [name, spec] : specs) names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? "none" : names;
}

std::string with_last_words(std::string detail, const std::string& words) {
  return words.empty() ? detail : detail + " Its last words were:\n" + words;
}

}  // namespace

Task<void> Supervisor::kernel_loop() {
  while (!ending_) {
    changed_.reset();
    restart_ = false;
    kernel_ended_ = false;
    const int slot = spare_ ? spare_->kernel->plan().slot : 0;
    if (auto made = plan(slot)) {
      start_kernel(std::move(*made));
    } else if (!started_once_) {
      end("kernel_died", made.error().detail);
      break;
    } else {
      kernel_dead_ = true;
      emit(link::KernelChanged{"dead", "kernel_died", made.error().detail});
    }
    while (!ending_ && !restart_ && !kernel_ended_) {
      (void)co_await changed_.wait_for(1h);
      changed_.reset();
    }
    if (ending_) break;
    const bool busy = executions_.running().has_value();
    if (!restart_ && !tell_death()) {
      // A kernel that was given up keeps no process; the user may ask for another.
      if (kernel_) co_await kernel_->stop(true);
      kernel_.reset();
      while (!ending_ && !restart_) {
        (void)co_await changed_.wait_for(1h);
        changed_.reset();
      }
    } else if (kernel_) {
      co_await kernel_->stop(busy);
      kernel_.reset();
    }
  }
}

Result<Kernel::Plan> Supervisor::plan(int slot) {
  const RootedFolders folders(sandbox_->host_path("/"));
  std::vector<std::string> complaints;
  const auto specs =
      jupyter::find_kernelspecs(folders, jupyter::kernel_folders(environment_), &complaints);
  for (const std::string& complaint : complaints) log::warn("kernelspec left out: {}", complaint);
  const auto spec = specs.find(config_.kernel_name);
  if (spec == specs.end()) {
    return failure(ErrorCode::not_found, "This image has no kernel \"" + config_.kernel_name +
                                             "\"; it has: " + names_of(specs) + ".");
  }
  Kernel::Plan plan{spec->second};
  plan.slot = slot;
  plan.argv = jupyter::launch_argv(spec->second, folders, Kernel::connection_file(*sandbox_, slot));
  plan.env = kernel_environment(environment_, spec->second);
  plan.log_path = config_.runtime_dir + "/kernel.log";
  return plan;
}

// It is the spare or the one that runs cells, and may change from one to the other.
std::shared_ptr<Kernel> Supervisor::make_kernel(Kernel::Plan plan) {
  const int slot = plan.slot;
  const auto is_spare = [this, slot] { return spare_ && spare_->kernel->plan().slot == slot; };
  return std::make_shared<Kernel>(
      executor_, *sandbox_, *zmq_, std::move(plan),
      Kernel::Callbacks{[this, is_spare] { is_spare() ? on_spare_ready() : on_ready(); },
                        [this, is_spare](jupyter::Channel channel, jupyter::Message message) {
                          if (is_spare()) return on_spare_message(channel, message);
                          on_kernel_message(channel, std::move(message));
                        },
                        [this, is_spare] { is_spare() ? drop_spare(kAfterDeath) : on_end(); },
                        [this](std::string_view text) { log_->add_text("kernel", text); }});
}

void Supervisor::on_end() {
  kernel_ended_ = true;
  changed_.set();
}

void Supervisor::start_kernel(Kernel::Plan plan) {
  kernel_dead_ = kernel_used_ = false;
  if ((kernel_ = take_spare(plan))) return on_ready();
  kernel_ = make_kernel(std::move(plan));
  kernel_->start();
}

void Supervisor::on_ready() {
  if (ending_ || restart_) return;
  if (!started_once_) {
    started_once_ = true;
    emit(link::RuntimeChanged{"ready"});
  }
  emit(link::KernelChanged{"idle", "", "", kernel_->language(), kernel_->spec().name});
  shown_busy_ = false;
  // Ahead of the first cell, and silent: nothing waits for its answer.
  if (auto prelude = kernel_prelude(kernel_->language())) {
    json::Object request = jupyter::execute_request(std::move(*prelude), false);
    request.set("silent", true);
    request.set("store_history", false);
    request.set("allow_stdin", false);
    if (!kernel_->request(jupyter::Channel::shell, "execute_request", std::move(request)))
      log::warn("the kernel's prelude was not sent");
  }
  pump();
}

void Supervisor::on_kernel_message(jupyter::Channel channel, jupyter::Message message) {
  if (ending_ || restart_) return;
  if (!running_request_.empty() && message.parent_id() == running_request_) answered_ = true;
  std::vector<link::Event> events;
  switch (channel) {
    case jupyter::Channel::iopub:
      if (take_line(message)) return;
      events = translator_.on_iopub(std::move(message));
      break;
    case jupyter::Channel::standard_input:
      events = translator_.on_stdin(message);
      break;
    case jupyter::Channel::shell:
      if (!environment_request_.empty() && message.parent_id() == environment_request_)
        return note_claim_reply(message);
      if (const auto question = questions_.find(message.parent_id());
          question != questions_.end()) {
        const std::string request = question->second.request;
        questions_.erase(question);
        return answer(request, message);
      }
      events = translator_.on_shell(message);
      break;
    default:
      return;
  }
  for (link::Event& event : events) {
    if (const auto* done = std::get_if<link::Done>(&event)) {
      finish_run(*done);
    } else {
      emit(std::move(event));
    }
  }
}

bool Supervisor::take_line(const jupyter::Message& message) {
  if (message.header.msg_type != "comm_msg" ||
      json::string_at(message.content, "comm_id") != kLineComm)
    return false;
  const json::Object* data = json::object_at(message.content, "data");
  const auto now = async::Clock::now();
  if (!data || !executions_.running() || !link_ || now - last_line_ < kLineEvery) return true;
  last_line_ = now;
  link::LineRuns line{*executions_.running(), json::integer_at(*data, "line").value_or(0), {}};
  if (const json::Array* calls = json::array_at(*data, "calls"))
    for (const json::Value& call : *calls)
      if (const std::string* name = call.if_string();
          name && name->size() <= link::LineRuns::kMostCallBytes &&
          line.calls.size() < link::LineRuns::kMostCalls)
        line.calls.push_back(*name);
  link_->send(std::move(line));
  return true;
}

bool Supervisor::oom_lately() {
  // Since the meters before the last: what was killed long ago is another story.
  const uint64_t now = sandbox_->oom_kills();
  return now > oom_before_;
}

bool Supervisor::tell_death() {
  KernelDeath death{"kernel_died", kernel_->problem()};
  if (kernel_->exit()) death = kernel_death(*kernel_->exit(), oom_lately(), memory_limit_);
  oom_before_ = oom_now_ = sandbox_->oom_kills();
  const bool was_ready = kernel_->ready();
  if (!was_ready) death.detail = with_last_words(death.detail, kernel_->last_words());
  log::warn("{}", death.detail);
  if (!started_once_) {
    end(death.reason, death.detail);
    return false;
  }
  // A kernel that came up is given another try; five deaths with no run that ended between are
  // enough.
  ++deaths_in_a_row_;
  kernel_dead_ = deaths_in_a_row_ >= kMaxDeathsInARow || !kernel_->exit();
  if (kernel_dead_) death.detail += " It is not started again by itself; restart it to go on.";
  emit(link::KernelChanged{kernel_dead_ ? "dead" : "restarting", death.reason, death.detail, "",
                           kernel_->spec().name});
  loss_frame_ = outbox_.next() - 1;
  loss_reason_ = death.reason;
  lose_runs(death.reason);
  return !kernel_dead_;
}

void Supervisor::lose_runs(const std::string& reason) {
  for (const ExecutionId& execution : executions_.abandon()) {
    emit(link::Done{execution, "aborted", reason});
  }
  for (const auto& [id, question] : questions_) {
    refuse(question.request, ErrorCode::unavailable, "The kernel has ended.");
  }
  questions_.clear();
  running_request_.clear();
  shown_busy_ = false;
}

}  // namespace colibri::supervisor
