#include "supervisor/drive_mounts.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <signal.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace colibri::supervisor {

const char* const kMustBeNoLink = "Mountpoint must not be a symlink";
const char* const kMustBeEmpty = "Mountpoint must not already contain files";
const char* const kMustBeFolder = "Mountpoint must either be a directory or not exist";
const char* const kMustHaveParent = "Mountpoint must be in a directory that exists";

namespace {

constexpr unsigned kAnswerSeconds = 10;

bool write_line(const std::string& path, const std::string& text) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// A user namespace that maps one user and one group of the disk to the container's root and nobody
// else: so whatever is written inside has this owner outside.
Result<Descriptor> one_owner(const struct stat& owner, uint32_t root_user) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno_failure("pipe", errno);
  Descriptor hold(ends[1]), wait(ends[0]);
  const auto pid = static_cast<pid_t>(
      ::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
  if (pid < 0) return errno_failure("making a user namespace", errno);
  if (pid == 0) {
    char end = 0;
    ::close(ends[1]);
    (void)!::read(ends[0], &end, 1);
    ::_exit(0);
  }
  const std::string folder = "/proc/" + std::to_string(pid);
  const auto line = [root_user](uint32_t id) {
    return std::to_string(id) + " " + std::to_string(root_user) + " 1\n";
  };
  Descriptor made;
  if (write_line(folder + "/uid_map", line(owner.st_uid)) &&
      write_line(folder + "/gid_map", line(owner.st_gid)))
    made.reset(::open((folder + "/ns/user").c_str(), O_RDONLY | O_CLOEXEC));
  const int error = errno;
  hold.reset();
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (!made) return errno_failure("mapping the Drive's owner", error);
  return made;
}

// A detached mount of the folder, for the container's root alone.
Result<Descriptor> clone_folder(const std::string& path, uint32_t root_user, bool readonly) {
  const Descriptor folder(::open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!folder || ::fstat(folder.get(), &status) != 0) {
    return failure(ErrorCode::not_found,
                   "The machine of this runtime does not have the Drive's folder.");
  }
  auto mapping = one_owner(status, root_user);
  if (!mapping) return mapping;
  Descriptor tree(
      ::open_tree(folder.get(), "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  if (!tree) return errno_failure("opening the Drive's folder", errno);
  mount_attr attributes = {.attr_set = MOUNT_ATTR_IDMAP | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
                           .propagation = MS_PRIVATE,
                           .userns_fd = static_cast<uint64_t>(mapping->get())};
  if (readonly) attributes.attr_set |= MOUNT_ATTR_RDONLY;
  if (::mount_setattr(tree.get(), "", AT_EMPTY_PATH, &attributes, sizeof attributes) != 0) {
    return failure(ErrorCode::unsupported,
                   "The Drive lies on a file system whose files can't be given to a runtime: that "
                   "needs idmapped mounts, as ext4, xfs and btrfs have them.");
  }
  return tree;
}

// What stands at the mount point itself: the names of the Drive's parts, which nobody can change.
Result<Descriptor> make_top(uint32_t root_user, const std::vector<link::CloudFolder>& clouds) {
  const Descriptor context(::fsopen("tmpfs", FSOPEN_CLOEXEC));
  const auto set = [&context](const char* key, const char* value) {
    return ::fsconfig(context.get(), FSCONFIG_SET_STRING, key, value, 0) == 0;
  };
  if (!context || !set("source", "drive") || !set("size", "64k") || !set("nr_inodes", "64") ||
      !set("mode", "0755") ||
      ::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
    return errno_failure("making the mount point", errno);
  }
  Descriptor top(::fsmount(context.get(), FSMOUNT_CLOEXEC,
                           MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC));
  if (!top) return errno_failure("making the mount point", errno);
  bool made = ::symlinkat(kDriveFolder, top.get(), kDriveFolderLink) == 0;
  std::vector<std::string> folders = {kDriveFolder, kSharedDrives};
  if (!clouds.empty()) folders.push_back(kCloudsFolder);
  for (const link::CloudFolder& cloud : clouds)
    folders.push_back(std::string(kCloudsFolder) + "/" + cloud.name);
  for (const std::string& folder : folders)
    made = made && ::mkdirat(top.get(), folder.c_str(), 0755) == 0;
  folders.insert(folders.end(), {kDriveFolderLink, ""});
  for (const std::string& name : folders)
    made = made && ::fchownat(top.get(), name.c_str(), root_user, root_user,
                              AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) == 0;
  mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY, .propagation = MS_PRIVATE};
  if (!made || ::mount_setattr(top.get(), "", AT_EMPTY_PATH, &attributes, sizeof attributes) != 0) {
    return errno_failure("making the mount point", errno);
  }
  return top;
}

enum class Said : int { silent, mounted, already, link, not_empty, no_folder, no_parent, failed };

struct MountReport {
  Said said = Said::silent;
  int error = 0;
  int replaced = -1;  // Which of the known mounts is none any more.
};

// All that the child needs, made ready before it is: afterwards only system calls.
struct MountPlan {
  int mount_namespace = -1;
  uint32_t root_user = 0;
  std::string parent, name;
  struct Known {
    int top;
    dev_t device;
    ino_t inode;
  };
  std::vector<Known> known;
  bool force = false;
  int top = -1, drive = -1;
  struct Cloud {
    std::string name;    // Below the top.
    std::string folder;  // In that namespace.
    int mount_namespace = -1;
    int tree = -1;
  };
  std::vector<Cloud> clouds = {};
  bool readonly = false;
  int report = -1;
};

[[noreturn]] void say(const MountPlan& plan, MountReport report, Said said, int error = 0) {
  report.said = said;
  report.error = error;
  (void)!::write(plan.report, &report, sizeof report);
  ::_exit(0);
}

int open_resolved(int folder, const char* path, uint64_t flags, uint64_t resolve) {
  open_how how = {};
  how.flags = flags | O_CLOEXEC;
  how.resolve = resolve | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, folder, path, &how, sizeof how));
}

void detach(int top) {
  if (::fchdir(top) == 0) ::umount2(".", MNT_DETACH);
}

bool is_empty(int folder) {
  const int list = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (list < 0) return false;
  alignas(8) std::array<char, 4096> buffer{};
  long got = 0;
  while ((got = ::syscall(SYS_getdents64, list, buffer.data(), buffer.size())) > 0) {
    for (long at = 0; at < got;) {
      // d_ino, d_off, d_reclen, d_type, d_name, as the kernel lays them.
      uint16_t length = 0;
      std::memcpy(&length, buffer.data() + at + 16, sizeof length);
      const char* name = buffer.data() + at + 19;
      if (std::strcmp(name, ".") != 0 && std::strcmp(name, "..") != 0) return false;
      at += length;
    }
  }
  ::close(list);
  return got == 0;
}

// The place where it shall be mounted, which is made when there is none, as the container's root
// would; its answer otherwise.
int find_target(const MountPlan& plan, MountReport& report) {
  const int root = ::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  const int parent =
      open_resolved(root, plan.parent.c_str(), O_PATH | O_DIRECTORY, RESOLVE_IN_ROOT);
  if (parent < 0) {
    const bool none = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
    say(plan, report, none ? Said::no_parent : Said::failed, errno);
  }
  for (int tries = 0; tries < 3; ++tries) {
    const int target =
        open_resolved(parent, plan.name.c_str(), O_PATH | O_NOFOLLOW, RESOLVE_BENEATH);
    if (target < 0 && errno == ENOENT) {
      if (::mkdirat(parent, plan.name.c_str(), 0755) == 0 || errno == EEXIST) continue;
    }
    struct stat status {};
    if (target < 0 || ::fstat(target, &status) != 0) say(plan, report, Said::failed, errno);
    if (S_ISLNK(status.st_mode)) say(plan, report, Said::link);
    if (!S_ISDIR(status.st_mode)) say(plan, report, Said::no_folder);
    int found = -1;
    for (size_t i = 0; i < plan.known.size(); ++i)
      if (plan.known[i].device == status.st_dev && plan.known[i].inode == status.st_ino)
        found = static_cast<int>(i);
    if (found < 0) {
      if (!is_empty(target)) say(plan, report, Said::not_empty);
      return target;
    }
    if (!plan.force) say(plan, report, Said::already);
    report.replaced = found;
    detach(plan.known[static_cast<size_t>(found)].top);
    ::close(target);
  }
  say(plan, report, Said::failed, EBUSY);
}

// What a cloud's process has mounted, as a mount of its own.
void clone_clouds(MountPlan& plan) {
  mount_attr attributes = {.attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
                           .propagation = MS_PRIVATE};
  if (plan.readonly) attributes.attr_set |= MOUNT_ATTR_RDONLY;
  for (MountPlan::Cloud& cloud : plan.clouds) {
    if (::setns(cloud.mount_namespace, CLONE_NEWNS) != 0) continue;
    cloud.tree = ::open_tree(AT_FDCWD, cloud.folder.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (cloud.tree < 0 ||
        ::mount_setattr(cloud.tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) == 0)
      continue;
    ::close(cloud.tree);
    cloud.tree = -1;
  }
}

void attach_clouds(const MountPlan& plan) {
  constexpr unsigned kHere = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
  for (const MountPlan::Cloud& cloud : plan.clouds) {
    const int place =
        ::openat(plan.top, cloud.name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (cloud.tree >= 0 && place >= 0) (void)::move_mount(cloud.tree, "", place, "", kHere);
  }
}

[[noreturn]] void attach(MountPlan& plan) {
  // A file system of the runtime's own making may never answer.
  ::alarm(kAnswerSeconds);
  MountReport report;
  clone_clouds(plan);
  if (::setns(plan.mount_namespace, CLONE_NEWNS) != 0) say(plan, report, Said::failed, errno);
  // The container's own file systems take files of its own users only, and what its root may not
  // do there, a mount must not do for it.
  ::setfsgid(plan.root_user);
  ::setfsuid(plan.root_user);
  const int target = find_target(plan, report);
  ::setfsuid(0);
  ::setfsgid(0);
  constexpr unsigned kHere = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
  if (::move_mount(plan.top, "", target, "", kHere) != 0) say(plan, report, Said::failed, errno);
  const int place = ::openat(plan.top, kDriveFolder, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (place < 0 || ::move_mount(plan.drive, "", place, "", kHere) != 0) {
    const int error = errno;
    detach(plan.top);
    say(plan, report, Said::failed, error);
  }
  attach_clouds(plan);
  say(plan, report, Said::mounted);
}

MountReport run(MountPlan plan) {
  MountReport report;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {Said::failed, errno};
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  plan.report = ends[1];
  const pid_t child = ::fork();
  if (child < 0) return {Said::failed, errno};
  if (child == 0) attach(plan);
  write_end.reset();
  ssize_t got = 0;
  do {
    got = ::read(read_end.get(), &report, sizeof report);
  } while (got < 0 && errno == EINTR);
  if (got != sizeof report) report = {};
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return report;
}

Result<bool> answer(const MountReport& report) {
  const auto invalid = [](const char* why) { return failure(ErrorCode::invalid, why); };
  switch (report.said) {
    case Said::mounted:
      return false;
    case Said::already:
      return true;
    case Said::link:
      return invalid(kMustBeNoLink);
    case Said::not_empty:
      return invalid(kMustBeEmpty);
    case Said::no_folder:
      return invalid(kMustBeFolder);
    case Said::no_parent:
      return invalid(kMustHaveParent);
    case Said::silent:
      return failure(ErrorCode::timeout, "The runtime's file system does not answer.");
    case Said::failed:
      break;
  }
  return errno_failure("mounting the Drive", report.error);
}

Descriptor mounts_of(pid_t inside) {
  const std::string path = "/proc/" + std::to_string(inside) + "/ns/mnt";
  return Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

}  // namespace

Result<> DriveMounts::has_room(const std::string& mountpoint) const {
  bool known = false;
  for (const Mounted& each : mounted_) {
    known = known || each.drive.mountpoint == mountpoint;
    if (mountpoint.starts_with(each.drive.mountpoint + "/"))
      return failure(ErrorCode::invalid, "Mountpoint must not be in the Drive itself");
  }
  if (!known && mounted_.size() >= link::kMostDriveMounts)
    return failure(ErrorCode::too_many, "The Drive is mounted at 8 places already.");
  return {};
}

Result<bool> DriveMounts::mount(pid_t inside, uint32_t root_user, const link::DriveMount& wish) {
  if (auto good = link::check_mountpoint(wish.mountpoint); !good)
    return std::unexpected(good.error());
  if (auto room = has_room(wish.mountpoint); !room) return std::unexpected(room.error());
  const Descriptor mount_namespace = mounts_of(inside);
  if (!mount_namespace) return errno_failure("opening the container's mounts", errno);
  auto drive = clone_folder(wish.folder, root_user, wish.readonly);
  if (!drive) return std::unexpected(drive.error());
  auto top = make_top(root_user, wish.clouds);
  if (!top) return std::unexpected(top.error());
  struct stat status {};
  if (::fstat(top->get(), &status) != 0) return errno_failure("making the mount point", errno);

  const size_t slash = wish.mountpoint.rfind('/');
  MountPlan plan{.mount_namespace = mount_namespace.get(),
                 .root_user = root_user,
                 .parent = slash == 0 ? "/" : wish.mountpoint.substr(0, slash),
                 .name = wish.mountpoint.substr(slash + 1),
                 .known = {},
                 .force = wish.force,
                 .top = top->get(),
                 .drive = drive->get(),
                 .readonly = wish.readonly};
  std::vector<Descriptor> namespaces;
  for (const link::CloudFolder& cloud : wish.clouds) {
    namespaces.push_back(mounts_of(static_cast<pid_t>(cloud.process)));
    plan.clouds.push_back(
        {std::string(kCloudsFolder) + "/" + cloud.name, cloud.folder, namespaces.back().get()});
  }
  for (const Mounted& each : mounted_)
    plan.known.push_back({each.top.get(), each.device, each.inode});
  const MountReport report = run(std::move(plan));
  if (report.replaced >= 0) mounted_.erase(mounted_.begin() + report.replaced);
  if (report.said == Said::mounted)
    mounted_.push_back(
        {{wish.mountpoint, wish.readonly}, *std::move(top), status.st_dev, status.st_ino});
  return answer(report);
}

std::vector<std::string> DriveMounts::unmount(pid_t inside, const std::string& mountpoint) {
  std::vector<std::string> gone;
  std::vector<int> tops;
  for (const Mounted& each : mounted_) {
    if (!mountpoint.empty() && each.drive.mountpoint != mountpoint) continue;
    gone.push_back(each.drive.mountpoint);
    tops.push_back(each.top.get());
  }
  // Without that namespace nothing is mounted any more.
  const Descriptor mount_namespace = tops.empty() ? Descriptor() : mounts_of(inside);
  const pid_t child = mount_namespace ? ::fork() : -1;
  if (child == 0) {
    ::alarm(kAnswerSeconds);
    if (::setns(mount_namespace.get(), CLONE_NEWNS) == 0)
      for (const int top : tops) detach(top);
    ::_exit(0);
  }
  while (child > 0 && ::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  std::erase_if(mounted_, [&](const Mounted& each) {
    return mountpoint.empty() || each.drive.mountpoint == mountpoint;
  });
  return gone;
}

std::vector<link::MountedDrive> DriveMounts::list() const {
  std::vector<link::MountedDrive> all;
  for (const Mounted& each : mounted_) all.push_back(each.drive);
  return all;
}

}  // namespace colibri::supervisor
