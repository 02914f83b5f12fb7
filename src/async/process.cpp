#include "async/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_future.hpp>
#include <cerrno>
#include <cstring>

#include "async/event.hpp"
#include "async/quiet.hpp"
#include "async/spawn.hpp"

extern char** environ;

namespace colibri::async {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    reset(other.release());
    return *this;
  }
  [[nodiscard]] int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1) {
    if (fd_ >= 0) close(fd_);
    fd_ = fd;
  }

 private:
  int fd_;
};

struct Pipe {
  Descriptor read, write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> fds{};
  if (pipe2(fds.data(), O_CLOEXEC) != 0) return errno_failure("pipe", errno);
  return Pipe{Descriptor(fds[0]), Descriptor(fds[1])};
}

// The whole input as a file: nobody has to feed it, and no SIGPIPE comes of a child that reads
// none.
Result<Descriptor> make_input(std::string_view input) {
  Descriptor file(memfd_create("stdin", MFD_CLOEXEC));
  if (file.get() < 0) return errno_failure("memfd_create", errno);
  while (!input.empty()) {
    const ssize_t n = write(file.get(), input.data(), input.size());
    if (n < 0 && errno != EINTR) return errno_failure("writing a program's input", errno);
    if (n > 0) input.remove_prefix(static_cast<size_t>(n));
  }
  if (lseek(file.get(), 0, SEEK_SET) != 0) return errno_failure("lseek", errno);
  return file;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (std::string& s : strings) out.push_back(s.data());
  out.push_back(nullptr);
  return out;
}

struct SpawnSettings {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;

  SpawnSettings() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
};

// The child's process id.
Result<pid_t> start(ProcessSpec& spec, int in, int out, int err) {
  SpawnSettings settings;
  // A source that equals its target keeps close-on-exec; the pipes are above 2, as 0 to 2 are open.
  posix_spawn_file_actions_adddup2(&settings.actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&settings.actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&settings.actions, err, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&settings.actions, 3);
  if (!spec.directory.empty()) {
    posix_spawn_file_actions_addchdir_np(&settings.actions, spec.directory.c_str());
  }
  sigset_t all;
  sigset_t none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&settings.attributes, &all);
  posix_spawnattr_setsigmask(&settings.attributes, &none);
  posix_spawnattr_setpgroup(&settings.attributes, 0);
  posix_spawnattr_setflags(&settings.attributes,
                           POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  const std::vector<char*> argv = pointers(spec.argv);
  std::vector<char*> env;
  if (spec.environment) env = pointers(*spec.environment);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, argv[0], &settings.actions, &settings.attributes,
                                 argv.data(), spec.environment ? env.data() : environ);
  if (error == ENOENT) {
    return failure(ErrorCode::not_found, "there is no program \"" + spec.argv[0] + "\"");
  }
  if (error != 0) return errno_failure("starting " + spec.argv[0], error);
  return pid;
}

// What the coroutines of one run share; each holds it alive.
struct Running {
  explicit Running(const asio::any_io_executor& executor)
      : out(executor), err(executor), end(executor) {}

  asio::posix::stream_descriptor out, err, end;  // `end` is the pidfd.
  pid_t pid = 0;
  size_t output_limit = 0;
  std::string out_text, err_text;
  bool over_limit = false;
  int readers = 2;
  Event readers_done;

  // The group is the child's own, and the child is not reaped yet: no other process is hit.
  void kill_all() const { ::kill(-pid, SIGKILL); }
};

Task<void> drain(std::shared_ptr<Running> running, asio::posix::stream_descriptor& from,
                 std::string& into) {
  std::array<char, 16384> buffer{};
  for (;;) {
    const auto [error, n] = co_await from.async_read_some(asio::buffer(buffer), kQuiet);
    if (error) break;
    if (into.size() + n > running->output_limit) {
      running->over_limit = true;
      running->kill_all();
      break;
    }
    into.append(buffer.data(), n);
  }
  if (--running->readers == 0) running->readers_done.set();
}

// Waits for the child's end, killing it at the deadline. True when it ended in time.
Task<bool> await_end(Running& running, Duration deadline) {
  auto late = std::make_shared<bool>(false);
  asio::steady_timer timer(running.end.get_executor(), deadline);
  timer.async_wait([late, pid = running.pid](boost::system::error_code error) {
    if (error) return;
    *late = true;
    ::kill(-pid, SIGKILL);
  });
  co_await running.end.async_wait(asio::posix::stream_descriptor::wait_read, kQuiet);
  timer.cancel();
  co_return !*late;
}

// Kills and reaps a child whose run is left early (the awaiting coroutine was cancelled).
struct Reaper {
  pid_t pid;
  bool reaped = false;

  ~Reaper() {
    if (reaped) return;
    ::kill(-pid, SIGKILL);
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  int reap() {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    reaped = true;
    return status;
  }
};

}  // namespace

Task<Result<ProcessOutcome>> run_process(ProcessSpec spec) {
  if (spec.argv.empty()) co_return failure(ErrorCode::invalid, "no program to run");
  const auto in = make_input(spec.input);
  if (!in) co_return std::unexpected(in.error());
  auto out = make_pipe();
  if (!out) co_return std::unexpected(out.error());
  auto err = make_pipe();
  if (!err) co_return std::unexpected(err.error());
  const auto pid = start(spec, in->get(), out->write.get(), err->write.get());
  if (!pid) co_return std::unexpected(pid.error());
  Reaper reaper{*pid};
  out->write.reset();
  err->write.reset();
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, *pid, 0));  // Closed on exec.
  if (pidfd < 0) co_return errno_failure("pidfd_open", errno);

  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto running = std::make_shared<Running>(executor);
  running->out.assign(out->read.release());
  running->err.assign(err->read.release());
  running->end.assign(pidfd);
  running->pid = *pid;
  running->output_limit = spec.output_limit;
  spawn(executor, drain(running, running->out, running->out_text), "reading a program's output");
  spawn(executor, drain(running, running->err, running->err_text), "reading a program's errors");

  const bool in_time = co_await await_end(*running, spec.deadline);
  const bool drained = co_await running->readers_done.wait_for(std::chrono::seconds(1));
  if (!drained) {
    boost::system::error_code ignored;  // One of them may be done.
    running->out.cancel(ignored);
    running->err.cancel(ignored);
  }
  const int status = reaper.reap();
  if (running->over_limit) {
    co_return failure(ErrorCode::too_large, spec.argv[0] + " printed too much");
  }
  if (!in_time) {
    co_return failure(ErrorCode::timeout, spec.argv[0] + " took too long and was stopped");
  }
  co_return ProcessOutcome{.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                           .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
                           .out = std::move(running->out_text),
                           .err = std::move(running->err_text)};
}

Result<ProcessOutcome> run_process_now(ProcessSpec spec) {
  asio::io_context context;
  auto outcome = asio::co_spawn(context, run_process(std::move(spec)), asio::use_future);
  context.run();
  return outcome.get();
}

}  // namespace colibri::async
