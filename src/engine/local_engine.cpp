#include "engine/local_engine.hpp"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include "async/event.hpp"
#include "async/spawn.hpp"
#include "base/log.hpp"
#include "engine/ending.hpp"
#include "engine/files_archive.hpp"
#include "engine/launch_config.hpp"
#include "engine/private_files.hpp"
#include "engine/process_identity.hpp"
#include "engine/start_process.hpp"
#include "engine/sweep.hpp"

namespace colibri::engine {

namespace fs = std::filesystem;

// The supervisors whose end we wait for. Each entry lives until its process has ended.
struct LocalEngine::Watches {
  struct Watch {
    explicit Watch(asio::any_io_executor executor, int pidfd) : descriptor(executor, pidfd) {}
    asio::posix::stream_descriptor descriptor;
    async::Event ended;
  };
  std::map<RuntimeId, std::shared_ptr<Watch>> living;

  static Task<void> wait(std::weak_ptr<Watches> watches, std::shared_ptr<Watch> watch,
                         RuntimeId runtime, Watcher watcher);
};

Task<void> LocalEngine::Watches::wait(std::weak_ptr<Watches> watches, std::shared_ptr<Watch> watch,
                                      RuntimeId runtime, Watcher watcher) {
  const auto [error] = co_await watch->descriptor.async_wait(
      asio::posix::stream_descriptor::wait_read, asio::as_tuple(asio::use_awaitable));
  if (error) co_return;
  // Reaps it when it is our child; one of an earlier server is not (ECHILD).
  siginfo_t status{};
  (void)waitid(P_PIDFD, static_cast<id_t>(watch->descriptor.native_handle()), &status,
               WEXITED | WNOHANG);
  const auto alive = watches.lock();
  if (!alive) co_return;
  alive->living.erase(runtime);
  watch->ended.set();
  watcher.died("");
}

namespace {

std::string own_folder() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path().string();
}

std::string pid_file(const std::string& directory) {
  return directory + "/supervisor.pid";
}

// In the folder of what was started ahead.
std::string pooled_mark(const std::string& directory) {
  return directory + "/pooled";
}

std::optional<ProcessIdentity> read_identity(const std::string& directory) {
  std::ifstream file(pid_file(directory));
  std::string line;
  std::getline(file, line);
  return parse_identity(line);
}

link::SupervisorConfig config_for(const Launch& launch, const std::string& directory,
                                  const LocalSettings& settings) {
  link::SupervisorConfig config = config_of(launch, settings);
  config.link = launch.link_socket;
  config.runtime_dir = directory;
  config.run_dir = settings.run_directory + "/" + launch.runtime.value;
  return config;
}

Result<> add_accelerators(const Launch& launch, const accelerators::Inventory* inventory,
                          link::SupervisorConfig& config) {
  if (launch.accelerators.empty()) return {};
  if (inventory == nullptr)
    return failure(ErrorCode::unsupported, "there are no accelerators here");
  auto lent = inventory->lend(launch.accelerators);
  if (!lent) return std::unexpected(lent.error());
  config.accelerators = std::move(lent->accelerators);
  for (auto& [name, value] : lent->edits.env) config.env[name] = std::move(value);
  lent->edits.env.clear();
  config.edits = std::move(lent->edits);
  return {};
}

// It may be given any of them at its claim; on cgroup v2 its devices are settled at the start.
void let_it_have_any(const accelerators::Inventory* inventory, link::SupervisorConfig& config) {
  if (inventory == nullptr) return;
  for (const accelerators::Accelerator& each : inventory->usable()) {
    auto lent = inventory->lend({each.id});
    if (!lent) continue;
    for (oci::DeviceNode& node : lent->edits.devices) config.may_get.push_back(std::move(node));
  }
}

// /content is in one of these, by whether the runtime had a disk of its own.
constexpr std::array kFiles = {"disk.img", "content"};

// What is there of them; both folders are ours alone. Nothing there is fine.
Result<> move_files(const std::string& from, const std::string& to) {
  for (const char* name : kFiles) {
    if (rename((fs::path(from) / name).c_str(), (fs::path(to) / name).c_str()) == 0) continue;
    if (errno != ENOENT) return errno_failure("keeping the files of " + from, errno);
  }
  return {};
}

Result<> keep_in(const std::string& folder, const std::string& directory) {
  for (const std::string& each : {fs::path(folder).parent_path().string(), folder})
    if (auto made = make_private_folder(each); !made) return made;
  return move_files(directory, folder);
}

// Folders and process. What a failure leaves is clean_up's to remove.
Result<ProcessIdentity> start_supervisor(const Launch& launch, const LocalSettings& settings,
                                         const std::string& directory, const std::string& kept) {
  auto config = config_for(launch, directory, settings);
  config.pooled = launch.pooled;
  if (launch.pooled) let_it_have_any(settings.inventory, config);
  if (auto added = add_accelerators(launch, settings.inventory, config); !added) {
    return std::unexpected(added.error());
  }
  for (const std::string& folder :
       {fs::path(directory).parent_path().string(), directory, config.run_dir})
    if (auto made = make_private_folder(folder); !made) return std::unexpected(made.error());
  if (!kept.empty()) {
    if (auto moved = move_files(kept, directory); !moved) return std::unexpected(moved.error());
    (void)remove_tree(kept);
    config.disk_kept = true;
  }
  if (launch.pooled)
    if (auto wrote = write_private(pooled_mark(directory), ""); !wrote)
      return std::unexpected(wrote.error());
  const std::string config_file = directory + "/supervisor.json";
  if (auto wrote = write_private(config_file, json::serialize(to_json(config))); !wrote)
    return std::unexpected(wrote.error());
  const auto pid =
      start_process({settings.supervisor, "--config", config_file}, directory + "/supervisor.log");
  if (!pid) return std::unexpected(pid.error());
  // Not reaped by anybody but us, so the id is still its own.
  const auto identity = identify(*pid);
  if (!identity) return ProcessIdentity{.pid = *pid};
  if (auto wrote = write_private(pid_file(directory), to_text(*identity)); !wrote) {
    // Without the file a later server could not tell that it lives.
    kill(*pid, SIGKILL);
    waitpid(*pid, nullptr, 0);
    return std::unexpected(wrote.error());
  }
  return *identity;
}

}  // namespace

LocalEngine::LocalEngine(asio::any_io_executor reactor, async::BlockingPool& pool,
                         LocalSettings settings)
    : reactor_(std::move(reactor)),
      pool_(pool),
      settings_(std::move(settings)),
      watches_(std::make_shared<Watches>()) {
  if (settings_.supervisor.empty()) settings_.supervisor = own_folder() + "/colibri-supervisor";
}

LocalEngine::~LocalEngine() = default;

std::string LocalEngine::directory(const RuntimeId& runtime) const {
  return settings_.data_directory + "/runtimes/" + runtime.value;
}

std::string LocalEngine::kept_folder(const RuntimeId& runtime) const {
  return settings_.data_directory + "/kept/" + runtime.value;
}

Task<void> LocalEngine::forget_files(RuntimeId runtime) {
  const std::string folder = kept_folder(runtime);
  const auto removed = co_await pool_.run([&] { return remove_tree(folder); });
  if (!removed) log::error("{}", removed.error().detail);
}

std::string LocalEngine::files_program() const {
  return (fs::path(settings_.supervisor).parent_path() / "colibri-files").string();
}

Task<Result<KeptFiles>> LocalEngine::examine_files(RuntimeId runtime) {
  co_return co_await examine_folder(files_program(), kept_folder(runtime));
}

Task<Result<std::shared_ptr<async::ByteSource>>> LocalEngine::read_files(RuntimeId runtime) {
  co_return open_archive(reactor_, pool_, files_program(), kept_folder(runtime));
}

Task<std::vector<RuntimeId>> LocalEngine::kept() {
  auto work = [folder = settings_.data_directory + "/kept"] { return runtimes_in(folder); };
  co_return co_await pool_.run(std::move(work));
}

Task<DiskRoom> LocalEngine::room() {
  auto work = [folder = settings_.data_directory] { return room_of(folder); };
  co_return co_await pool_.run(std::move(work));
}

Task<Result<Started>> LocalEngine::start(Launch launch, Watcher watcher) {
  const std::string folder = directory(launch.runtime);
  const std::string kept = launch.files_of.value.empty() ? "" : kept_folder(launch.files_of);
  const auto identity =
      co_await pool_.run([&] { return start_supervisor(launch, settings_, folder, kept); });
  if (!identity) {
    co_return failure(ErrorCode::unavailable,
                      "The runtime could not be started: " + identity.error().detail);
  }
  // The child is not reaped yet, so even one that has ended can be opened.
  const auto pidfd = static_cast<int>(syscall(SYS_pidfd_open, identity->pid, 0));
  if (pidfd < 0) {
    const int error = errno;
    kill(static_cast<pid_t>(identity->pid), SIGKILL);
    co_return errno_failure("watching the supervisor", error);
  }
  auto watch = std::make_shared<Watches::Watch>(reactor_, pidfd);
  watches_->living[launch.runtime] = watch;
  async::spawn(reactor_, Watches::wait(watches_, watch, launch.runtime, std::move(watcher)),
               "watching a supervisor");
  co_return Started{identity->pid, folder};
}

Result<> LocalEngine::adopt(RuntimeId runtime, Watcher watcher) {
  const auto identity = read_identity(directory(runtime));
  if (!identity) return failure(ErrorCode::unavailable, "There is no note of the supervisor.");
  const auto pidfd = open_process(*identity);
  if (!pidfd) return std::unexpected(pidfd.error());
  auto watch = std::make_shared<Watches::Watch>(reactor_, *pidfd);
  watches_->living[runtime] = watch;
  async::spawn(reactor_, Watches::wait(watches_, watch, runtime, std::move(watcher)),
               "watching a supervisor");
  return {};
}

namespace {

void send_signal(int pidfd, int signal) {
  (void)syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0);
}

// All is tried whatever the first one says: less left is better. Once the last process is gone,
// the file of its disk is whole and nobody's: then it may be kept.
Result<> sweep(const std::string& directory, const std::string& run_dir, const std::string& cgroup,
               const std::string& kept) {
  auto swept = sweep_runtime({.cgroup = cgroup, .run_dir = run_dir});
  if (!kept.empty() && swept)
    if (auto done = keep_in(kept, directory); !done) log::error("{}", done.error().detail);
  auto removed = remove_tree(directory);
  return swept ? removed : swept;
}

}  // namespace

Task<Result<>> LocalEngine::clean_up(RuntimeId runtime, async::Duration grace) {
  const std::string folder = directory(runtime);
  if (!watches_->living.contains(runtime)) (void)adopt(runtime, {[](const std::string&) {}});
  if (const auto found = watches_->living.find(runtime); found != watches_->living.end()) {
    const auto watch = found->second;
    if (grace > async::Duration::zero()) {
      send_signal(watch->descriptor.native_handle(), SIGTERM);
      (void)co_await watch->ended.wait_for(grace);
    }
    if (!watch->ended.is_set()) {
      send_signal(watch->descriptor.native_handle(), SIGKILL);
      const bool ended = co_await watch->ended.wait_for(std::chrono::seconds(5));
      if (!ended) co_return failure(ErrorCode::timeout, "The supervisor does not end.");
    }
  }
  const std::string run_dir = settings_.run_directory + "/" + runtime.value;
  const std::string kept = keeping_.erase(runtime) > 0 ? kept_folder(runtime) : "";
  co_return co_await pool_.run([&] {
    // Before somebody else gets what this one had: is it still well?
    if (settings_.inventory != nullptr && !settings_.inventory->all().empty()) {
      settings_.inventory->look();
    }
    return sweep(folder, run_dir, cgroup_of(runtime), kept);
  });
}

Task<std::optional<Ending>> LocalEngine::ending_of(RuntimeId runtime) {
  auto work = [folder = directory(runtime)] { return read_ending(folder); };
  co_return co_await pool_.run(std::move(work));
}

Task<std::vector<RuntimeId>> LocalEngine::pooled() {
  const std::string all = settings_.data_directory + "/runtimes";
  co_return co_await pool_.run([&] {
    std::vector<RuntimeId> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(all, error))
      if (fs::exists(pooled_mark(entry.path().string()), error))
        found.push_back({entry.path().filename().string()});
    return found;
  });
}

Task<std::string> LocalEngine::last_words(RuntimeId runtime) {
  const std::string file = directory(runtime) + "/supervisor.log";
  co_return co_await pool_.run([&] { return tail_of(file); });
}

}  // namespace colibri::engine
