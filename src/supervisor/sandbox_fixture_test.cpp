#include "supervisor/sandbox_fixture.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "async/spawn.hpp"
#include "engine/cgroup_mounts.hpp"
#include "engine/sweep.hpp"
#include "supervisor/descriptor.hpp"

namespace colibri::supervisor::fixture {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// `visit` with the folder of each process in /proc.
void each_process(const std::function<void(const std::string&)>& visit) {
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator("/proc", gone)) {
    const std::string name = entry.path().filename();
    if (std::all_of(name.begin(), name.end(), ::isdigit)) visit(entry.path());
  }
}

}  // namespace

int processes_with(const std::string& word) {
  int count = 0;
  each_process([&](const std::string& folder) {
    const std::string line = engine::read_small_file(folder + "/cmdline");
    if (line.find(word) != std::string::npos) ++count;
  });
  return count;
}

int processes_of(uint32_t uid) {
  int count = 0;
  each_process([&](const std::string& folder) {
    const std::string status = engine::read_small_file(folder + "/status");
    if (status.find("\nUid:\t" + std::to_string(uid) + "\t") != std::string::npos) ++count;
  });
  return count;
}

bool within(int seconds, const std::function<bool()>& condition) {
  const auto deadline = Clock::now() + std::chrono::seconds(seconds);
  while (!condition()) {
    if (Clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

bool Box::can_run(const std::string& kind) {
  return kind == "none" || (::geteuid() == 0 && std::getenv("COLIBRI_TEST_ROOTFS") != nullptr);
}

Box::Box(const std::string& kind) {
  static std::atomic<uint32_t> count = 0;
  const uint32_t number = ++count;
  const std::string name = "t" + std::to_string(::getpid()) + "." + std::to_string(number);
  const char* rootfs = std::getenv("COLIBRI_TEST_ROOTFS");
  char pattern[] = "/tmp/colibri-sandbox-XXXXXX";
  folder_ = ::mkdtemp(pattern);
  config.runtime.value = name;
  config.sandbox = kind;
  config.runtime_dir = folder_ + "/runtime";
  config.run_dir = folder_ + "/run";
  config.image_rootfs = rootfs == nullptr ? "" : rootfs;
  config.uid_base = 1'000'000'000 + (static_cast<uint32_t>(::getpid()) % 1000 + number) * 65'536;
  config.cpus = 1;
  config.memory_bytes = 256u << 20;
  config.pids = 64;
  config.network = "none";
  config.cgroup = "/colibri-test/" + name;
  fs::create_directory(config.runtime_dir);
  fs::create_directory(config.run_dir);
}

Box::~Box() {
  if (sandbox) stop();
  sandbox.reset();  // Before the reactor that it runs on.
  (void)engine::remove_tree(folder_);
}

Task<void> Box::start_and_note(std::optional<Error>* error, bool* done) {
  auto started = co_await start_sandbox(reactor_.get_executor(), config);
  if (started) {
    sandbox = std::move(*started);
    sandbox->on_exit = [this](ProcessId id, ExitStatus end) { ended_.emplace_back(id, end); };
    sandbox->on_gone = [this](std::string detail) { gone = std::move(detail); };
  } else {
    *error = started.error();
  }
  *done = true;
}

std::optional<Error> Box::start() {
  std::optional<Error> error;
  bool done = false;
  async::spawn(reactor_.get_executor(), start_and_note(&error, &done), "starting a sandbox");
  if (!run_until([&done] { return done; }, 60)) return Error{ErrorCode::timeout, "start hangs"};
  return error;
}

Task<void> Box::stop_and_note(bool* done) {
  co_await sandbox->stop();
  *done = true;
}

void Box::stop() {
  bool done = false;
  async::spawn(reactor_.get_executor(), stop_and_note(&done), "stopping a sandbox");
  EXPECT_TRUE(run_until([&done] { return done; }));
}

Task<void> Box::spawn_and_note(SpawnRequest request, std::optional<Result<ProcessId>>* id) {
  id->emplace(co_await sandbox->spawn(std::move(request)));
}

Result<ProcessId> Box::spawn(SpawnRequest request) {
  std::optional<Result<ProcessId>> id;
  async::spawn(reactor_.get_executor(), spawn_and_note(std::move(request), &id), "spawning");
  if (!run_until([&id] { return id.has_value(); })) {
    return failure(ErrorCode::timeout, "spawn hangs");
  }
  return *id;
}

bool Box::run_until(const std::function<bool()>& done, int seconds) {
  const auto deadline = Clock::now() + std::chrono::seconds(seconds);
  while (!done()) {
    if (Clock::now() > deadline) return false;
    reactor_.restart();
    reactor_.run_one_for(std::chrono::milliseconds(20));
  }
  return true;
}

std::optional<ExitStatus> Box::wait(ProcessId id) {
  std::optional<ExitStatus> found;
  run_until([&] {
    for (const auto& [each, end] : ended_) {
      if (each == id) found = end;
    }
    return found.has_value();
  });
  return found;
}

SpawnRequest Box::request(std::vector<std::string> argv) const {
  SpawnRequest wanted;
  wanted.argv = std::move(argv);
  wanted.env = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "LANG=C.UTF-8"};
  return wanted;
}

Outcome Box::run(std::vector<std::string> argv) {
  const std::string path = folder_ + "/output";
  const Descriptor output(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  SpawnRequest wanted = request(std::move(argv));
  wanted.stdout_fd = wanted.stderr_fd = output.get();
  const auto id = spawn(std::move(wanted));
  if (!id) return {{255, 0}, id.error().detail};
  const auto end = wait(*id);
  return {end.value_or(ExitStatus{254, 0}), engine::read_small_file(path)};
}

}  // namespace colibri::supervisor::fixture
