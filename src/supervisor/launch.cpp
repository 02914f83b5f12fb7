#include "supervisor/launch.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>
#include <filesystem>

namespace colibri::supervisor {
namespace {

// What the child needs, made ready before fork: afterwards only async-signal-safe calls.
struct Prepared {
  std::vector<char*> argv;
  std::vector<char*> env;
  std::vector<std::pair<int, int>> descriptors;
  int first_free = 3;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

[[noreturn]] void give_up(int report) {
  const int error = errno;
  (void)!::write(report, &error, sizeof error);
  ::_exit(127);
}

[[noreturn]] void become(const LaunchSpec& spec, Prepared& prepared, int report, pid_t parent) {
  ::setsid();
  if (spec.dies_with_us) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
  }
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) give_up(report);
  // First out of the way of the numbers they are to have, then onto them.
  report = ::fcntl(report, F_DUPFD_CLOEXEC, prepared.first_free);
  for (auto& [ours, theirs] : prepared.descriptors) {
    ours = ::fcntl(ours, F_DUPFD_CLOEXEC, prepared.first_free);
    if (ours < 0) give_up(report);
  }
  for (int standard = 0; standard < 3; ++standard) ::dup2(null, standard);
  for (const auto& [ours, theirs] : prepared.descriptors) {
    if (::dup2(ours, theirs) < 0) give_up(report);
  }
  // Descriptors between the named ones are close-on-exec, as all of ours are.
  ::syscall(SYS_close_range, static_cast<unsigned>(prepared.first_free), ~0u, 4u /* CLOEXEC */);

  // What bounds us is not for programs that we start.
  rlimit data = {};
  if (::getrlimit(RLIMIT_DATA, &data) == 0) {
    data.rlim_cur = data.rlim_max;
    ::setrlimit(RLIMIT_DATA, &data);
  }
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(prepared.argv[0], prepared.argv.data(), prepared.env.data());
  give_up(report);
}

}  // namespace

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), pidfd_(std::move(other.pidfd_)) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    end();
    pid_ = std::exchange(other.pid_, 0);
    pidfd_ = std::move(other.pidfd_);
  }
  return *this;
}

Child::~Child() {
  end();
}

void Child::kill(int signal) {
  if (pid_ > 0) ::syscall(SYS_pidfd_send_signal, pidfd_.get(), signal, nullptr, 0);
}

Task<Result<int>> Child::wait(async::Duration limit) {
  if (pid_ <= 0) co_return failure(ErrorCode::unavailable, "the process has ended");
  const bool ended = co_await wait_readable(pidfd_.get(), limit);
  if (!ended) {
    co_return failure(ErrorCode::timeout, "the process does not end");
  }
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  co_return status;
}

void Child::end() {
  if (pid_ <= 0) return;
  kill(SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
}

Result<Child> launch(const LaunchSpec& spec) {
  Prepared prepared{pointers(spec.argv), pointers(spec.env), spec.descriptors};
  for (const auto& [ours, theirs] : spec.descriptors) {
    prepared.first_free = std::max(prepared.first_free, theirs + 1);
  }
  int report[2];
  if (::pipe2(report, O_CLOEXEC) < 0) return errno_failure("pipe", errno);
  Descriptor report_read(report[0]);
  Descriptor report_write(report[1]);
  const pid_t self = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return errno_failure("fork", errno);
  if (pid == 0) become(spec, prepared, report[1], self);
  report_write.reset();

  Descriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  int error = 0;
  ssize_t got;
  do {
    got = ::read(report_read.get(), &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  if (got == sizeof error || !pidfd) {
    if (!pidfd) ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    if (error == ENOENT) return failure(ErrorCode::not_found, "there is no " + spec.argv[0]);
    return errno_failure("cannot start " + spec.argv[0], error);
  }
  return Child(pid, std::move(pidfd));
}

std::string program_beside_us(const char* name) {
  std::error_code unreadable;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", unreadable);
  return (self.parent_path() / name).string();
}

Task<bool> wait_readable(int fd, async::Duration limit) {
  using namespace asio::experimental::awaitable_operators;
  const auto executor = co_await asio::this_coro::executor;
  asio::posix::stream_descriptor watched(executor, ::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  asio::steady_timer timer(executor, limit);
  boost::system::error_code read_error;
  boost::system::error_code timer_error;
  const auto first =
      co_await (watched.async_wait(asio::posix::stream_descriptor::wait_read,
                                   asio::redirect_error(asio::use_awaitable, read_error)) ||
                timer.async_wait(asio::redirect_error(asio::use_awaitable, timer_error)));
  co_return first.index() == 0 && !read_error;
}

}  // namespace colibri::supervisor
