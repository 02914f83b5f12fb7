#include "supervisor/cloud_sandbox.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace colibri::supervisor {
namespace {

// rclone looks for one of these names in its PATH.
constexpr std::array kShims = {"fusermount", "fusermount3"};
constexpr std::array kDevices = {"null", "zero", "random", "urandom"};

bool bind_mount_at(const std::string& from, const std::string& to, unsigned long flags) {
  constexpr unsigned long kAlways = MS_NOSUID;
  return ::mount(from.c_str(), to.c_str(), nullptr, MS_BIND, nullptr) == 0 &&
         ::mount(nullptr, to.c_str(), nullptr, MS_BIND | MS_REMOUNT | kAlways | flags, nullptr) ==
             0;
}

bool make_file(const std::string& path, const std::string& text) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// /lib and the like: links into /usr, or folders of their own on older systems.
bool show_libraries(const std::string& root) {
  for (const char* name : {"/lib", "/lib64", "/bin"}) {
    std::error_code none;
    const auto link = std::filesystem::read_symlink(name, none);
    if (!none && ::symlink(link.c_str(), (root + name).c_str()) != 0) return false;
    if (!none || ::access(name, F_OK) != 0) continue;
    if (::mkdir((root + name).c_str(), 0755) != 0 ||
        !bind_mount_at(name, root + name, MS_RDONLY | MS_NODEV))
      return false;
  }
  return true;
}

bool show_devices(const std::string& root) {
  for (const char* name : kDevices) {
    const std::string device = std::string("/dev/") + name;
    if (!make_file(root + device, "") || !bind_mount_at(device, root + device, MS_NOEXEC))
      return false;
  }
  return true;
}

bool show_shims(const std::string& root, const std::string& program) {
  for (const char* name : kShims) {
    const std::string shim = root + "/shim/" + name;
    if (!make_file(shim, "") || !bind_mount_at(program, shim, MS_RDONLY | MS_NODEV)) return false;
  }
  return true;
}

// In a mount namespace of its own.
bool build_root(const CloudSandbox& sandbox, const std::string& program) {
  const std::string root = sandbox.folder + "/root";
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("tmpfs", root.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "size=64m,mode=0755") != 0)
    return false;
  for (const char* folder : {"/usr", "/etc", "/etc/ssl", "/dev", "/proc", "/tmp", "/shim", "/cache",
                             "/mnt", "/mnt/cloud"})
    if (::mkdir((root + folder).c_str(), 0755) != 0) return false;
  const std::string cache = root + kCloudCache;
  return bind_mount_at("/usr", root + "/usr", MS_RDONLY | MS_NODEV) && show_libraries(root) &&
         (::access("/etc/ssl", F_OK) != 0 ||
          bind_mount_at("/etc/ssl", root + "/etc/ssl", MS_RDONLY)) &&
         make_file(root + "/etc/resolv.conf", sandbox.resolv_conf) &&
         make_file(root + "/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n") &&
         make_file(root + "/etc/nsswitch.conf", "hosts: files dns\n") && show_devices(root) &&
         show_shims(root, program) &&
         ::chown((root + "/tmp").c_str(), kCloudUser, kCloudUser) == 0 &&
         ::chmod((root + "/tmp").c_str(), 0700) == 0 &&
         ::mount("proc", (root + "/proc").c_str(), "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
                 nullptr) == 0 &&
         bind_mount_at(sandbox.folder + "/cache", cache, MS_NODEV | MS_NOEXEC) &&
         ::chdir(root.c_str()) == 0 && ::syscall(SYS_pivot_root, ".", ".") == 0 &&
         ::umount2(".", MNT_DETACH) == 0 && ::chdir("/") == 0;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

// Nothing but 0 to 2, and the mount, reaches rclone.
bool arrange_descriptors(const CloudProcess& process) {
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0 || ::dup2(null, 0) < 0 || ::dup2(process.said, 1) < 0 || ::dup2(process.said, 2) < 0)
    return false;
  if (process.mount >= 0 && ::dup2(process.mount, kCloudMount) < 0) return false;
  const unsigned first = process.mount >= 0 ? kCloudMount + 1 : 3;
  return ::syscall(SYS_close_range, first, ~0u, 0u) == 0 &&
         (process.mount < 0 || ::syscall(SYS_close_range, 3u, kCloudMount - 1, 0u) == 0);
}

bool give_up_privileges() {
  const rlimit files = {.rlim_cur = 1024, .rlim_max = 1024};
  const rlimit none = {.rlim_cur = 0, .rlim_max = 0};
  return ::setrlimit(RLIMIT_NOFILE, &files) == 0 && ::setrlimit(RLIMIT_CORE, &none) == 0 &&
         ::setgroups(0, nullptr) == 0 && ::setresgid(kCloudUser, kCloudUser, kCloudUser) == 0 &&
         ::setresuid(kCloudUser, kCloudUser, kCloudUser) == 0 &&
         ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         // Last: who changes the user loses it.
         ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
}

[[noreturn]] void become(const CloudSandbox& sandbox, const CloudProcess& process,
                         const std::string& program, int hold) {
  ::setsid();
  const bool ready = (sandbox.network < 0 || ::setns(sandbox.network, CLONE_NEWNET) == 0) &&
                     build_root(sandbox, program);
  if (!ready) {
    ::dprintf(process.said, "a place for rclone can't be made: %s\n", std::strerror(errno));
    ::_exit(127);
  }
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  const auto argv = pointers(process.argv);
  const auto env = pointers(process.env);
  const bool alone = give_up_privileges();
  // Whoever started us has died meanwhile?
  pollfd parent = {.fd = hold, .events = POLLIN, .revents = 0};
  if (!alone || ::poll(&parent, 1, 0) != 0 || !arrange_descriptors(process)) ::_exit(127);
  ::execve(argv[0], argv.data(), env.data());
  ::dprintf(2, "cannot start %s: %s\n", argv[0], std::strerror(errno));
  ::_exit(127);
}

}  // namespace

Result<pid_t> start_in_cloud_sandbox(const CloudSandbox& sandbox, const CloudProcess& process) {
  std::error_code unreadable;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unreadable);
  // Its other end stays with us, and says by its end that we are gone.
  static int hold[2] = {-1, -1};
  if (hold[0] < 0 && ::pipe2(hold, O_CLOEXEC) != 0) return errno_failure("pipe", errno);
  const auto pid = static_cast<pid_t>(
      ::syscall(SYS_clone, CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | SIGCHLD,
                nullptr, nullptr, nullptr, nullptr));
  if (pid < 0) return errno_failure("clouds need root, or CAP_SYS_ADMIN, on the host", errno);
  if (pid == 0) {
    ::close(hold[1]);
    become(sandbox, process, program, hold[0]);
  }
  return pid;
}

int hand_mount_over() {
  const char* line = std::getenv("_FUSE_COMMFD");
  if (line == nullptr) return 0;  // Unmounting: that is not rclone's.
  char byte = 0;
  iovec data = {.iov_base = &byte, .iov_len = 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = room.data();
  message.msg_controllen = room.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &kCloudMount, sizeof(int));
  return ::sendmsg(std::atoi(line), &message, 0) == 1 ? 0 : 1;
}

}  // namespace colibri::supervisor
