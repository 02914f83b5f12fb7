#include <algorithm>
#include <cmath>

#include "oci/spec.hpp"

namespace colibri::oci {
namespace {

using json::Array;
using json::Object;

constexpr int64_t kCpuPeriodUs = 100'000;
constexpr int64_t kCpuQuotaLeastUs = 1'000;  // The kernel's own floor.
// Programs that share memory make a few; each takes some of the kernel's own.
constexpr int kSharedMemoryFiles = 65'536;
// The first process is the last one that the kernel should kill; it raises the score of the others.
constexpr int kOutOfMemoryScore = 100;

Array strings(const std::vector<std::string>& texts) {
  return Array(texts.begin(), texts.end());
}

Object mount(const char* destination, const char* type, const char* source, Array options) {
  return Object{{"destination", destination},
                {"type", type},
                {"source", source},
                {"options", std::move(options)}};
}

Object bind_mount(const std::string& source, const std::string& path,
                  const std::vector<std::string>& wanted) {
  Array options = strings(wanted);
  const auto is_bind = [](const std::string& option) {
    return option == "bind" || option == "rbind";
  };
  if (std::ranges::none_of(wanted, is_bind)) options.push_back("bind");
  return Object{
      {"destination", path}, {"type", "bind"}, {"source", source}, {"options", std::move(options)}};
}

Array mounts(const Spec& spec) {
  Array all{
      mount("/proc", "proc", "proc", {"nosuid", "noexec", "nodev"}),
      mount("/dev", "tmpfs", "tmpfs",
            {"nosuid", "noexec", "strictatime", "mode=755", "size=1m", "nr_inodes=1024"}),
      mount("/dev/pts", "devpts", "devpts",
            {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}),
      mount("/dev/shm", "tmpfs", "shm",
            {"nosuid", "noexec", "nodev", "mode=1777", "size=" + std::to_string(spec.shm_bytes),
             "nr_inodes=" + std::to_string(kSharedMemoryFiles)}),
      mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}),
      mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"}),
      mount("/sys/fs/cgroup", "cgroup", "cgroup", {"nosuid", "noexec", "nodev", "relatime", "ro"}),
  };
  for (const DeviceNode& node : spec.edits.devices) {
    all.push_back(bind_mount(node.host_path, node.path, {"nosuid", "noexec"}));
  }
  for (const BindMount& each : spec.edits.mounts) {
    all.push_back(bind_mount(each.host_path, each.path, each.options));
  }
  return all;
}

Object process(const Spec& spec) {
  Object capabilities;
  for (const char* set : {"bounding", "effective", "permitted"}) {
    capabilities.set(set, strings(default_capabilities()));
  }
  // Nothing is inherited by what a user's program executes (the ambient trap of CVE-2022-29162).
  capabilities.set("inheritable", Array{});
  capabilities.set("ambient", Array{});
  Object user{{"uid", 0}, {"gid", 0}, {"umask", 022}};
  if (!spec.edits.gids.empty()) {
    user.set("additionalGids", Array(spec.edits.gids.begin(), spec.edits.gids.end()));
  }
  Array limits{
      Object{{"type", "RLIMIT_NOFILE"}, {"soft", spec.open_files}, {"hard", spec.open_files}},
      Object{{"type", "RLIMIT_CORE"}, {"soft", 0}, {"hard", 0}}};
  if (spec.edits.locks_memory) {
    const uint64_t most = spec.locked_memory;
    limits.push_back(Object{{"type", "RLIMIT_MEMLOCK"}, {"soft", most}, {"hard", most}});
  }
  return Object{
      {"terminal", false},
      {"user", std::move(user)},
      {"args", strings(spec.args)},
      {"env", strings(spec.env)},
      {"cwd", "/"},
      {"capabilities", std::move(capabilities)},
      {"rlimits", std::move(limits)},
      {"noNewPrivileges", true},
      {"oomScoreAdj", kOutOfMemoryScore},
  };
}

Array id_mappings(const Spec& spec) {
  return Array{Object{{"containerID", 0}, {"hostID", spec.uid_base}, {"size", spec.uid_count}}};
}

Array namespaces(const Spec& spec) {
  Array all;
  for (const char* type : {"pid", "mount", "ipc", "uts", "cgroup"}) {
    all.push_back(Object{{"type", type}});
  }
  const auto add = [&all](const char* type, const std::string& path) {
    Object entry{{"type", type}};
    if (!path.empty()) entry.set("path", path);
    all.push_back(std::move(entry));
  };
  add("user", spec.user_namespace);
  add("network", spec.network_namespace);
  return all;
}

Object resources(const Spec& spec) {
  // The OCI runtime itself adds null, zero, full, random, urandom, tty and the terminals.
  Array devices{Object{{"allow", false}, {"access", "rwm"}}};
  const auto allow = [&devices](const DeviceNode& node) {
    if (node.type == 0 || node.permissions.empty()) return;
    devices.push_back(Object{{"allow", true},
                             {"type", std::string(1, node.type)},
                             {"major", node.major},
                             {"minor", node.minor},
                             {"access", node.permissions}});
  };
  std::ranges::for_each(spec.edits.devices, allow);
  std::ranges::for_each(spec.may_get, allow);
  Object limits{{"devices", std::move(devices)}};
  if (spec.memory_bytes > 0) {
    Object memory{{"limit", spec.memory_bytes}};
    // `swap` is the sum of both, so this allows no swap.
    if (spec.limit_swap) memory.set("swap", spec.memory_bytes);
    limits.set("memory", std::move(memory));
  }
  if (spec.cpus > 0) {
    const auto quota = static_cast<int64_t>(std::llround(spec.cpus * kCpuPeriodUs));
    limits.set("cpu",
               Object{{"quota", std::max(quota, kCpuQuotaLeastUs)}, {"period", kCpuPeriodUs}});
  }
  if (spec.pids > 0) limits.set("pids", Object{{"limit", spec.pids}});
  return limits;
}

}  // namespace

const std::vector<std::string>& default_capabilities() {
  static const std::vector<std::string> kCapabilities = {
      "CAP_CHOWN",  "CAP_DAC_OVERRIDE", "CAP_FSETID",  "CAP_FOWNER",           "CAP_SETGID",
      "CAP_SETUID", "CAP_SETPCAP",      "CAP_SETFCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT",
      "CAP_KILL"};
  return kCapabilities;
}

namespace {

Object hooks(const Spec& spec) {
  Object all;
  for (const Hook& hook : spec.edits.hooks) {
    Object entry{{"path", hook.path}};
    if (!hook.args.empty()) entry.set("args", strings(hook.args));
    if (!hook.env.empty()) entry.set("env", strings(hook.env));
    if (hook.timeout_s > 0) entry.set("timeout", hook.timeout_s);
    json::Value* list = all.find(hook.name);
    if (list == nullptr) list = &all.set(hook.name, Array{});
    list->if_array()->push_back(std::move(entry));
  }
  return all;
}

}  // namespace

json::Object build_config(const Spec& spec) {
  Object linux_part{
      {"namespaces", namespaces(spec)},
      {"uidMappings", id_mappings(spec)},
      {"gidMappings", id_mappings(spec)},
      {"cgroupsPath", spec.cgroup},
      {"resources", resources(spec)},
      {"seccomp", seccomp()},
      {"maskedPaths",
       Array{"/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys",
             "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
             "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap", "/sys/fs/selinux"}},
      {"readonlyPaths",
       Array{"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}},
  };
  Object config{
      {"ociVersion", "1.0.2"},
      {"process", process(spec)},
      {"root", Object{{"path", spec.rootfs}, {"readonly", false}}},
      {"hostname", spec.hostname},
      {"mounts", mounts(spec)},
      {"linux", std::move(linux_part)},
  };
  if (!spec.edits.hooks.empty()) config.set("hooks", hooks(spec));
  return config;
}

}  // namespace colibri::oci
