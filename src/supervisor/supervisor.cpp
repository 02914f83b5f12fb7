#include "supervisor/supervisor.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <zmq.hpp>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "engine/ending.hpp"
#include "supervisor/rooted_folders.hpp"

namespace colibri::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr auto kTick = 250ms;
constexpr auto kMetersEvery = 2s;
constexpr auto kHalfDoneLimit = 5s;
constexpr auto kQuestionLimit = 10s;
constexpr auto kRefusedLimit = 30s;
// From the decision to end to where nothing is left, in ms; and a signal may be a minute early.
constexpr int64_t kEndingNeeds = 60'000;
constexpr int64_t kLeastWarning = 3'000;
constexpr size_t kMaxManifestBytes = 4u << 20;

std::string own(const char* name, const char* fallback) {
  const char* value = getenv(name);
  return value && *value ? value : fallback;
}

Environment environment_for(const link::SupervisorConfig& config) {
  if (config.sandbox == "none") {
    return base_environment(config, own("PATH", "/usr/local/bin:/usr/bin:/bin"),
                            own("HOME", "/root"));
  }
  const RootedFolders host("/");
  const auto manifest = host.read(config.image_manifest, kMaxManifestBytes);
  return base_environment(config, path_of_manifest(manifest.value_or("")), "/root");
}

}  // namespace

Supervisor::Supervisor(asio::any_io_executor executor, link::SupervisorConfig config,
                       std::shared_ptr<RuntimeLog> log)
    : executor_(std::move(executor)),
      config_(std::move(config)),
      outbox_(config_.runtime_dir + "/spool"),
      stream_timer_(executor_),
      log_(std::move(log)) {}

Supervisor::~Supervisor() = default;

Task<void> Supervisor::run() {
  environment_ = environment_for(config_);
  // From here on by a clock that nobody sets.
  const int64_t left_ms =
      config_.ends_ms > 0 ? std::max<int64_t>(1, config_.ends_ms - async::now_ms()) : 0;
  deadlines_.set(left_ms, config_.idle_ms, config_.idle_ms, async::Clock::now());
  link_ = std::make_unique<LinkConnection>(
      executor_,
      LinkConnection::Peer{config_.link, config_.link_certificate, config_.runtime, config_.token,
                           [this](link::Hello& hello) {
                             const auto now = async::Clock::now();
                             hello.left_ms = deadlines_.life_left_ms(now);
                             hello.idle_left_ms = deadlines_.idle_left_ms(now);
                           }},
      outbox_, [this](link::FromServer message) { on_server_message(std::move(message)); });
  emit(link::RuntimeChanged{"starting"});
  emit(link::KernelChanged{"starting", "", "", "", config_.kernel_name});
  link_->start();
  async::spawn(executor_, tick_loop(*this), "watching the runtime");

  auto sandbox = co_await start_sandbox(executor_, config_);
  if (!sandbox) {
    end("runtime_ended", "The runtime could not be started: " + sandbox.error().detail);
  } else {
    sandbox_ = std::move(*sandbox);
    sandbox_->on_exit = [this](ProcessId id, ExitStatus status) {
      if (kernel_) kernel_->note_exit(id, status);
      if (const auto spare = spare_ ? spare_->kernel : nullptr) spare->note_exit(id, status);
      if (terminals_) terminals_->note_exit(id, status);
    };
    sandbox_->on_gone = [this](std::string detail) {
      gone_ = detail.empty() ? "The runtime's container has ended." : std::move(detail);
      end("runtime_ended", gone_);
    };
    terminals_ =
        std::make_shared<Terminals>(executor_, *sandbox_, environment_,
                                    [this](link::Reply reply) { link_->send(std::move(reply)); });
    listen_for_programs();
    files_.emplace(executor_, config_, *sandbox_);
    ports_.emplace(executor_, config_, *sandbox_);
    // Only now: the sandbox wants a process without threads.
    if (!config_.accelerators.empty()) accelerators_.emplace(executor_, config_);
    zmq_ = std::make_unique<zmq::context_t>(1);
    co_await kernel_loop();
  }
  co_await finish_runtime();
}

void Supervisor::end(std::string reason, std::string detail) {
  if (ending_) return;
  log::info("ending: {} {}", reason, detail);
  ending_ = Ending{std::move(reason), std::move(detail)};
  emit(link::RuntimeChanged{"ending", ending_->reason, ending_->detail});
  if (const auto noted =
          engine::write_ending(config_.runtime_dir, {ending_->reason, ending_->detail});
      !noted)
    log::warn("{}", noted.error().detail);
  changed_.set();
}

void Supervisor::warn() {
  const int64_t left_ms = std::max(config_.warning_ms - kEndingNeeds, kLeastWarning);
  log::info("the job's time will be over; ending in {} s", left_ms / 1000);
  job_ends_ = async::Clock::now() + std::chrono::milliseconds(left_ms);
}

Task<void> Supervisor::finish_runtime() {
  agent_.reset();
  if (terminals_) terminals_->close();
  terminals_.reset();
  files_.reset();
  ports_.reset();
  drop_spare({});
  if (kernel_) {
    if (gone_.empty()) co_await kernel_->stop(executions_.running().has_value());
    kernel_.reset();
  }
  if (sandbox_) co_await sandbox_->stop();
  emit(link::RuntimeChanged{"ended", ending_->reason, ending_->detail});
  // Without a server there is nobody to wait for: what it finds of us says why we ended.
  if (!link_->connected()) (void)co_await wait_for_acknowledgement(1s);
  if (link_->connected()) (void)co_await wait_for_acknowledgement(10s);
  stopped_ = true;
  accelerators_.reset();
  changed_.set();
  (void)co_await ticked_out_.wait_for(5s);
  link_.reset();
  if (auto saved = outbox_.save(); !saved) log::error("{}", saved.error().detail);
  // stop() is idempotent; the sandbox is destroyed before the ZeroMQ context on purpose: its
  // descriptors go first.
  sandbox_.reset();
  zmq_.reset();
}

Task<bool> Supervisor::wait_for_acknowledgement(async::Duration limit) {
  const auto until = async::Clock::now() + limit;
  while (!outbox_.empty()) {
    const auto left = until - async::Clock::now();
    if (left <= async::Duration::zero()) co_return false;
    acknowledged_.reset();
    (void)co_await acknowledged_.wait_for(left);
  }
  co_return true;
}

void Supervisor::emit(link::Event event) {
  const auto now = async::Clock::now();
  std::vector<link::StreamText> streams;
  if (auto* stream = std::get_if<link::StreamText>(&event)) {
    coalescer_.add(std::move(*stream), now, streams);
    emit_streams(std::move(streams));
    arm_stream_timer();
    return;
  }
  const bool last = std::holds_alternative<link::Done>(event) ||
                    std::holds_alternative<link::KernelChanged>(event) ||
                    std::holds_alternative<link::RuntimeChanged>(event);
  coalescer_.flush(now, last, streams);
  emit_streams(std::move(streams));
  (void)outbox_.push(std::move(event));
  if (link_) link_->wake();
}

void Supervisor::emit_streams(std::vector<link::StreamText> streams) {
  if (streams.empty()) return;
  for (link::StreamText& stream : streams) (void)outbox_.push(std::move(stream));
  if (link_) link_->wake();
}

void Supervisor::arm_stream_timer() {
  const auto due = coalescer_.due();
  if (!due) return;
  // The usual case, a piece that joins others, changes nothing.
  if (stream_timer_.expiry() == *due) return;
  stream_timer_.expires_at(*due);
  stream_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || stopped_) return;
    std::vector<link::StreamText> streams;
    coalescer_.on_time(async::Clock::now(), streams);
    emit_streams(std::move(streams));
    arm_stream_timer();
  });
}

Task<void> Supervisor::tick_loop(Supervisor& self) {
  while (!self.stopped_) {
    self.tick(async::Clock::now());
    co_await async::sleep_for(kTick);
  }
  self.ticked_out_.set();
}

void Supervisor::tick(async::Clock::time_point now) {
  if (ending_) return;
  watch_deadlines();
  watch_running(now);
  watch_questions(now);
  if (terminals_) terminals_->tick(now);
  if (agent_) agent_->tick(now);
  tend_spare(now);
  if (started_once_ && !config_.pooled && now - last_meters_ >= kMetersEvery) {
    last_meters_ = now;
    send_meters();
  }
}

void Supervisor::send_meters() {
  const Meters meters = sandbox_->meters();
  memory_limit_ = meters.memory_limit;
  memory_used_ = meters.memory_used;
  oom_before_ = std::exchange(oom_now_, sandbox_->oom_kills());
  link::Meters message{meters.memory_used, meters.memory_limit, meters.disk_used, meters.disk_total,
                       meters.cpu};
  message.drives = sandbox_->drives();
  if (accelerators_) {
    message.accelerators = accelerators_->state().meters();
    message.notice = accelerators_->state().notice(async::lasting_ms());
    if (message.notice) {
      message.notice->since_ms += async::wall_shift_ms();
      if (message.notice->ends_ms > 0) message.notice->ends_ms += async::wall_shift_ms();
    }
  }
  link_->send(std::move(message));
}

void Supervisor::watch_running(async::Clock::time_point now) {
  pump();  // For a request that the kernel's socket did not take.
  if (!executions_.running() || !kernel_ready() || running_request_.empty()) return;
  const ExecutionId execution = *executions_.running();
  if (!answered_ && now - sent_ > poke_after_) {
    log::debug("the kernel does not take a request; poking it");
    kernel_->poke();
    poke_after_ = std::min<async::Duration>(poke_after_ * 2, 60s);
  }
  if (!translator_.half_done(execution)) {
    half_done_since_ = {};
  } else if (half_done_since_ == async::Clock::time_point{}) {
    half_done_since_ = now;
  } else if (now - half_done_since_ > kHalfDoneLimit) {
    log::warn("a message of the kernel about the end of a run was lost");
    emit(link::StreamText{execution, "stderr",
                          "A message of the kernel was lost. One over 256 MiB can't be taken.\n"});
    kernel_->renew();
    if (auto done = translator_.settle(execution)) finish_run(std::get<link::Done>(*done));
  }
}

void Supervisor::watch_questions(async::Clock::time_point now) {
  for (auto entry = questions_.begin(); entry != questions_.end();) {
    Question& question = entry->second;
    if (now - question.asked > kQuestionLimit) {
      refuse(question.request, ErrorCode::timeout, "The kernel did not answer within 10 seconds.");
      entry = questions_.erase(entry);
      continue;
    }
    if (!question.poked && now - question.asked > 1s && kernel_ready()) {
      question.poked = true;
      kernel_->poke();
    }
    ++entry;
  }
}

void Supervisor::watch_deadlines() {
  const auto now = async::Clock::now();
  if (job_ends_ && now >= *job_ends_) {
    return end("timeout", "The job's time in the batch system is over.");
  }
  const bool busy = !started_once_ || executions_.running().has_value();
  if (const auto due = deadlines_.due(now, busy, link_->connected())) {
    return end(std::string(*due), *due == "idle" ? "The runtime was not used for a long time."
                                                 : "The runtime's time was over.");
  }
  if (config_.orphan_ms > 0 && link_->alone() > std::chrono::milliseconds(config_.orphan_ms)) {
    return end("timeout", "The server has been away for too long.");
  }
  if (const auto over =
          accelerators_ ? accelerators_->state().end(async::lasting_ms()) : std::nullopt) {
    return end(over->reason, over->detail);
  }
  if (::access(config_.runtime_dir.c_str(), F_OK) != 0) {
    return end("runtime_ended", "The runtime's folder was deleted.");
  }
  if (link_->refused() > kRefusedLimit) {
    return end("runtime_ended", "The server does not know this runtime any more.");
  }
}

}  // namespace colibri::supervisor
