#include "engine/sweep.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <thread>

#include "engine/cgroup_mounts.hpp"

namespace colibri::engine {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

bool write_file(const std::string& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(fd);
  return written;
}

// A path of one or more plain names: what may be appended to a mount point.
bool is_cgroup_name(const std::string& cgroup) {
  if (cgroup.size() < 2 || cgroup.front() != '/' || cgroup.back() == '/') return false;
  for (size_t start = 1; start <= cgroup.size();) {
    const size_t end = std::min(cgroup.find('/', start), cgroup.size());
    const std::string_view name = std::string_view(cgroup).substr(start, end - start);
    if (name.empty() || name == "." || name == "..") return false;
    start = end + 1;
  }
  return true;
}

std::vector<std::string> child_folders(const std::string& folder) {
  std::vector<std::string> children;
  DIR* listing = ::opendir(folder.c_str());
  if (listing == nullptr) return children;
  while (const dirent* entry = ::readdir(listing)) {
    if (entry->d_type != DT_DIR || entry->d_name[0] == '.') continue;
    children.push_back(folder + "/" + entry->d_name);
  }
  ::closedir(listing);
  return children;
}

// `visit` for the folder and all below it, deepest first.
void each_folder(const std::string& folder, const std::function<void(const std::string&)>& visit) {
  for (const std::string& child : child_folders(folder)) each_folder(child, visit);
  visit(folder);
}

std::vector<pid_t> processes_in(const std::string& folder) {
  std::vector<pid_t> pids;
  each_folder(folder, [&pids](const std::string& each) {
    const std::string text = read_small_file(each + "/cgroup.procs");
    for (const char* at = text.c_str(); *at != '\0';) {
      char* end = nullptr;
      const long pid = std::strtol(at, &end, 10);
      if (end == at) break;
      // 0 is a process that we can't name from our namespace.
      if (pid > 1 && pid != ::getpid()) pids.push_back(static_cast<pid_t>(pid));
      at = *end == '\n' ? end + 1 : end;
    }
  });
  return pids;
}

// One attempt to kill all; true when nobody is left.
bool kill_round(const std::vector<std::string>& folders) {
  bool empty = true;
  for (const std::string& folder : folders) {
    if (processes_in(folder).empty()) continue;
    empty = false;
    if (write_file(folder + "/cgroup.kill", "1")) continue;
    // Frozen, nobody can fork away from the signals; the freezer is one of the v1 hierarchies.
    const bool frozen = write_file(folder + "/freezer.state", "FROZEN");
    for (const pid_t pid : processes_in(folder)) ::kill(pid, SIGKILL);
    if (frozen) write_file(folder + "/freezer.state", "THAWED");
  }
  return empty;
}

std::vector<std::string> existing(std::vector<std::string> folders) {
  std::erase_if(folders, [](const std::string& f) { return ::access(f.c_str(), F_OK) != 0; });
  return folders;
}

// Removes the contents of directories iteratively. A directory deeper than kDepth is moved up to
// the top, so that neither the stack nor the descriptors depend on what a user's program has made.
class TreeRemoval {
 public:
  explicit TreeRemoval(std::string path) : path_(std::move(path)) {}
  ~TreeRemoval() {
    for (Frame& frame : frames_) ::closedir(frame.listing);
  }

  Result<> run() {
    if (!open_into(AT_FDCWD, path_.c_str())) {
      if (errno == ENOENT) return {};
      if ((errno == ENOTDIR || errno == ELOOP) && ::unlink(path_.c_str()) == 0) return {};
      return errno_failure("cannot remove " + path_, errno);
    }
    while (!frames_.empty()) {
      errno = 0;
      const dirent* entry = ::readdir(frames_.back().listing);
      const bool done = entry == nullptr ? leave() : enter(entry->d_name);
      if (!done) return errno_failure("cannot remove " + path_ + ": " + culprit_, errno);
    }
    return {};
  }

 private:
  static constexpr size_t kDepth = 48;

  struct Frame {
    DIR* listing;
    std::string name;
    uint64_t changes = 0;  // changes_ when the listing was begun.
  };

  [[nodiscard]] int folder(size_t index) const { return ::dirfd(frames_[index].listing); }

  // EXDEV for what is mounted there, even when it lies on the same device: what a bind mount shows
  // is somebody's files, and not ours to remove.
  [[nodiscard]] int open_folder(int parent, const char* name) const {
    open_how how = {};
    how.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
    if (!frames_.empty()) how.resolve = RESOLVE_NO_XDEV;
    int fd = -1;
    do {
      fd = static_cast<int>(::syscall(SYS_openat2, parent, name, &how, sizeof how));
    } while (fd < 0 && (errno == EAGAIN || errno == EINTR));
    return fd;
  }

  bool open_into(int parent, const char* name) {
    int fd = open_folder(parent, name);
    if (fd < 0 && errno == EACCES && ::fchmodat(parent, name, 0700, 0) == 0) {
      fd = open_folder(parent, name);
    }
    if (fd < 0) return false;
    struct stat status {};
    if (::fstat(fd, &status) == 0) {
      if (frames_.empty()) device_ = status.st_dev;
      // Without these an owner who isn't root can't empty it.
      if ((status.st_mode & 0700) != 0700) ::fchmod(fd, 0700);
    }
    if (status.st_dev != device_) {
      ::close(fd);
      errno = EXDEV;
      return false;
    }
    DIR* listing = ::fdopendir(fd);
    if (listing == nullptr) {
      ::close(fd);
      return false;
    }
    frames_.push_back({listing, name, changes_});
    return true;
  }

  bool enter(const char* name) {
    if (std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0) return true;
    culprit_ = name;
    const int here = folder(frames_.size() - 1);
    if (::unlinkat(here, name, 0) == 0) return count_change();
    if (errno == ENOENT) return true;
    if (errno != EISDIR && errno != EPERM) return false;
    if (frames_.size() < kDepth) return open_into(here, name) || errno == ENOENT;
    const std::string moved = ".colibri-removed-" + std::to_string(changes_);
    if (::renameat(here, name, folder(0), moved.c_str()) != 0 && errno != EEXIST &&
        errno != ENOTEMPTY) {
      return false;
    }
    return count_change();
  }

  bool count_change() {
    ++changes_;
    return true;
  }

  // The listing of the deepest directory has ended: removes it, or reads it again when entries were
  // added or skipped meanwhile.
  bool leave() {
    Frame& frame = frames_.back();
    culprit_ = frame.name;
    const int parent = frames_.size() > 1 ? folder(frames_.size() - 2) : AT_FDCWD;
    const char* name = frames_.size() > 1 ? frame.name.c_str() : path_.c_str();
    if (::unlinkat(parent, name, AT_REMOVEDIR) != 0 && errno != ENOENT) {
      const bool progress = frame.changes != changes_;
      if ((errno != ENOTEMPTY && errno != EEXIST) || !progress) return false;
      frame.changes = changes_;
      ::rewinddir(frame.listing);
      return true;
    }
    ::closedir(frame.listing);
    frames_.pop_back();
    return count_change();
  }

  std::string path_;
  std::string culprit_;
  dev_t device_ = 0;
  uint64_t changes_ = 0;
  std::vector<Frame> frames_;
};

void unmount_below(const std::string& folder) {
  auto points = mount_points_below(read_small_file("/proc/self/mountinfo"), folder);
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    ::umount2(point->c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
  }
}

}  // namespace

std::vector<std::string> cgroup_folders(const std::string& cgroup) {
  std::vector<std::string> folders;
  if (!is_cgroup_name(cgroup)) return folders;
  for (const CgroupMount& mount : cgroup_mounts()) folders.push_back(mount.folder + cgroup);
  return folders;
}

Result<> kill_cgroup(const std::string& cgroup, milliseconds limit) {
  const std::vector<std::string> folders = existing(cgroup_folders(cgroup));
  const auto deadline = Clock::now() + limit;
  for (milliseconds pause{1}; !kill_round(folders); pause = std::min(pause * 2, milliseconds(20))) {
    if (Clock::now() > deadline) {
      return failure(ErrorCode::timeout, "processes of cgroup " + cgroup + " do not end");
    }
    std::this_thread::sleep_for(pause);
  }
  return {};
}

Result<> remove_cgroup(const std::string& cgroup) {
  // A process that has ended keeps its cgroup busy for a moment; on a machine with more work than
  // processors for seconds. Nobody comes again to remove what stays.
  const auto deadline = Clock::now() + std::chrono::seconds(15);
  for (const std::string& folder : existing(cgroup_folders(cgroup))) {
    while (::access(folder.c_str(), F_OK) == 0) {
      each_folder(folder, [](const std::string& each) { ::rmdir(each.c_str()); });
      if (::access(folder.c_str(), F_OK) != 0) break;
      if (Clock::now() > deadline) return errno_failure("cannot remove " + folder, EBUSY);
      std::this_thread::sleep_for(milliseconds(2));
    }
  }
  // The parent is shared; only an empty one goes.
  const std::string parent = cgroup.substr(0, cgroup.rfind('/'));
  for (const std::string& folder : cgroup_folders(parent)) ::rmdir(folder.c_str());
  return {};
}

Result<> remove_tree(const std::string& path) {
  return TreeRemoval(path).run();
}

Result<> sweep_runtime(const Leftovers& leftovers) {
  if (!leftovers.cgroup.empty()) {
    if (auto killed = kill_cgroup(leftovers.cgroup); !killed) return killed;
    if (auto removed = remove_cgroup(leftovers.cgroup); !removed) return removed;
  }
  if (leftovers.run_dir.empty()) return {};
  if (leftovers.run_dir.front() != '/' || leftovers.run_dir == "/") {
    return failure(ErrorCode::invalid, "run_dir must be an absolute path below the root");
  }
  unmount_below(leftovers.run_dir);
  return remove_tree(leftovers.run_dir);
}

}  // namespace colibri::engine
