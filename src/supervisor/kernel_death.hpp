#pragma once
// Why a kernel ended, as a reason of docs/protocol.md 1.2 and in words.
#include <cstdint>
#include <string>

#include "supervisor/sandbox.hpp"

namespace colibri::supervisor {

struct KernelDeath {
  std::string reason;  // out_of_memory, kernel_died
  std::string detail;  // One sentence.
};

// `oom` when the system has just ended a process of the runtime for want of memory.
[[nodiscard]] KernelDeath kernel_death(const ExitStatus& exit, bool oom, uint64_t memory_limit);

}  // namespace colibri::supervisor
