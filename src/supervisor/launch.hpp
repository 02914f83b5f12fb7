#pragma once
// Starts the programs beside a sandbox (OCI runtime, slirp4netns, colibri-init): argument vector,
// no shell, exactly the descriptors that are named, and killed when this process dies if asked for.
// async/process.hpp runs programs that need none of that.
#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "async/timer.hpp"
#include "base/result.hpp"
#include "engine/find_program.hpp"
#include "supervisor/descriptor.hpp"

namespace colibri::supervisor {

struct LaunchSpec {
  std::vector<std::string> argv;  // argv[0] is an absolute path.
  std::vector<std::string> env = {
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"};
  // (ours, theirs) pairs. 0, 1 and 2 are /dev/null where not named; all others are closed.
  std::vector<std::pair<int, int>> descriptors;
  bool dies_with_us = false;  // SIGKILL when the thread that launched it ends.
};

// A child process. Destroyed while it runs, it is killed and reaped.
class Child {
 public:
  Child() = default;
  Child(pid_t pid, Descriptor pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();

  [[nodiscard]] bool running() const { return pid_ > 0; }
  [[nodiscard]] pid_t pid() const { return pid_; }
  void kill(int signal);

  // The wait status (see wait(2)) of the ended child, which is reaped; `timeout` after `limit`.
  Task<Result<int>> wait(async::Duration limit);

  // Lets it go on by itself.
  void abandon() { pid_ = 0; }

  // Kills it if it runs, and reaps it. Blocks for as long as the kernel takes to end it.
  void end();

 private:
  pid_t pid_ = 0;
  Descriptor pidfd_;
};

// `not_found` when there is no such program.
[[nodiscard]] Result<Child> launch(const LaunchSpec& spec);

using engine::find_program;

// The path of a program in the folder of the one that runs.
[[nodiscard]] std::string program_beside_us(const char* name);

// Waits until the descriptor can be read (or has hung up). False when `limit` passed first.
[[nodiscard]] Task<bool> wait_readable(int fd, async::Duration limit);

}  // namespace colibri::supervisor
