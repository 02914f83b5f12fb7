#include "supervisor/container.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>

#include "base/log.hpp"
#include "engine/cgroup_mounts.hpp"
#include "engine/oci_runtime.hpp"
#include "engine/sweep.hpp"
#include "oci/spec.hpp"
#include "supervisor/device_nodes.hpp"
#include "supervisor/mounts.hpp"
#include "supervisor/sample_data.hpp"

namespace colibri::supervisor {
namespace {

constexpr const char* kHostName = "colibri";
constexpr const char* kContainerName = "runtime";  // Unique within its own state folder.
constexpr auto kStartDeadline = std::chrono::seconds(30);
constexpr auto kEndDeadline = std::chrono::seconds(2);
constexpr size_t kHostPathLimit = 80;
constexpr uint64_t kSharedMemoryDefault = uint64_t{2} << 30;
// Ids below belong to the host's own users; a range must lie above them.
constexpr uint32_t kUidBaseLeast = 65'536;

constexpr const char* kHosts =
    "127.0.0.1\tlocalhost colibri\n"
    "::1\tlocalhost ip6-localhost ip6-loopback\n";

// The kernel lets nobody raise a limit in a container beyond what its starter has.
uint64_t open_files_limit() {
  constexpr uint64_t kWanted = 65'536;
  rlimit own = {};
  if (::getrlimit(RLIMIT_NOFILE, &own) != 0) return 1024;
  return std::min<uint64_t>(kWanted, own.rlim_max);
}

uint64_t locked_memory_limit() {
  rlimit own = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
  if (::setrlimit(RLIMIT_MEMLOCK, &own) == 0) return RLIM_INFINITY;
  return ::getrlimit(RLIMIT_MEMLOCK, &own) == 0 ? own.rlim_max : 0;
}

uint64_t shared_memory(uint64_t memory_bytes) {
  return memory_bytes > 0 ? memory_bytes / 2 : kSharedMemoryDefault;
}

Result<> write_private(const std::string& path, std::string_view text) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return errno_failure("cannot write " + path, errno);
  }
  return {};
}

}  // namespace

Container::Container(asio::any_io_executor executor, link::SupervisorConfig config)
    : executor_(std::move(executor)),
      config_(std::move(config)),
      kernel_directory_{config_.run_dir + "/k", kKernelsInside},
      files_(config_.runtime_dir) {}

Container::~Container() = default;

Result<> Container::check() const {
  const auto invalid = [](const char* detail) { return failure(ErrorCode::invalid, detail); };
  if (!config_.run_dir.starts_with('/') || !config_.runtime_dir.starts_with('/') ||
      !config_.image_rootfs.starts_with('/')) {
    return invalid("run_dir, runtime_dir and image_rootfs must be absolute paths");
  }
  if (kernel_directory_.host.size() > kHostPathLimit) {
    return invalid("run_dir is too long for the sockets of kernels: 78 bytes at most");
  }
  if (config_.uid_base < kUidBaseLeast || config_.uid_count < 65'536 ||
      config_.uid_base > UINT32_MAX - config_.uid_count) {
    return invalid("uid_base must be 65536 or more, with 65536 ids or more behind it");
  }
  if (config_.disk_bytes > 0 && config_.disk_bytes < kDiskLeastBytes) {
    return invalid("disk_bytes must be 64 MiB or more");
  }
  if (config_.uid_ranges > 0 &&
      config_.uid_first + uint64_t{config_.uid_ranges} * config_.uid_count > UINT32_MAX) {
    return invalid("uid_first with uid_ranges leads beyond all users");
  }
  if (config_.network != "slirp4netns" && config_.network != "none") {
    return invalid("network must be slirp4netns or none");
  }
  if (::access((config_.image_rootfs + "/usr").c_str(), F_OK) != 0) {
    return failure(ErrorCode::unsupported, "there is no image at " + config_.image_rootfs);
  }
  return {};
}

// A name in the host's network namespace belongs to one socket, and is free again when that process
// ends, however it does. So servers beside each other, or one after the other, share no range.
Result<> Container::claim_users() {
  const auto claim = [this](uint32_t base) {
    sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = {}};
    const std::string text = "colibri-users-" + std::to_string(base);
    text.copy(name.sun_path + 1, text.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
    users_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return ::bind(users_.get(), reinterpret_cast<const sockaddr*>(&name), size) == 0;
  };
  uint32_t base = config_.uid_base;
  for (uint32_t tried = 0; !claim(base); ++tried) {
    if (errno != EADDRINUSE || tried >= config_.uid_ranges) {
      return failure(ErrorCode::unavailable, "no users are free for the runtime from " +
                                                 std::to_string(config_.uid_base) + " on");
    }
    base = config_.uid_first + tried * config_.uid_count;
  }
  config_.uid_base = base;
  return {};
}

Result<> Container::choose_oci_runtime() {
  auto found = engine::find_oci_runtime(config_.sandbox);
  if (!found) return std::unexpected(found.error());
  oci_runtime_ = std::move(*found);
  is_crun_ = std::filesystem::path(oci_runtime_).filename() == "crun";
  return {};
}

Result<> Container::begin_disk() {
  const std::string file = config_.runtime_dir + "/disk.img";
  if (config_.disk_kept && ::access(file.c_str(), F_OK) == 0) {
    disk_ = Disk::again(file);
    return {};
  }
  if (config_.disk_bytes == 0) return {};
  auto disk = Disk::begin(config_.runtime_dir + "/disk.img", config_.disk_bytes);
  if (!disk) return without_disk(disk.error());
  disk_ = std::move(*disk);
  return {};
}

Task<Result<>> Container::mount_disk() {
  if (!disk_) co_return Result<>{};
  const auto mounted = co_await disk_->mount(config_.run_dir + "/disk");
  if (!mounted) co_return without_disk(mounted.error());
  files_ = config_.run_dir + "/disk";
  // What was written over another image would be nonsense over this one.
  if (config_.disk_kept)
    for (const char* each : {"/upper", "/work"})
      if (auto removed = engine::remove_tree(files_ + each); !removed) co_return removed;
  co_return Result<>{};
}

// A runtime whose administrator asked for no limit starts on a host that can't set one.
Result<> Container::without_disk(const Error& why) {
  if (config_.disk_required || why.code != ErrorCode::unsupported) return std::unexpected(why);
  log::warn("the runtime's files have no limit: {}", why.detail);
  disk_.reset();
  return {};
}

Result<> Container::prepare_network() {
  const auto addresses = host_addresses();
  std::vector<link::Prefix> allowed;
  for (const std::string& text : config_.network_allow) {
    const auto prefix = link::parse_prefix(text);
    if (!prefix) return std::unexpected(prefix.error());
    allowed.push_back(*prefix);
  }
  auto namespaces = make_namespaces(config_.uid_base, config_.uid_count,
                                    link::unreachable_networks(addresses, allowed));
  if (!namespaces) return std::unexpected(namespaces.error());
  namespaces_ = std::move(*namespaces);
  if (config_.network == "none") return {};
  subnet_ = choose_subnet(addresses);
  auto slirp = Slirp::start(namespaces_, subnet_);
  if (!slirp) return std::unexpected(slirp.error());
  slirp_ = std::move(*slirp);
  return {};
}

Result<> Container::prepare_root() {
  const std::string resolv_conf =
      slirp_ ? make_resolv_conf(subnet_.name_server, engine::read_small_file("/etc/resolv.conf"))
             : "";
  const auto mounted = mount_root({.image_rootfs = config_.image_rootfs,
                                   .disk = files_,
                                   .run_dir = config_.run_dir,
                                   .init_program = program_beside_us("colibri-init"),
                                   .command_program = program_beside_us("colibri-command"),
                                   .uid_base = config_.uid_base,
                                   .user_namespace = namespaces_.user.get(),
                                   .resolv_conf = resolv_conf,
                                   .hosts = kHosts});
  // Who goes on with files may have deleted these.
  if (!mounted || config_.disk_kept) return mounted;
  if (const auto laid = lay_sample_data(files_ + "/content", config_.uid_base); !laid)
    log::warn("{}", laid.error().detail);
  return {};
}

Result<> Container::write_bundle() {
  const std::string bundle = config_.run_dir + "/bundle";
  if (::mkdir(bundle.c_str(), 0700) != 0 && errno != EEXIST) {
    return errno_failure("cannot make " + bundle, errno);
  }
  const std::string descriptors = "/proc/" + std::to_string(::getpid()) + "/fd/";
  const oci::Spec spec{.rootfs = config_.run_dir + "/root",
                       .hostname = kHostName,
                       .args = {kInitInside},
                       .env = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
                       .uid_base = config_.uid_base,
                       .uid_count = config_.uid_count,
                       .user_namespace = descriptors + std::to_string(namespaces_.user.get()),
                       .network_namespace = descriptors + std::to_string(namespaces_.network.get()),
                       .cgroup = config_.cgroup,
                       .memory_bytes = config_.memory_bytes,
                       .cpus = config_.cpus,
                       .pids = static_cast<int64_t>(std::min<uint64_t>(config_.pids, INT64_MAX)),
                       .limit_swap = cgroup_->limits_swap(),
                       .open_files = open_files_limit(),
                       .locked_memory = edits_.locks_memory ? locked_memory_limit() : 0,
                       .shm_bytes = shared_memory(config_.memory_bytes),
                       .edits = edits_,
                       .may_get = config_.may_get};
  return write_private(bundle + "/config.json", json::serialize(oci::build_config(spec)));
}

Task<Result<>> Container::run_oci_runtime() {
  auto ends = InitChannel::make_pair();
  if (!ends) co_return std::unexpected(ends.error());
  const std::string pid_file = config_.run_dir + "/init.pid";
  std::vector<std::string> argv = {oci_runtime_,
                                   "--root",
                                   config_.run_dir + "/oci",
                                   is_crun_ ? "--cgroup-manager=cgroupfs" : "--log-format=json",
                                   "--log",
                                   config_.run_dir + "/oci.log"};
  for (const char* argument : {"run", "--detach", "--bundle"}) argv.emplace_back(argument);
  argv.push_back(config_.run_dir + "/bundle");
  for (const char* argument : {"--preserve-fds", "1", "--pid-file"}) argv.emplace_back(argument);
  argv.push_back(pid_file);
  argv.emplace_back(kContainerName);

  // The container's first process becomes our child, so that nobody else must reap it.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  // crun gives its standard descriptors to the container's root. Were they the host's /dev/null,
  // somebody in here would own that.
  const Descriptor standard(::memfd_create("standard", MFD_CLOEXEC));
  if (!standard) co_return errno_failure("making the container's standard descriptors", errno);
  std::vector<std::pair<int, int>> descriptors = {{ends->inits.get(), 3}};
  for (int number = 0; number < 3; ++number) descriptors.emplace_back(standard.get(), number);
  // It dies with us: going on, it would make again what the engine has just swept up after us.
  auto child = launch({.argv = argv, .descriptors = std::move(descriptors), .dies_with_us = true});
  if (!child) co_return std::unexpected(child.error());
  ends->inits.reset();
  const auto status = co_await child->wait(kStartDeadline);
  if (!status) co_return failure(status.error().code, oci_runtime_ + ": " + status.error().detail);

  init_pid_ = std::atoi(engine::read_small_file(pid_file).c_str());
  if (init_pid_ > 1) init_pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, init_pid_, 0)));
  if (*status != 0 || !init_pidfd_) co_return std::unexpected(oci_failure());
  channel_ = std::make_unique<InitChannel>(executor_, std::move(ends->ours));
  channel_->on_exit = [this](ProcessId id, ExitStatus end) {
    if (on_exit) on_exit(id, end);
  };
  channel_->on_closed = [this] { handle_closed(); };
  co_return Result<>{};
}

Error Container::oci_failure() const {
  std::string text = engine::read_small_file(config_.run_dir + "/oci.log");
  while (text.ends_with('\n')) text.pop_back();
  std::string line = text.substr(text.rfind('\n') + 1);
  if (const auto entry = json::parse_object(line)) {
    line = json::string_at(*entry, "msg").value_or(line);
  }
  constexpr size_t kLimit = 500;
  if (line.size() > kLimit) line.resize(kLimit);
  return {ErrorCode::io, "the container does not start: " + line};
}

Task<Result<>> Container::start() {
  for (const auto& step : {check(), claim_users(), choose_oci_runtime(), enter_private_mounts()}) {
    if (!step) co_return step;
  }
  // crun 1.8 refuses a host with both kinds of control groups. It sees one kind in our own mounts.
  if (is_crun_) hide_second_hierarchy();
  made_cgroup_ = true;
  auto cgroup = Cgroup::make(
      config_.cgroup,
      {.memory = config_.memory_bytes > 0, .cpu = config_.cpus > 0, .pids = config_.pids > 0});
  if (!cgroup) co_return std::unexpected(cgroup.error());
  cgroup_ = std::move(*cgroup);
  // mkfs.ext4 and slirp4netns start here and get ready beside what follows.
  if (auto done = begin_disk(); !done) co_return done;
  if (auto done = prepare_network(); !done) co_return done;
  const auto mounted = co_await mount_disk();
  if (!mounted) co_return mounted;
  if (auto done = prepare_root(); !done) co_return done;
  edits_ = config_.edits;
  if (auto done = make_device_nodes(config_.run_dir, config_.uid_base, edits_); !done) {
    co_return done;
  }
  know_device_nodes(config_.may_get);
  if (auto done = write_bundle(); !done) co_return done;
  const auto running = co_await run_oci_runtime();
  if (!running || !slirp_) co_return running;
  co_return co_await slirp_->ready();
}

Task<Result<ProcessId>> Container::spawn(SpawnRequest request) {
  if (!channel_) co_return failure(ErrorCode::unavailable, "the sandbox has ended");
  co_return co_await channel_->spawn(std::move(request));
}

void Container::signal(ProcessId id, int signal, bool group) {
  if (channel_) channel_->signal(id, signal, group);
}

Result<Pty> Container::open_terminal() {
  constexpr gid_t kTerminals = 5;  // As the container's /dev/pts has it.
  if (!channel_ || init_pid_ <= 1 || !init_pidfd_) {
    return failure(ErrorCode::unavailable, "the sandbox has ended");
  }
  const std::string root = "/proc/" + std::to_string(init_pid_) + "/root";
  return open_pty(root, PtyOwner{config_.uid_base, config_.uid_base + kTerminals});
}

void Container::handle_closed() {
  if (stopping_ || !on_gone) return;
  const bool starved = oom_kills() > 0;
  on_gone(starved ? "the container ended; the kernel had killed processes in it for want of memory"
                  : "the container's first process ended");
}

Result<> Container::set_limits(const Limits& limits) {
  if (!cgroup_ || !init_pidfd_) return failure(ErrorCode::unavailable, "the sandbox has ended");
  if (auto set = cgroup_->set(config_.cgroup, limits); !set) return set;
  if (limits.memory_bytes == config_.memory_bytes) return {};
  return resize_shared_memory(init_pid_, shared_memory(limits.memory_bytes));
}

Result<> Container::add_devices(oci::Edits edits) {
  if (edits.devices.empty()) return {};
  if (!init_pidfd_) return failure(ErrorCode::unavailable, "the sandbox has ended");
  if (auto made = make_device_nodes(config_.run_dir, config_.uid_base, edits); !made) return made;
  return inject_device_nodes(init_pid_, config_.uid_base, config_.cgroup, edits);
}

Result<Sandbox::DriveOutcome> Container::mount_drive(const link::DriveMount& wish) {
  if (stopping_ || !init_pidfd_) return failure(ErrorCode::unavailable, "the sandbox has ended");
  const auto already = drives_.mount(init_pid_, config_.uid_base, wish);
  if (!already) return std::unexpected(already.error());
  return DriveOutcome{wish.mountpoint, *already};
}

std::vector<std::string> Container::unmount_drive(const std::string& mountpoint) {
  return drives_.unmount(init_pid_, mountpoint);
}

Meters Container::meters() {
  const DiskUse disk = disk_use(files_);
  if (disk_) disk_->trim(disk.used);
  Meters now{.disk_used = disk.used, .disk_total = disk.total};
  if (!cgroup_) return now;
  now.memory_used = cgroup_->memory_used();
  now.memory_limit = std::min(cgroup_->memory_limit(), host_memory().total);
  now.cpu = cpu_rate_.cores(cgroup_->cpu_used_us());
  return now;
}

uint64_t Container::oom_kills() {
  return cgroup_ ? cgroup_->oom_kills() : 0;
}

std::string Container::host_path(std::string_view inside) const {
  const auto below = [inside](std::string_view folder) {
    return inside.starts_with(folder) &&
           (inside.size() == folder.size() || inside[folder.size()] == '/');
  };
  constexpr std::string_view kContent = "/content";
  if (below(kContent)) {
    return files_ + "/content" + std::string(inside.substr(kContent.size()));
  }
  const std::string_view kernels = kernel_directory_.inside;
  if (below(kernels)) {
    return kernel_directory_.host + std::string(inside.substr(kernels.size()));
  }
  return config_.run_dir + "/root" + std::string(inside);
}

// Waits until the container's first process, and so the last one in it, is gone.
Task<void> Container::wait_for_end() {
  if (!init_pidfd_) co_return;
  const bool ended = co_await wait_readable(init_pidfd_.get(), kEndDeadline);
  if (!ended) {
    ::syscall(SYS_pidfd_send_signal, init_pidfd_.get(), SIGKILL, nullptr, 0);
    co_await wait_readable(init_pidfd_.get(), kEndDeadline);
  }
  ::waitpid(init_pid_, nullptr, WNOHANG);
  init_pidfd_.reset();
}

Task<void> Container::stop() {
  if (stopping_) {
    co_await stopped_.wait_for(std::chrono::seconds(20));
    co_return;
  }
  stopping_ = true;
  // Before anything is swept: nothing of the Drive is in the way of that.
  drives_.unmount(init_pid_, "");
  if (channel_) channel_->close();
  if (slirp_) slirp_->stop();
  co_await wait_for_end();
  unmount_root(config_.run_dir);
  const engine::Leftovers leftovers{.cgroup = made_cgroup_ ? config_.cgroup : "",
                                    .run_dir = config_.run_dir};
  if (const auto swept = engine::sweep_runtime(leftovers); !swept) {
    log::error("after the end of the container: {}", swept.error().detail);
  }
  namespaces_ = {};
  stopped_.set();
}

}  // namespace colibri::supervisor
