#include "supervisor/host_sandbox.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "base/log.hpp"
#include "engine/sweep.hpp"
#include "supervisor/kernel_environment.hpp"
#include "supervisor/python_package.hpp"
#include "supervisor/sample_data.hpp"

namespace colibri::supervisor {
namespace {

constexpr auto kKillDeadline = std::chrono::seconds(5);

}  // namespace

HostSandbox::HostSandbox(asio::any_io_executor executor, link::SupervisorConfig config)
    : executor_(std::move(executor)),
      config_(std::move(config)),
      kernel_directory_{config_.run_dir + "/k", config_.run_dir + "/k"} {}

HostSandbox::~HostSandbox() {
  // It collects and kills its descendants when its socket closes; killed, it could not.
  init_.abandon();
}

Result<> HostSandbox::start() {
  if (!config_.run_dir.starts_with('/') || !config_.runtime_dir.starts_with('/')) {
    return failure(ErrorCode::invalid, "run_dir and runtime_dir must be absolute paths");
  }
  constexpr size_t kHostPathLimit = 80;
  if (kernel_directory_.host.size() > kHostPathLimit) {
    return failure(ErrorCode::invalid,
                   "run_dir is too long for the sockets of kernels: 78 bytes at most");
  }
  for (const std::string& folder : {kernel_directory_.host, config_.runtime_dir + "/content"}) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
      return errno_failure("cannot make " + folder, errno);
    }
  }
  if (auto written = write_python_package(config_.run_dir + "/python"); !written) return written;
  const std::string programs = config_.run_dir + kHostPrograms;
  if ((::mkdir(programs.c_str(), 0700) != 0 && errno != EEXIST) ||
      (::symlink(program_beside_us("colibri-command").c_str(), (programs + "/colibri").c_str()) !=
           0 &&
       errno != EEXIST)) {
    return errno_failure("cannot make " + programs, errno);
  }
  if (!config_.disk_kept) {
    const auto laid = lay_sample_data(config_.runtime_dir + "/content", ::geteuid());
    if (!laid) log::warn("{}", laid.error().detail);
  }
  auto ends = InitChannel::make_pair();
  if (!ends) return std::unexpected(ends.error());
  auto init = launch({.argv = {program_beside_us("colibri-init"), "--host"},
                      .descriptors = {{ends->inits.get(), 3}}});
  if (!init) return std::unexpected(init.error());
  init_ = std::move(*init);
  oom_kills_before_ = host_oom_kills();
  channel_ = std::make_unique<InitChannel>(executor_, std::move(ends->ours));
  channel_->on_exit = [this](ProcessId id, ExitStatus end) {
    if (on_exit) on_exit(id, end);
  };
  channel_->on_closed = [this] {
    if (!stopping_ && on_gone) on_gone("the process that holds the runtime's processes ended");
  };
  return {};
}

Task<Result<ProcessId>> HostSandbox::spawn(SpawnRequest request) {
  if (!channel_) co_return failure(ErrorCode::unavailable, "the sandbox has ended");
  request.cwd = host_path(request.cwd);
  co_return co_await channel_->spawn(std::move(request));
}

void HostSandbox::signal(ProcessId id, int signal, bool group) {
  if (channel_) channel_->signal(id, signal, group);
}

Result<Sandbox::DriveOutcome> HostSandbox::mount_drive(const link::DriveMount& wish) {
  if (stopping_) return failure(ErrorCode::unavailable, "the sandbox has ended");
  link::DriveMount there = wish;
  there.mountpoint = host_path(wish.mountpoint);
  const auto already = drives_.mount(there);
  if (!already) return std::unexpected(already.error());
  return DriveOutcome{there.mountpoint, *already};
}

std::vector<std::string> HostSandbox::unmount_drive(const std::string& mountpoint) {
  return drives_.unmount(mountpoint.empty() ? "" : host_path(mountpoint));
}

Meters HostSandbox::meters() {
  const DiskUse disk = disk_use(config_.runtime_dir);
  const MemoryUse memory = host_memory();
  return {.memory_used = memory.used,
          .memory_limit = memory.total,
          .disk_used = disk.used,
          .disk_total = disk.total,
          .cpu = cpu_rate_.cores(host_cpu_used_us())};
}

uint64_t HostSandbox::oom_kills() {
  return host_oom_kills() - oom_kills_before_;
}

std::string HostSandbox::host_path(std::string_view inside) const {
  constexpr std::string_view kContent = "/content";
  const bool content = inside.starts_with(kContent) &&
                       (inside.size() == kContent.size() || inside[kContent.size()] == '/');
  if (!content) return std::string(inside);
  return config_.runtime_dir + "/content" + std::string(inside.substr(kContent.size()));
}

Task<void> HostSandbox::stop() {
  if (std::exchange(stopping_, true)) co_return;
  drives_.unmount("");
  if (channel_) channel_->close();
  if (init_.running()) {
    const auto ended = co_await init_.wait(kKillDeadline);
    if (!ended) {
      log::error("processes of the runtime do not end; they are left");
      init_.abandon();
    }
  }
  if (const auto removed = engine::remove_tree(config_.run_dir); !removed) {
    log::error("{}", removed.error().detail);
  }
}

}  // namespace colibri::supervisor
