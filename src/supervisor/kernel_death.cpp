#include "supervisor/kernel_death.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <string.h>

namespace colibri::supervisor {

KernelDeath kernel_death(const ExitStatus& exit, bool oom, uint64_t memory_limit) {
  if (exit.signal == SIGKILL && oom) {
    std::string limit;
    if (memory_limit > 0) {
      limit = fmt::format(" of {:.1f} GiB", static_cast<double>(memory_limit) / (1u << 30));
    }
    return {"out_of_memory", "The kernel was ended because it used more than the memory" + limit +
                                 " that this runtime has."};
  }
  if (exit.signal != 0) {
    const char* name = sigdescr_np(exit.signal);
    return {"kernel_died", fmt::format("The kernel was ended by signal {} ({}).", exit.signal,
                                       name ? name : "unknown")};
  }
  return {"kernel_died", fmt::format("The kernel exited with status {}.", exit.status)};
}

}  // namespace colibri::supervisor
