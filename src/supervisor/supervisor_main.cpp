// colibri-supervisor: the process beside one runtime. Its only argument that matters is the path of
// supervisor.json, so that the token stands in no argument list.
#include <fcntl.h>
#include <grp.h>
#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/signal_set.hpp>
#include <exception>

#include "async/reactor.hpp"
#include "async/spawn.hpp"
#include "base/log.hpp"
#include "supervisor/node_folder.hpp"
#include "supervisor/supervisor.hpp"

namespace colibri::supervisor {
namespace {

constexpr size_t kMaxConfigBytes = 1u << 20;
constexpr rlim_t kMostMemoryBytes = 1u << 30;  // Of which a supervisor at work takes 1 %.

// Reads a file that only its owner may read, for it holds a secret.
Result<std::string> read_private(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return errno_failure("Cannot open " + path, errno);
  struct stat status {};
  std::string text(kMaxConfigBytes + 1, '\0');
  const bool known = fstat(fd, &status) == 0;
  const ssize_t bytes = read(fd, text.data(), text.size());
  const int error = errno;
  close(fd);
  if (!known || bytes < 0) return errno_failure("Cannot read " + path, error);
  if (!S_ISREG(status.st_mode) || (status.st_mode & 0077) != 0) {
    return failure(ErrorCode::denied,
                   path + " must be a file that only its owner may read (0600).");
  }
  if (static_cast<size_t>(bytes) > kMaxConfigBytes) {
    return failure(ErrorCode::too_large, path + " is over 1 MiB.");
  }
  text.resize(static_cast<size_t>(bytes));
  return text;
}

Result<link::SupervisorConfig> read_config(const std::string& path) {
  auto text = read_private(path);
  if (!text) return std::unexpected(text.error());
  auto object = json::parse_object(*text);
  if (!object) return std::unexpected(object.error());
  return link::supervisor_config_from_json(*object);
}

// Started with nohup or by a service, signals may be ignored or blocked, and children would inherit
// that: Ctrl-C in a kernel would do nothing.
void reset_signals() {
  for (int number = 1; number < NSIG; ++number) {
    if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
  }
  signal(SIGPIPE, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// A kernel can send one message without an end, which libzmq keeps until that comes. Out of memory
// it drops that connection; at worst the end is ours, and this runtime's, but never the host's.
void bound_memory() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_DATA, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(kMostMemoryBytes, limit.rlim_max);
  (void)setrlimit(RLIMIT_DATA, &limit);
}

Task<void> run_and_stop(Supervisor& supervisor, asio::io_context& reactor) {
  try {
    co_await supervisor.run();
  } catch (const std::exception& error) {
    log::error("the supervisor failed: {}", error.what());
  }
  reactor.stop();
}

// A batch system starts root's jobs with the group root. The container's users would keep it: they
// could open what the host lets that group read, and not pass folders that only others may pass.
void drop_groups() {
  if (geteuid() == 0 && setgroups(0, nullptr) != 0) log::warn("the groups of root stay with us");
}

int serve(link::SupervisorConfig config) {
  drop_groups();
  async::Reactor reactor;
  // They outlive the folder: a signal that comes while that is removed must not leave half of it.
  asio::signal_set signals(reactor, SIGTERM, SIGINT, SIGHUP);
  asio::signal_set warnings(reactor, SIGUSR1);
  const auto folder = NodeFolder::make(config);
  if (!folder) {
    log::error("{}", folder.error().detail);
    return 2;
  }
  const bool job = !config.node_dir.empty();
  const auto lines = std::make_shared<RuntimeLog>();
  log::also_tell([lines](log::Line line) {
    lines->add({line.time_ms, "supervisor", std::move(line.level), std::move(line.text)});
  });
  Supervisor supervisor(reactor.get_executor(), std::move(config), lines);
  bool warned = false;
  signals.async_wait([&](const boost::system::error_code& error, int number) {
    if (error) return;
    log::info("got signal {}", number);
    if (warned) return supervisor.end("timeout", "The job's time in the batch system is over.");
    supervisor.end("runtime_ended", job ? "The batch system ended the runtime's job."
                                        : "The runtime was ended by the system.");
  });
  // Of a batch system: the job's time will soon be over.
  warnings.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    warned = true;  // A job that is cut short may be ended right behind it.
    supervisor.warn();
  });
  async::spawn(reactor.get_executor(), run_and_stop(supervisor, reactor), "the supervisor");
  reactor.run();
  reactor.abandon();
  return 0;
}

}  // namespace
}  // namespace colibri::supervisor

int main(int argc, char** argv) {
  using namespace colibri;
  CLI::App app("Keeps one Colibri runtime; started by an engine, not by hand.");
  std::string config_path;
  bool verbose = false;
  app.add_option("--config", config_path, "supervisor.json (mode 0600)")->required();
  app.add_flag("--verbose", verbose, "Log more");
  CLI11_PARSE(app, argc, argv);

  // Few arenas and early return of memory: there may be many supervisors on one machine.
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_TRIM_THRESHOLD, 256 << 10);
  mallopt(M_MMAP_THRESHOLD, 128 << 10);
  supervisor::reset_signals();
  supervisor::bound_memory();
  log::start("colibri-supervisor", verbose);
  prctl(PR_SET_DUMPABLE, 0);  // No core file, and no ptrace: the token is in memory.
  auto config = supervisor::read_config(config_path);
  if (!config) {
    log::error("{}", config.error().detail);
    return 2;
  }
  return supervisor::serve(std::move(*config));
}
