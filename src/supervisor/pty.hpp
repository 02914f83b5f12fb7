#pragma once
// Opens a pty of a container from outside of it, so that its slave has a name in the container's
// own /dev/pts. What lies in the container is untrusted: only the multiplexer of a devpts is
// opened, and the slave without a path.
#include <sys/types.h>

#include <optional>
#include <string>

#include "base/result.hpp"
#include "supervisor/descriptor.hpp"

namespace colibri::supervisor {

struct Pty {
  Descriptor master;  // Does not block.
  Descriptor slave;   // For the process; close it once that has it.
};

struct PtyOwner {
  uid_t user = 0;
  gid_t group = 0;
};

// `root` is the root folder whose /dev/pts is meant: "/" or /proc/PID/root. The slave belongs to
// `owner` when there is one.
//
// unsupported  there is no devpts at that place
// io           the detail says what the kernel refused
[[nodiscard]] Result<Pty> open_pty(const std::string& root, std::optional<PtyOwner> owner);

}  // namespace colibri::supervisor
