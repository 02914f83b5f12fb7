#include "cli/container_probe.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace colibri::cli {

namespace fs = std::filesystem;

namespace {

constexpr unsigned kTimeLimit = 10;  // Seconds, for the child.

bool write_text(const std::string& path, const char* text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const auto length = static_cast<ssize_t>(std::strlen(text));
  const bool written = ::write(fd, text, static_cast<size_t>(length)) == length;
  const int error = errno;
  ::close(fd);
  errno = error;
  return written;
}

// A user namespace whose ids 0 up are 100000 up: its descriptor, or -1 with errno. A process has to
// live in it while it is opened.
int make_user_namespace() {
  int ready[2], finished[2];
  if (::pipe2(ready, O_CLOEXEC) != 0 || ::pipe2(finished, O_CLOEXEC) != 0) return -1;
  const pid_t child = ::fork();
  if (child < 0) return -1;
  if (child == 0) {
    ::close(finished[1]);
    const int error = ::unshare(CLONE_NEWUSER) == 0 ? 0 : errno;
    char byte = 0;
    if (::write(ready[1], &error, sizeof error) == sizeof error) {
      (void)!::read(finished[0], &byte, 1);
    }
    ::_exit(0);
  }
  ::close(ready[1]);
  ::close(finished[0]);
  int error = EIO, result = -1;
  if (::read(ready[0], &error, sizeof error) != sizeof error) error = EIO;
  const std::string proc = fmt::format("/proc/{}/", child);
  if (error == 0) {
    if (write_text(proc + "uid_map", "0 100000 65536") &&
        write_text(proc + "gid_map", "0 100000 65536")) {
      result = ::open((proc + "ns/user").c_str(), O_RDONLY | O_CLOEXEC);
    }
    error = errno;
  }
  ::close(finished[1]);
  ::close(ready[0]);
  ::waitpid(child, nullptr, 0);
  errno = error;
  return result;
}

// Mounts live in the child's mount namespace and end with it.
ProbeOutcome try_all(const fs::path& folder) {
  const int user_namespace = make_user_namespace();
  if (user_namespace < 0) return {ProbeStep::user_namespace, errno};
  if (::unshare(CLONE_NEWNS) != 0 ||
      ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return {ProbeStep::mount_namespace, errno};
  }
  const std::string lower = folder / "lower";
  const int tree =
      ::open_tree(AT_FDCWD, lower.c_str(), OPEN_TREE_CLONE | static_cast<unsigned>(O_CLOEXEC));
  mount_attr shifted = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_IDMAP,
                        .propagation = MS_PRIVATE,
                        .userns_fd = static_cast<uint64_t>(user_namespace)};
  if (tree < 0 || ::mount_setattr(tree, "", AT_EMPTY_PATH, &shifted, sizeof shifted) != 0 ||
      ::move_mount(tree, "", AT_FDCWD, lower.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0) {
    return {ProbeStep::shifted_mount, errno};
  }
  // Relative, since an option can't hold every character of a path.
  if (::chdir(folder.c_str()) != 0) return {ProbeStep::internal, errno};
  if (::mount("overlay", "root", "overlay", 0, "lowerdir=lower,upperdir=upper,workdir=work") != 0) {
    return {ProbeStep::overlay, errno};
  }
  return {};
}

ProbeOutcome try_in_child(const fs::path& folder) {
  int result[2];
  if (::pipe2(result, O_CLOEXEC) != 0) return {ProbeStep::internal, errno};
  const pid_t child = ::fork();
  if (child < 0) return {ProbeStep::internal, errno};
  if (child == 0) {
    ::close(result[0]);
    ::signal(SIGALRM, SIG_DFL);
    ::alarm(kTimeLimit);
    const ProbeOutcome outcome = try_all(folder);
    (void)!::write(result[1], &outcome, sizeof outcome);
    ::_exit(0);
  }
  ::close(result[1]);
  ProbeOutcome outcome;
  if (::read(result[0], &outcome, sizeof outcome) != sizeof outcome) {
    outcome = {ProbeStep::internal, ETIMEDOUT};
  }
  ::close(result[0]);
  ::waitpid(child, nullptr, 0);
  return outcome;
}

}  // namespace

ProbeOutcome probe_container_root(const fs::path& folder) {
  std::string scratch = folder / ".colibri-probe-XXXXXX";
  if (::mkdtemp(scratch.data()) == nullptr) return {ProbeStep::internal, errno};
  std::error_code error;
  for (const char* name : {"lower", "upper", "work", "root"}) {
    fs::create_directory(fs::path(scratch) / name, error);
  }
  const ProbeOutcome outcome =
      error ? ProbeOutcome{ProbeStep::internal, error.value()} : try_in_child(scratch);
  fs::remove_all(scratch, error);
  return outcome;
}

}  // namespace colibri::cli
