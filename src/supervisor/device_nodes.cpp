#include "supervisor/device_nodes.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "engine/cgroup_mounts.hpp"
#include "supervisor/descriptor.hpp"

namespace colibri::supervisor {
namespace {

constexpr const char* kFolder = "/devices";

Result<> mount_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
    return errno_failure("cannot make " + folder, errno);
  }
  // Of our own, since run_dir may lie where devices can't be opened.
  if (::mount("devices", folder.c_str(), "tmpfs", MS_NOSUID | MS_NOEXEC,
              "mode=0755,size=64k,nr_inodes=1k") != 0) {
    return errno_failure("cannot mount " + folder, errno);
  }
  return {};
}

// The kind and number of the host's node, when `node` doesn't say them.
Result<> look_up(oci::DeviceNode& node) {
  if (node.type != 0) return {};
  struct stat status {};
  if (::stat(node.host_path.c_str(), &status) != 0 ||
      !(S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))) {
    return failure(ErrorCode::not_found, "there is no device " + node.host_path + " on this host");
  }
  node.type = S_ISBLK(status.st_mode) ? 'b' : 'c';
  node.major = major(status.st_rdev);
  node.minor = minor(status.st_rdev);
  return {};
}

Result<> make_node(const std::string& path, uint32_t owner, const oci::DeviceNode& node) {
  const mode_t kind = node.type == 'b' ? S_IFBLK : S_IFCHR;
  const dev_t number =
      makedev(static_cast<unsigned>(node.major), static_cast<unsigned>(node.minor));
  if (::mknod(path.c_str(), kind | 0600, number) != 0) {
    if (errno == EPERM) return failure(ErrorCode::denied, "this host forbids making nodes");
    return errno_failure("cannot make " + path, errno);
  }
  // Any user inside: only this runtime can reach it.
  if (::lchown(path.c_str(), owner, owner) != 0 || ::chmod(path.c_str(), 0666) != 0) {
    return errno_failure("cannot give " + path + " to the runtime", errno);
  }
  return {};
}

// `path` below the current root, made as an empty file for a node to be mounted on.
int open_mount_point(const std::string& path) {
  for (size_t end = path.find('/', 1); end != path.npos; end = path.find('/', end + 1)) {
    if (::mkdir(path.substr(0, end).c_str(), 0755) != 0 && errno != EEXIST) return -1;
  }
  const Descriptor made(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0644));
  return ::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

// In a child that has left our mount namespace: its exit status is the errno.
[[noreturn]] void attach_all(int mount_namespace, uint32_t owner, const oci::Edits& edits,
                             const std::vector<Descriptor>& trees) {
  if (::setns(mount_namespace, CLONE_NEWNS) != 0) ::_exit(errno);
  for (size_t i = 0; i < trees.size(); ++i) {
    // The container's own file systems take files of its own users only.
    ::setfsgid(owner);
    ::setfsuid(owner);
    const int target = open_mount_point(edits.devices[i].path);
    const int error = errno;
    ::setfsuid(0);
    ::setfsgid(0);
    errno = error;
    if (target < 0 || ::move_mount(trees[i].get(), "", target, "",
                                   MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0) {
      ::_exit(errno);
    }
  }
  ::_exit(0);
}

// Of the v1 hierarchy, where rules can be added later.
Result<> allow(const std::string& cgroup, const oci::Edits& edits) {
  for (const engine::CgroupMount& mount : engine::cgroup_mounts()) {
    if (mount.unified || std::ranges::find(mount.controllers, "devices") == mount.controllers.end())
      continue;
    const std::string path = mount.folder + cgroup + "/devices.allow";
    for (const oci::DeviceNode& node : edits.devices) {
      if (node.permissions.empty()) continue;
      const std::string rule = std::string(1, node.type) + " " + std::to_string(node.major) + ":" +
                               std::to_string(node.minor) + " " + node.permissions;
      const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
      if (!file || ::write(file.get(), rule.data(), rule.size()) < 0) {
        return errno_failure("cannot allow a device in " + path, errno);
      }
    }
  }
  return {};
}

}  // namespace

Result<> make_device_nodes(const std::string& run_dir, uint32_t owner, oci::Edits& edits) {
  if (edits.devices.empty()) return {};
  const std::string folder = run_dir + kFolder;
  if (auto mounted = mount_folder(folder); !mounted) return mounted;
  for (size_t i = 0; i < edits.devices.size(); ++i) {
    oci::DeviceNode& node = edits.devices[i];
    if (auto known = look_up(node); !known) return known;
    const std::string path = folder + "/" + std::to_string(i);
    const auto made = make_node(path, owner, node);
    if (made) {
      node.host_path = path;
    } else if (made.error().code != ErrorCode::denied) {
      return made;
    }
  }
  return {};
}

void know_device_nodes(std::vector<oci::DeviceNode>& nodes) {
  std::erase_if(nodes, [](oci::DeviceNode& node) { return !look_up(node); });
}

Result<> inject_device_nodes(pid_t inside, uint32_t owner, const std::string& cgroup,
                             const oci::Edits& edits) {
  if (edits.devices.empty()) return {};
  if (auto allowed = allow(cgroup, edits); !allowed) return allowed;
  const std::string path = "/proc/" + std::to_string(inside) + "/ns/mnt";
  const Descriptor mount_namespace(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!mount_namespace) return errno_failure("cannot open the container's mounts", errno);
  std::vector<Descriptor> trees;
  for (const oci::DeviceNode& node : edits.devices) {
    trees.emplace_back(
        ::open_tree(AT_FDCWD, node.host_path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
    if (!trees.back()) return errno_failure("cannot mount " + node.host_path, errno);
  }
  const pid_t child = ::fork();
  if (child < 0) return errno_failure("fork", errno);
  if (child == 0) attach_all(mount_namespace.get(), owner, edits, trees);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return errno_failure("cannot mount a device in the container", WEXITSTATUS(status));
  }
  return {};
}

}  // namespace colibri::supervisor
