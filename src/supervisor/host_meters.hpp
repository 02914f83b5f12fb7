#pragma once
// What the machine as a whole uses, and what a folder's file system holds.
#include <cstdint>
#include <string>

namespace colibri::supervisor {

struct DiskUse {
  uint64_t used = 0;
  uint64_t total = 0;
};
[[nodiscard]] DiskUse disk_use(const std::string& folder);

struct MemoryUse {
  uint64_t used = 0;
  uint64_t total = 0;
};
[[nodiscard]] MemoryUse host_memory();

[[nodiscard]] uint64_t host_cpu_used_us();
[[nodiscard]] uint64_t host_oom_kills();

// Cores used between two readings of a counter of processor time.
class CpuRate {
 public:
  // 0 at the first call.
  [[nodiscard]] double cores(uint64_t used_us);

 private:
  uint64_t last_used_us_ = 0;
  int64_t last_at_us_ = 0;
};

}  // namespace colibri::supervisor
