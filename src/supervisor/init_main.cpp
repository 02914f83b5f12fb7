// colibri-init: the first process of a container (docs/protocol.md 3.1). It starts processes for
// the supervisor, tells it how they ended, reaps orphans, and exits when the supervisor's socket
// closes, so that the kernel ends the container however the supervisor died. `--host` does the same
// for processes that run without a container: there it collects and kills all descendants itself.
//
// Only libc: it is linked statically, because the image it runs in may hold any C library or none.
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/init_message.hpp"

namespace colibri::init {
namespace {

constexpr int kSocket = 3;
constexpr int kStdioCount = 3;
constexpr size_t kProcessLimit = 1024;
// Above init's own score, so that the kernel, short of memory, takes what init has started.
constexpr char kOutOfMemoryScore[] = "500";

struct Process {
  uint32_t id;  // 0: free.
  pid_t pid;
};

Process processes[kProcessLimit];
char buffer[kMessageLimit + 1];
Message message;
bool on_host = false;

Process* find_process(uint32_t id) {
  for (Process& process : processes) {
    if (process.id == id) return &process;
  }
  return nullptr;
}

// False when the supervisor is gone.
bool tell(const char* text, int length) {
  ssize_t sent;
  do {
    sent = send(kSocket, text, static_cast<size_t>(length), MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent >= 0;
}

bool tell_failed(uint32_t id, int error) {
  char text[96];
  return tell(
      text, snprintf(text, sizeof text, "{\"type\":\"failed\",\"id\":%u,\"errno\":%d}", id, error));
}

[[noreturn]] void give_up(int report) {
  const int error = errno;
  (void)!write(report, &error, sizeof error);
  _exit(127);
}

// Between fork and exec.
[[noreturn]] void become(const int (&stdio)[kStdioCount], int report, pid_t parent) {
  if (on_host) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
  } else {
    const int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (score >= 0) {
      (void)!write(score, kOutOfMemoryScore, sizeof kOutOfMemoryScore - 1);
      close(score);
    }
  }
  setsid();
  for (int i = 0; i < kStdioCount; ++i) {
    if (dup2(stdio[i], i) < 0) give_up(report);
  }
  if (isatty(STDIN_FILENO)) ioctl(STDIN_FILENO, TIOCSCTTY, 0);
  if (close_range(kStdioCount, ~0u, CLOSE_RANGE_CLOEXEC) < 0) give_up(report);

  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);

  if (message.cwd == nullptr || chdir(message.cwd) < 0) (void)!chdir("/");
  environ = message.env;
  execvp(message.argv[0], message.argv);
  give_up(report);
}

bool spawn(const int (&stdio)[kStdioCount]) {
  Process* slot = find_process(0);
  if (slot == nullptr || find_process(message.id) != nullptr) {
    return tell_failed(message.id, slot == nullptr ? EAGAIN : EEXIST);
  }
  int report[2];
  if (pipe2(report, O_CLOEXEC) < 0) return tell_failed(message.id, errno);
  const pid_t self = getpid();
  const pid_t pid = fork();
  const int fork_error = errno;
  if (pid == 0) become(stdio, report[1], self);
  close(report[1]);
  int error = pid < 0 ? fork_error : 0;
  if (pid > 0) {
    int failed_exec = 0;
    ssize_t got;
    do {
      got = read(report[0], &failed_exec, sizeof failed_exec);
    } while (got < 0 && errno == EINTR);
    if (got == sizeof failed_exec) error = failed_exec;
  }
  close(report[0]);
  if (error != 0) return tell_failed(message.id, error);

  *slot = {message.id, pid};
  char text[96];
  return tell(text, snprintf(text, sizeof text, "{\"type\":\"started\",\"id\":%u,\"pid\":%d}",
                             message.id, pid));
}

void send_signal() {
  // Not yet reaped, so the number is still this process's.
  const Process* process = find_process(message.id);
  if (process != nullptr) kill(message.group ? -process->pid : process->pid, message.signal);
}

bool handle_message() {
  char control[CMSG_SPACE(sizeof(int) * 16)];
  iovec part = {buffer, kMessageLimit};
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  const ssize_t size = recvmsg(kSocket, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (size < 0) return errno == EAGAIN || errno == EINTR;
  if (size == 0) return false;

  int received[16];
  size_t count = 0;
  for (cmsghdr* part_of = CMSG_FIRSTHDR(&header); part_of != nullptr;
       part_of = CMSG_NXTHDR(&header, part_of)) {
    if (part_of->cmsg_level != SOL_SOCKET || part_of->cmsg_type != SCM_RIGHTS) continue;
    const size_t here = (part_of->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < here && count < 16; ++i) {
      memcpy(&received[count++], CMSG_DATA(part_of) + i * sizeof(int), sizeof(int));
    }
  }

  bool alive = true;
  const bool whole = (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
  if (whole && MessageReader(buffer, static_cast<size_t>(size)).read(message)) {
    if (message.request == Request::signal) {
      send_signal();
    } else if (count != kStdioCount) {
      alive = tell_failed(message.id, EBADF);
    } else {
      alive = spawn({received[0], received[1], received[2]});
    }
  }
  for (size_t i = 0; i < count; ++i) close(received[i]);
  return alive;
}

// Reaps what has ended, ours and orphans.
bool reap() {
  for (;;) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return true;
    for (Process& process : processes) {
      if (process.id == 0 || process.pid != pid) continue;
      char text[128];
      const int length =
          snprintf(text, sizeof text, "{\"type\":\"exited\",\"id\":%u,\"status\":%d,\"signal\":%d}",
                   process.id, WIFEXITED(status) ? WEXITSTATUS(status) : 0,
                   WIFSIGNALED(status) ? WTERMSIG(status) : 0);
      process.id = 0;
      if (!tell(text, length)) return false;
    }
  }
}

// Kills our children until there are none. What they leave behind becomes our child in turn, for we
// are a subreaper.
void kill_descendants() {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
  do {
    for (const Process& process : processes) {
      if (process.id != 0) kill(-process.pid, SIGKILL);
    }
    FILE* children = fopen(path, "re");
    int pid = 0;
    while (children != nullptr && fscanf(children, "%d", &pid) == 1) kill(pid, SIGKILL);
    if (children != nullptr) fclose(children);
  } while (waitpid(-1, nullptr, 0) > 0 || errno == EINTR);
}

int run() {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  const int ended = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
  if (ended < 0) return 1;

  pollfd watched[] = {{kSocket, POLLIN, 0}, {ended, POLLIN, 0}};
  for (bool alive = true; alive;) {
    if (poll(watched, 2, -1) < 0 && errno != EINTR) return 1;
    if (watched[1].revents != 0) {
      signalfd_siginfo ignored;
      while (read(ended, &ignored, sizeof ignored) > 0) {
      }
      alive = reap();
    }
    if (alive && watched[0].revents != 0) alive = handle_message();
  }
  if (on_host) kill_descendants();
  return 0;
}

bool prepare() {
  int type = 0;
  socklen_t length = sizeof type;
  if (getsockopt(kSocket, SOL_SOCKET, SO_TYPE, &type, &length) < 0 || type != SOCK_SEQPACKET) {
    return false;
  }
  fcntl(kSocket, F_SETFD, FD_CLOEXEC);
  close_range(kSocket + 1, ~0u, 0);
  // Standard descriptors must exist, or the ones we receive would take their numbers.
  int null = open("/dev/null", O_RDWR);
  while (null >= 0 && null < kSocket) null = dup(null);
  if (null > kSocket) close(null);
  // No process inside may trace us or open our descriptors: that needs CAP_SYS_PTRACE now.
  if (!on_host) prctl(PR_SET_DUMPABLE, 0);
  if (on_host && prctl(PR_SET_CHILD_SUBREAPER, 1) < 0) return false;
  umask(022);
  return chdir("/") == 0;
}

}  // namespace
}  // namespace colibri::init

int main(int argc, char** argv) {
  colibri::init::on_host = argc > 1 && strcmp(argv[1], "--host") == 0;
  if (!colibri::init::prepare()) {
    fputs("colibri-init is started by colibri-supervisor\n", stderr);
    return 2;
  }
  return colibri::init::run();
}
