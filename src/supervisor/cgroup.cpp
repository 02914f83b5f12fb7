#include "supervisor/cgroup.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "engine/cgroup_mounts.hpp"
#include "engine/sweep.hpp"
#include "supervisor/descriptor.hpp"

namespace colibri::supervisor {
namespace {

using engine::CgroupMount;
using engine::read_small_file;

constexpr const char* kRoot = "/sys/fs/cgroup";

bool write_file(const std::string& path, const std::string& text) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// The value behind `key` in lines of "key value".
uint64_t keyed(const std::string& text, const std::string& key) {
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    if (text.compare(start, key.size(), key) == 0 && text[start + key.size()] == ' ') {
      return std::strtoull(text.c_str() + start + key.size(), nullptr, 10);
    }
    start = end + 1;
  }
  return 0;
}

uint64_t number_in(const std::string& path) {
  return std::strtoull(read_small_file(path).c_str(), nullptr, 10);
}

bool has_word(const std::string& text, const std::string& word) {
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const bool starts = at == 0 || text[at - 1] == ' ';
    const size_t end = at + word.size();
    if (starts && (end == text.size() || text[end] == ' ' || text[end] == '\n')) return true;
  }
  return false;
}

// Folders of `name` below `mount`, from the top down, without the mount itself.
std::vector<std::string> levels(const std::string& mount, const std::string& name) {
  std::vector<std::string> folders;
  for (size_t end = 0; end < name.size();) {
    end = std::min(name.find('/', end + 1), name.size());
    folders.push_back(mount + name.substr(0, end));
  }
  return folders;
}

// Another runtime that ends may remove the shared parent between two of our steps: try again.
Result<> make_folders(const std::string& mount, const std::string& name) {
  int error = 0;
  for (int attempt = 0; attempt < 10; ++attempt) {
    bool made = true;
    for (const std::string& folder : levels(mount, name)) {
      made = ::mkdir(folder.c_str(), 0755) == 0 || errno == EEXIST;
      if (!made) break;
    }
    if (made) return {};
    error = errno;
    if (error != ENOENT) break;
  }
  return errno_failure("cannot make the cgroup " + mount + name, error);
}

// cgroup v2 shares controllers out only from groups that hold no process. In a container of another
// engine the top group, which isn't the machine's, holds all; they go one level down.
void make_room(const std::string& top) {
  const std::string leaf = top + "/colibri-outside";
  if (::mkdir(leaf.c_str(), 0755) != 0 && errno != EEXIST) return;
  const std::string processes = read_small_file(top + "/cgroup.procs");
  for (size_t start = 0; start < processes.size();) {
    const size_t end = std::min(processes.find('\n', start), processes.size());
    write_file(leaf + "/cgroup.procs", processes.substr(start, end - start));
    start = end + 1;
  }
}

Result<> share_controllers(const std::string& top, const std::string& name,
                           const std::vector<std::string>& wanted) {
  std::vector<std::string> givers = levels(top, name);
  givers.pop_back();
  givers.insert(givers.begin(), top);
  for (const std::string& giver : givers) {
    for (const std::string& controller : wanted) {
      const std::string control = giver + "/cgroup.subtree_control";
      if (has_word(read_small_file(control), controller)) continue;
      if (write_file(control, "+" + controller)) continue;
      if (errno == EBUSY && giver == top) {
        make_room(top);
        if (write_file(control, "+" + controller)) continue;
      }
      return failure(ErrorCode::unsupported, "this host can't limit a runtime: cgroup " + giver +
                                                 " has no controller " + controller +
                                                 " to share (a service needs Delegate=yes)");
    }
  }
  return {};
}

std::vector<std::string> controllers(Cgroup::Kinds limits) {
  std::vector<std::string> names;
  if (limits.memory) names.emplace_back("memory");
  if (limits.cpu) names.emplace_back("cpu");
  if (limits.pids) names.emplace_back("pids");
  return names;
}

// Folder of a controller of cgroup v1 in the group; empty where there is none.
std::string folder_of(const std::string& name, const std::string& controller) {
  for (const CgroupMount& mount : engine::cgroup_mounts()) {
    if (!mount.unified &&
        std::ranges::find(mount.controllers, controller) != mount.controllers.end())
      return mount.folder + name;
  }
  return "";
}

constexpr int64_t kPeriodUs = 100'000;

std::string quota_us(double cpus) {
  return std::to_string(static_cast<int64_t>(std::llround(cpus * kPeriodUs)));
}

Result<> write_all(const std::vector<std::pair<std::string, std::string>>& values) {
  for (const auto& [path, value] : values) {
    if (!write_file(path, value))
      return errno_failure("cannot write " + value + " to " + path, errno);
  }
  return {};
}

Result<> set_memory_v1(const std::string& folder, const std::string& bytes) {
  const std::string plain = folder + "/memory.limit_in_bytes";
  const std::string with_swap = folder + "/memory.memsw.limit_in_bytes";
  if (::access(with_swap.c_str(), F_OK) != 0) return write_all({{plain, bytes}});
  // The sum must never be below its part: a larger one goes first, a smaller one last.
  if (write_file(with_swap, bytes)) return write_all({{plain, bytes}});
  return write_all({{plain, bytes}, {with_swap, bytes}});
}

}  // namespace

bool has_only_cgroup2() {
  const auto mounts = engine::cgroup_mounts();
  return std::any_of(mounts.begin(), mounts.end(), [](const CgroupMount& mount) {
    return mount.folder == kRoot && mount.unified;
  });
}

void hide_second_hierarchy() {
  if (has_only_cgroup2()) return;
  for (const CgroupMount& mount : engine::cgroup_mounts()) {
    if (mount.unified) ::umount2(mount.folder.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
  }
}

Result<Cgroup> Cgroup::make(const std::string& name, Kinds limits) {
  if (engine::cgroup_folders(name).empty()) {
    return failure(ErrorCode::invalid,
                   "no cgroup can be made as \"" + name + "\" (is /sys/fs/cgroup mounted?)");
  }
  Cgroup group;
  const auto wanted = controllers(limits);
  if (has_only_cgroup2()) {
    if (auto made = make_folders(kRoot, name); !made) return std::unexpected(made.error());
    if (auto shared = share_controllers(kRoot, name, wanted); !shared) {
      return std::unexpected(shared.error());
    }
    group.unified_ = true;
    group.memory_ = group.cpu_ = kRoot + name;
    return group;
  }
  std::vector<std::string> found;
  for (const CgroupMount& mount : engine::cgroup_mounts()) {
    if (mount.unified) continue;
    if (auto made = make_folders(mount.folder, name); !made) return std::unexpected(made.error());
    for (const std::string& controller : mount.controllers) {
      found.push_back(controller);
      if (controller == "memory") group.memory_ = mount.folder + name;
      if (controller == "cpuacct") group.cpu_ = mount.folder + name;
    }
  }
  for (const std::string& controller : wanted) {
    if (std::find(found.begin(), found.end(), controller) != found.end()) continue;
    return failure(ErrorCode::unsupported,
                   "this host can't limit a runtime: no cgroup hierarchy "
                   "has the controller " +
                       controller);
  }
  return group;
}

Result<> Cgroup::set(const std::string& name, const Limits& limits) const {
  const auto text = [](uint64_t limit, const char* none) {
    return limit > 0 ? std::to_string(limit) : std::string(none);
  };
  if (unified_) {
    const std::string folder = kRoot + name;
    const std::string quota = limits.cpus > 0 ? quota_us(limits.cpus) : "max";
    return write_all({{folder + "/memory.max", text(limits.memory_bytes, "max")},
                      {folder + "/cpu.max", quota + " " + std::to_string(kPeriodUs)},
                      {folder + "/pids.max", text(limits.pids, "max")}});
  }
  if (auto set = set_memory_v1(folder_of(name, "memory"), text(limits.memory_bytes, "-1")); !set)
    return set;
  const std::string quota = limits.cpus > 0 ? quota_us(limits.cpus) : "-1";
  return write_all({{folder_of(name, "cpu") + "/cpu.cfs_quota_us", quota},
                    {folder_of(name, "pids") + "/pids.max", text(limits.pids, "max")}});
}

bool Cgroup::limits_swap() const {
  const char* file = unified_ ? "/memory.swap.max" : "/memory.memsw.limit_in_bytes";
  return !memory_.empty() && ::access((memory_ + file).c_str(), F_OK) == 0;
}

uint64_t Cgroup::memory_used() const {
  if (memory_.empty()) return 0;
  const std::string stat = read_small_file(memory_ + "/memory.stat");
  const uint64_t cache = keyed(stat, unified_ ? "inactive_file" : "total_inactive_file");
  const uint64_t used =
      number_in(memory_ + (unified_ ? "/memory.current" : "/memory.usage_in_bytes"));
  return used > cache ? used - cache : 0;
}

uint64_t Cgroup::memory_limit() const {
  constexpr uint64_t kNone = UINT64_MAX;
  if (memory_.empty()) return kNone;
  const std::string text =
      read_small_file(memory_ + (unified_ ? "/memory.max" : "/memory.limit_in_bytes"));
  const uint64_t limit = std::strtoull(text.c_str(), nullptr, 10);
  // v1 writes a huge number for no limit, v2 the word max.
  return limit == 0 || limit > (uint64_t{1} << 62) ? kNone : limit;
}

uint64_t Cgroup::cpu_used_us() const {
  if (cpu_.empty()) return 0;
  if (unified_) return keyed(read_small_file(cpu_ + "/cpu.stat"), "usage_usec");
  return number_in(cpu_ + "/cpuacct.usage") / 1000;
}

uint64_t Cgroup::oom_kills() const {
  if (memory_.empty()) return 0;
  const char* file = unified_ ? "/memory.events" : "/memory.oom_control";
  return keyed(read_small_file(memory_ + file), "oom_kill");
}

}  // namespace colibri::supervisor
