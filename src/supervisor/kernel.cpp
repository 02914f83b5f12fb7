#include "supervisor/kernel.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <zmq.hpp>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "jupyter/requests.hpp"

namespace colibri::supervisor {
namespace {

using jupyter::Channel;
using namespace std::chrono_literals;

constexpr auto kReopen = 5s;

std::string slot_suffix(int slot) {
  return slot == 0 ? "" : std::to_string(slot);
}

std::string connection_name(int slot) {
  return "connection" + slot_suffix(slot) + ".json";
}

std::string socket_prefix(int slot) {
  return "k" + slot_suffix(slot);
}

std::string hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[c & 15];
  }
  return out;
}

// Writes the connection file into the folder, owned by whoever owns that. The folder is the
// sandbox's, so nothing in it is followed or trusted.
Result<> write_connection_file(const std::string& folder, int slot, const std::string& text) {
  const std::string name = connection_name(slot);
  const int dir = open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (dir < 0) return errno_failure("Cannot open the kernel's folder", errno);
  for (int port = 1; port <= 5; ++port) {
    // What a killed kernel left behind.
    unlinkat(dir, (socket_prefix(slot) + "-" + std::to_string(port)).c_str(), 0);
  }
  unlinkat(dir, name.c_str(), 0);
  const int file =
      openat(dir, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  struct stat owner {};
  bool ok = file >= 0 && fstatat(dir, "", &owner, AT_EMPTY_PATH) == 0 &&
            fchown(file, owner.st_uid, owner.st_gid) == 0;
  ok = ok && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int error = errno;
  if (file >= 0) close(file);
  close(dir);
  if (!ok) return errno_failure("Cannot write the kernel's connection file", error);
  return {};
}

}  // namespace

Kernel::Kernel(asio::any_io_executor executor, Sandbox& sandbox, zmq::context_t& context, Plan plan,
               Callbacks callbacks)
    : executor_(std::move(executor)),
      sandbox_(sandbox),
      context_(context),
      plan_(std::move(plan)),
      callbacks_(std::move(callbacks)),
      session_(random_id("s_"), "colibri") {}

std::string Kernel::connection_file(const Sandbox& sandbox, int slot) {
  return sandbox.kernel_directory().inside + "/" + connection_name(slot);
}

void Kernel::start() {
  launching_ = true;
  async::spawn(executor_, launch(shared_from_this()), "starting the kernel");
}

Result<> Kernel::prepare() {
  const KernelDirectory& folder = sandbox_.kernel_directory();
  // A key of its own for each start: what an earlier kernel still has to say does not fit any more.
  const std::string key = hex(random_bytes(32));
  const std::string inside = folder.inside + "/" + socket_prefix(plan_.slot);
  if (auto written = write_connection_file(folder.host, plan_.slot,
                                           jupyter::to_text({inside, key, plan_.spec.name}));
      !written) {
    return written;
  }
  auto log = KernelLog::open(executor_, plan_.log_path, callbacks_.on_text);
  if (!log) return std::unexpected(log.error());
  log_ = std::move(*log);
  // Plain pointer: the sockets are ours and end with us.
  auto sockets = KernelSockets::connect(
      executor_, context_, folder.host + "/" + socket_prefix(plan_.slot), key, session_.id(),
      [this](Channel channel, auto message) { receive(channel, std::move(message)); });
  if (!sockets) return std::unexpected(sockets.error());
  sockets_ = std::move(*sockets);
  return {};
}

Task<void> Kernel::launch(std::shared_ptr<Kernel> self) {
  Result<ProcessId> process = failure(ErrorCode::io, "");
  if (auto prepared = self->prepare(); prepared) {
    SpawnRequest request{self->plan_.argv, self->plan_.env, self->plan_.cwd};
    request.stdout_fd = request.stderr_fd = self->log_->write_end();
    process = co_await self->sandbox_.spawn(std::move(request));
    self->log_->close_write_end();
  } else {
    process = std::unexpected(prepared.error());
  }
  self->launching_ = false;
  if (!process) {
    self->exited_.set();
    self->end("The kernel could not be started: " + process.error().detail);
    co_return;
  }
  self->process_ = *process;
  if (self->discarded_) {
    self->sandbox_.signal(*process, SIGKILL, true);
    co_return;
  }
  if (self->early_exit_) self->note_exit(self->early_exit_->first, self->early_exit_->second);
  co_await nudge(self);
}

// Asks for kernel_info until it is answered and iopub has been heard: before that, what a cell
// prints could get lost on the way.
Task<void> Kernel::nudge(std::shared_ptr<Kernel> self) {
  const auto start = async::Clock::now();
  auto asked = start;
  auto opened = start;
  while (!self->ready_ && !self->stopping_ && !self->ended_) {
    const auto now = async::Clock::now();
    if (now - start > kStartLimit) {
      self->end("The kernel did not answer within 60 seconds.");
      co_return;
    }
    const auto patience = self->info_replied_ ? async::Duration(50ms) : async::Duration(2s);
    if (self->info_request_.empty() || now - asked > patience) {
      if (auto id = self->request(Channel::shell, "kernel_info_request", {})) {
        self->info_request_ = *id;
        asked = now;
      }
    }
    if (now - opened > kReopen) {
      // Whoever answered in the kernel's place, with something else, has ended a connection for
      // good.
      (void)self->sockets_->renew();
      self->info_replied_ = self->iopub_seen_ = false;
      self->info_request_.clear();
      opened = now;
    }
    co_await async::sleep_for(10ms);
  }
}

void Kernel::receive(Channel channel, jupyter::Message message) {
  if (stopping_ || ended_) return;
  const auto keep_alive = shared_from_this();
  if (channel == Channel::iopub && !iopub_seen_) {
    iopub_seen_ = true;
    become_ready_if_so();
  }
  if (message.header.msg_type == "kernel_info_reply") {
    if (channel == Channel::shell && !info_replied_) {
      info_replied_ = true;
      if (const auto* language = json::object_at(message.content, "language_info")) {
        language_ = json::string_at(*language, "name").value_or("");
      }
      become_ready_if_so();
    }
    return;
  }
  // What comes before is start-up chatter that belongs to no cell.
  if (ready_ && callbacks_.on_message) callbacks_.on_message(channel, std::move(message));
}

void Kernel::become_ready_if_so() {
  if (ready_ || !info_replied_ || !iopub_seen_) return;
  ready_ = true;
  if (language_.empty()) language_ = plan_.spec.language;
  if (callbacks_.on_ready) callbacks_.on_ready();
}

std::optional<std::string> Kernel::request(Channel channel, std::string type, json::Object content,
                                           json::Object parent) {
  return send(channel, session_.request(std::move(type), std::move(content), async::now_ms(),
                                        std::move(parent)));
}

jupyter::Message Kernel::make(std::string type, json::Object content) {
  return session_.request(std::move(type), std::move(content), async::now_ms());
}

std::optional<std::string> Kernel::send(Channel channel, jupyter::Message message) {
  if (!sockets_ || stopping_ || ended_ || !sockets_->send(channel, message)) return std::nullopt;
  return message.header.msg_id;
}

void Kernel::interrupt() {
  if (plan_.spec.interrupt_mode == jupyter::InterruptMode::message) {
    (void)request(Channel::control, "interrupt_request", {});
  } else if (process_) {
    // Stopped, by itself or from a terminal, it would not notice.
    sandbox_.signal(*process_, SIGCONT, true);
    sandbox_.signal(*process_, SIGINT, true);
  }
}

void Kernel::poke() {
  if (sockets_ && !ended_) sockets_->poke();
}

void Kernel::renew() {
  if (!sockets_ || !ready_ || stopping_ || ended_) return;
  ready_ = info_replied_ = iopub_seen_ = false;
  info_request_.clear();
  if (!sockets_->renew()) return end("The connection to the kernel was lost.");
  async::spawn(executor_, nudge(shared_from_this()), "reaching the kernel again");
}

Task<void> Kernel::stop(bool busy) {
  const auto self = shared_from_this();
  if (ready_ && !ended_ && !stopping_) {
    if (busy) interrupt();
    (void)request(Channel::control, "shutdown_request", jupyter::shutdown_request(true));
  }
  stopping_ = true;
  // A process that is being started can't be signalled yet; the sandbox answers within 10 s.
  for (int tries = 0; launching_ && tries < 110; ++tries) co_await async::sleep_for(100ms);
  if (process_ && !exit_) {
    // No co_await inside an expression of conditions: g++ 12 gets that wrong.
    const auto patience = busy ? async::Duration(700ms) : async::Duration(1500ms);
    bool gone = false;
    if (ready_) gone = co_await exited_.wait_for(patience);
    if (!gone) {
      sandbox_.signal(*process_, SIGTERM, true);
      gone = co_await exited_.wait_for(500ms);
    }
    if (!gone) {
      sandbox_.signal(*process_, SIGKILL, true);
      gone = co_await exited_.wait_for(2s);
    }
    if (!gone) log::warn("the kernel's process does not go away");
  }
  sockets_.reset();
}

void Kernel::discard() {
  stopping_ = discarded_ = true;
  if (process_ && !exit_) sandbox_.signal(*process_, SIGKILL, true);
  sockets_.reset();
}

void Kernel::note_exit(ProcessId id, ExitStatus status) {
  if (launching_ && !process_) early_exit_ = {id, status};
  if (process_ != id || exit_) return;
  exit_ = status;
  exited_.set();
  end("");
}

void Kernel::end(std::string problem) {
  if (ended_ || stopping_) return;
  ended_ = true;
  problem_ = std::move(problem);
  if (callbacks_.on_end) callbacks_.on_end();
}

}  // namespace colibri::supervisor
