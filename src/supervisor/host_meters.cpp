#include "supervisor/host_meters.hpp"

#include <sys/statvfs.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "engine/cgroup_mounts.hpp"

namespace colibri::supervisor {
namespace {

uint64_t field(const std::string& text, const std::string& key) {
  const size_t at = text.find(key);
  return at == std::string::npos ? 0 : std::strtoull(text.c_str() + at + key.size(), nullptr, 10);
}

}  // namespace

DiskUse disk_use(const std::string& folder) {
  struct statvfs status {};
  if (::statvfs(folder.c_str(), &status) != 0) return {};
  // What only root could still take counts as used, since nobody here can.
  return {(status.f_blocks - status.f_bavail) * status.f_frsize, status.f_blocks * status.f_frsize};
}

MemoryUse host_memory() {
  const std::string text = engine::read_small_file("/proc/meminfo");
  const uint64_t total = field(text, "MemTotal:") * 1024;
  const uint64_t available = field(text, "MemAvailable:") * 1024;
  return {total > available ? total - available : 0, total};
}

uint64_t host_cpu_used_us() {
  unsigned long long user = 0, nice = 0, system = 0;
  std::sscanf(engine::read_small_file("/proc/stat").c_str(), "cpu %llu %llu %llu", &user, &nice,
              &system);
  return (user + nice + system) * 1'000'000 / static_cast<uint64_t>(::sysconf(_SC_CLK_TCK));
}

uint64_t host_oom_kills() {
  return field(engine::read_small_file("/proc/vmstat"), "\noom_kill ");
}

double CpuRate::cores(uint64_t used_us) {
  const int64_t now_us = std::chrono::duration_cast<std::chrono::microseconds>(
                             std::chrono::steady_clock::now().time_since_epoch())
                             .count();
  const int64_t passed_us = now_us - last_at_us_;
  const bool first = last_at_us_ == 0 || passed_us <= 0 || used_us < last_used_us_;
  const double rate =
      first ? 0 : static_cast<double>(used_us - last_used_us_) / static_cast<double>(passed_us);
  last_used_us_ = used_us;
  last_at_us_ = now_us;
  return rate;
}

}  // namespace colibri::supervisor
