#include "supervisor/mounts.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <vector>

#include "engine/cgroup_mounts.hpp"
#include "supervisor/descriptor.hpp"
#include "supervisor/python_package.hpp"

#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000
#endif

namespace colibri::supervisor {
namespace {

constexpr uint64_t kInert = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
constexpr const char* kCertificates = "/etc/ssl/certs/ca-certificates.crt";
constexpr const char* kOwnCertificates = "/usr/local/share/ca-certificates";
constexpr size_t kOwnCertificatesLimit = 64;

std::unexpected<Error> needs(const std::string& what, int error) {
  return failure(ErrorCode::unsupported,
                 what + " (" + errno_failure("the kernel says", error).error().detail + ")");
}

int open_inside(int root, const std::string& path, uint64_t flags, mode_t mode = 0) {
  open_how how = {};
  how.flags = flags | O_CLOEXEC;
  how.mode = mode;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how));
}

// The folder `path` inside `root`, made with its parents where it is missing.
Result<Descriptor> make_folder_inside(int root, const std::string& path, uint32_t owner) {
  Descriptor here(open_inside(root, "/", O_PATH | O_DIRECTORY));
  for (size_t end = 0; here && end < path.size();) {
    end = std::min(path.find('/', end + 1), path.size());
    const std::string part = path.substr(0, end);
    if (part.empty() || part == "/") continue;
    Descriptor next(open_inside(root, part, O_PATH | O_DIRECTORY));
    if (!next && errno == ENOENT) {
      const std::string name = part.substr(part.rfind('/') + 1);
      if (::mkdirat(here.get(), name.c_str(), 0755) == 0 &&
          ::fchownat(here.get(), name.c_str(), owner, owner, AT_SYMLINK_NOFOLLOW) == 0) {
        next.reset(open_inside(root, part, O_PATH | O_DIRECTORY));
      }
    }
    if (!next) return errno_failure("cannot make " + part + " in the image", errno);
    here = std::move(next);
  }
  if (!here) return errno_failure("cannot open the root of the image", errno);
  return here;
}

Result<> make_folder(const std::string& path, mode_t mode, uint32_t owner) {
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) {
    return errno_failure("cannot make " + path, errno);
  }
  if (::chmod(path.c_str(), mode) != 0 || ::lchown(path.c_str(), owner, owner) != 0) {
    return errno_failure("cannot give " + path + " to the runtime", errno);
  }
  return {};
}

// The container's root walks through run_dir as an unprivileged user of the host: it must be able
// to pass. Passing shows nothing; what lies there stays closed.
Result<> allow_passage(const std::string& run_dir) {
  for (std::filesystem::path path = run_dir; path != path.root_path(); path = path.parent_path()) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
      return errno_failure("cannot read " + path.string(), errno);
    if ((status.st_mode & S_IXOTH) != 0) continue;
    if (status.st_uid != ::geteuid() ||
        ::chmod(path.c_str(), (status.st_mode & 07777) | S_IXOTH) != 0) {
      return failure(ErrorCode::unsupported, path.string() +
                                                 " must let all users pass (mode o+x), since the "
                                                 "containers' files are mounted below it");
    }
  }
  return {};
}

// A detached copy of the mount at `path` with these attributes.
Result<Descriptor> clone_mount(const std::string& path, mount_attr attributes) {
  Descriptor tree(::open_tree(AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  if (!tree) return errno_failure("cannot mount " + path, errno);
  if (::mount_setattr(tree.get(), "", AT_EMPTY_PATH, &attributes, sizeof attributes) != 0) {
    return errno_failure("cannot mount " + path, errno);
  }
  return tree;
}

Result<> attach(const Descriptor& tree, int target, const std::string& name) {
  if (::move_mount(tree.get(), "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) !=
      0) {
    return errno_failure("cannot mount at " + name, errno);
  }
  return {};
}

Result<> bind_mount(const std::string& source, uint64_t attributes, int target,
                    const std::string& name) {
  auto tree = clone_mount(source, {.attr_set = attributes, .propagation = MS_PRIVATE});
  if (!tree) return std::unexpected(tree.error());
  return attach(*tree, target, name);
}

// The image at run_dir/lower, read-only, its owners 0 and up shown as uid_base and up.
Result<> mount_lower(const RootSpec& spec) {
  const std::string lower = spec.run_dir + "/lower";
  if (auto made = make_folder(lower, 0700, 0); !made) return made;
  Descriptor tree(
      ::open_tree(AT_FDCWD, spec.image_rootfs.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  if (!tree) return errno_failure("cannot open the image " + spec.image_rootfs, errno);
  mount_attr shifted = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV | MOUNT_ATTR_IDMAP,
                        .propagation = MS_PRIVATE,
                        .userns_fd = static_cast<uint64_t>(spec.user_namespace)};
  if (::mount_setattr(tree.get(), "", AT_EMPTY_PATH, &shifted, sizeof shifted) != 0) {
    return needs(
        "the image's owners can't be shifted: that needs Linux 5.19 or later, and the image on a "
        "file system with idmapped mounts such as ext4, xfs or btrfs",
        errno);
  }
  Descriptor target(::open(lower.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  return attach(tree, target.get(), lower);
}

Result<> mount_overlay(const RootSpec& spec) {
  const std::string root = spec.run_dir + "/root";
  for (const auto& [path, mode, owner] :
       {std::tuple{root, 0755, 0u}, std::tuple{spec.disk + "/upper", 0755, spec.uid_base},
        std::tuple{spec.disk + "/work", 0700, 0u}}) {
    if (auto made = make_folder(path, static_cast<mode_t>(mode), owner); !made) return made;
  }
  // By descriptor, because the options have no way to write every character of a path.
  constexpr int kFlags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  const Descriptor lower(::open((spec.run_dir + "/lower").c_str(), kFlags));
  const Descriptor upper(::open((spec.disk + "/upper").c_str(), kFlags));
  const Descriptor work(::open((spec.disk + "/work").c_str(), kFlags));
  if (!lower || !upper || !work) return errno_failure("cannot open the overlay's folders", errno);
  const auto named = [](const Descriptor& fd) {
    return "/proc/self/fd/" + std::to_string(fd.get());
  };
  // volatile: a runtime's root does not outlive it, so nothing needs to reach the disk for sure.
  const std::string options = "lowerdir=" + named(lower) + ",upperdir=" + named(upper) +
                              ",workdir=" + named(work) + ",volatile";
  if (::mount("overlay", root.c_str(), "overlay", MS_NODEV | MS_NOSUID, options.c_str()) != 0) {
    return needs(
        "the container's root can't be mounted: that needs the overlay file system of Linux 5.19 "
        "or later, and the data folder on a file system such as ext4, xfs or btrfs",
        errno);
  }
  if (::mount(nullptr, root.c_str(), nullptr, MS_PRIVATE, nullptr) != 0) {
    return errno_failure("cannot make the container's root private", errno);
  }
  return {};
}

Result<> mount_binds(const RootSpec& spec, int root) {
  const std::string content = spec.disk + "/content";
  const std::string kernels = spec.run_dir + "/k";
  const std::string python = spec.run_dir + "/python";
  if (auto written = write_python_package(python); !written) return written;
  if (auto made = make_folder(content, 0755, spec.uid_base); !made) return made;
  if (auto made = make_folder(kernels, 0700, spec.uid_base); !made) return made;

  // Else what is put there would fill the host's own /run.
  const std::string sockets =
      "size=1m,nr_inodes=256,mode=0700,uid=" + std::to_string(spec.uid_base) +
      ",gid=" + std::to_string(spec.uid_base);
  if (::mount("tmpfs", kernels.c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
              sockets.c_str()) != 0) {
    return errno_failure("cannot mount at " + kernels, errno);
  }

  // On our own side nothing in the kernels' directory leads elsewhere: a link planted there would
  // send the supervisor to a socket of the host.
  const Descriptor own(::open(kernels.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  constexpr uint64_t kSockets = kInert | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSYMFOLLOW;
  if (auto bound = bind_mount(kernels, kSockets, own.get(), kernels); !bound) return bound;

  struct Inside {
    const char* path;
    const std::string& source;
    uint64_t attributes;
  };
  constexpr uint64_t kModules = kInert | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_RDONLY;
  for (const Inside& each : {Inside{"/content", content, kInert},
                             Inside{kKernelsInside, kernels, kInert | MOUNT_ATTR_NOEXEC},
                             Inside{kPythonInside, python, kModules}}) {
    auto target = make_folder_inside(root, each.path, spec.uid_base);
    if (!target) return std::unexpected(target.error());
    auto bound = bind_mount(each.source, each.attributes, target->get(), each.path);
    if (!bound) return bound;
  }
  for (const auto& [path, program] :
       {std::pair{kInitInside, spec.init_program}, {kCommandInside, spec.command_program}}) {
    if (auto planted = plant_file(root, path, "", spec.uid_base); !planted) return planted;
    const Descriptor target(open_inside(root, path, O_PATH | O_NOFOLLOW));
    const auto bound = bind_mount(program, kInert | MOUNT_ATTR_RDONLY, target.get(), path);
    if (!bound) return bound;
  }
  return {};
}

// A company's own certificate authority must work inside too. The files are copied rather than
// mounted, so that update-ca-certificates inside (which apt-get runs) can replace them, and finds
// the same authorities.
Result<> plant_certificates(int root, uint32_t owner) {
  const std::string bundle = engine::read_small_file(kCertificates);
  if (!bundle.empty()) {
    if (auto planted = plant_file(root, kCertificates, bundle, owner); !planted) return planted;
  }
  std::error_code none;
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kOwnCertificates, none)) {
    if (entry.path().extension() != ".crt" || ++count > kOwnCertificatesLimit) continue;
    const std::string text = engine::read_small_file(entry.path());
    if (text.empty()) continue;
    if (auto planted = plant_file(root, entry.path(), text, owner); !planted) return planted;
  }
  return {};
}

}  // namespace

Result<> enter_private_mounts() {
  static bool entered = false;
  if (entered) return {};
  if (::unshare(CLONE_NEWNS) != 0) {
    return needs("containers need root, or CAP_SYS_ADMIN, on the host", errno);
  }
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) {
    return errno_failure("cannot separate the mounts", errno);
  }
  entered = true;
  return {};
}

Result<> mount_root(const RootSpec& spec) {
  if (auto passable = allow_passage(spec.run_dir); !passable) return passable;
  if (auto mounted = mount_lower(spec); !mounted) return mounted;
  if (auto mounted = mount_overlay(spec); !mounted) return mounted;
  const Descriptor root(::open((spec.run_dir + "/root").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return errno_failure("cannot open the container's root", errno);
  if (auto bound = mount_binds(spec, root.get()); !bound) return bound;
  for (const auto& [path, text] :
       {std::pair{"/etc/resolv.conf", spec.resolv_conf}, {"/etc/hosts", spec.hosts}}) {
    auto planted = plant_file(root.get(), path, text, spec.uid_base);
    if (!planted) return planted;
  }
  return plant_certificates(root.get(), spec.uid_base);
}

void unmount_root(const std::string& run_dir) {
  const auto points =
      engine::mount_points_below(engine::read_small_file("/proc/self/mountinfo"), run_dir);
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    ::umount2(point->c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
  }
}

Result<> resize_shared_memory(pid_t inside, uint64_t bytes) {
  const std::string path = "/proc/" + std::to_string(inside) + "/ns/mnt";
  const Descriptor mount_namespace(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!mount_namespace) return errno_failure("cannot open the container's mounts", errno);
  const std::string size = "size=" + std::to_string(bytes);
  constexpr unsigned long kFlags = MS_REMOUNT | MS_NOSUID | MS_NOEXEC | MS_NODEV;
  const pid_t child = ::fork();
  if (child < 0) return errno_failure("fork", errno);
  if (child == 0) {
    if (::setns(mount_namespace.get(), CLONE_NEWNS) != 0) ::_exit(errno);
    ::_exit(::mount("shm", "/dev/shm", "tmpfs", kFlags, size.c_str()) == 0 ? 0 : errno);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return errno_failure("cannot resize the container's /dev/shm", WEXITSTATUS(status));
  }
  return {};
}

Result<> plant_file(int root, const std::string& path, std::string_view bytes, uint32_t owner) {
  const size_t slash = path.rfind('/');
  auto folder = make_folder_inside(root, path.substr(0, slash), owner);
  if (!folder) return std::unexpected(folder.error());
  const std::string name = path.substr(slash + 1);
  // What the image has there may be a link; it is replaced, never written through.
  if (::unlinkat(folder->get(), name.c_str(), 0) != 0 && errno != ENOENT) {
    return errno_failure("cannot replace " + path + " in the image", errno);
  }
  const Descriptor file(::openat(folder->get(), name.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file || ::fchown(file.get(), owner, owner) != 0 || ::fchmod(file.get(), 0644) != 0) {
    return errno_failure("cannot write " + path + " in the image", errno);
  }
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return errno_failure("cannot write " + path + " in the image", errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

}  // namespace colibri::supervisor
