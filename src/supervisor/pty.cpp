#include "supervisor/pty.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <termios.h>

#include <cerrno>

namespace colibri::supervisor {
namespace {

constexpr unsigned kMultiplexerMajor = 5, kMultiplexerMinor = 2;

// A place, not an open device: nothing happens yet.
Descriptor find_multiplexer(const std::string& root) {
  const Descriptor folder(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return {};
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC | O_NOFOLLOW;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return Descriptor(
      static_cast<int>(::syscall(SYS_openat2, folder.get(), "dev/pts/ptmx", &how, sizeof how)));
}

bool is_multiplexer(const Descriptor& found) {
  struct stat status {};
  struct statfs system {};
  return ::fstat(found.get(), &status) == 0 && ::fstatfs(found.get(), &system) == 0 &&
         S_ISCHR(status.st_mode) &&
         status.st_rdev == makedev(kMultiplexerMajor, kMultiplexerMinor) &&
         system.f_type == DEVPTS_SUPER_MAGIC;
}

// So that erasing a character in the kernel's line editing takes all bytes of it.
void know_utf8(int slave) {
  termios settings{};
  if (::tcgetattr(slave, &settings) != 0) return;
  settings.c_iflag |= IUTF8;
  ::tcsetattr(slave, TCSANOW, &settings);
}

}  // namespace

Result<Pty> open_pty(const std::string& root, std::optional<PtyOwner> owner) {
  const Descriptor found = find_multiplexer(root);
  if (!found || !is_multiplexer(found)) {
    return failure(ErrorCode::unsupported, "There is no /dev/pts for a terminal.");
  }
  const std::string path = "/proc/self/fd/" + std::to_string(found.get());
  Pty pty;
  pty.master.reset(::open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  if (!pty.master) return errno_failure("opening a terminal", errno);
  int locked = 0;
  if (::ioctl(pty.master.get(), TIOCSPTLCK, &locked) != 0) {
    return errno_failure("unlocking a terminal", errno);
  }
  pty.slave.reset(::ioctl(pty.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!pty.slave) return errno_failure("opening the other end of a terminal", errno);
  if (owner && ::fchown(pty.slave.get(), owner->user, owner->group) != 0) {
    return errno_failure("giving a terminal to its user", errno);
  }
  know_utf8(pty.slave.get());
  return pty;
}

}  // namespace colibri::supervisor
