#include "supervisor/disk.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

namespace colibri::supervisor {
namespace {

constexpr auto kMakeDeadline = std::chrono::seconds(20);
constexpr uint32_t kBlockBytes = 4096;
constexpr uint64_t kTrimBytes = uint64_t{256} << 20;
// Between asking for a free device and taking it, another runtime may take it.
constexpr int kAttempts = 100;

std::unexpected<Error> no_device(const std::string& what, int error) {
  return failure(ErrorCode::unsupported, "this host can't give a runtime a disk of its own: " +
                                             errno_failure(what, error).error().detail);
}

// A loop device over the file. It goes by itself when its last user is gone.
Result<Descriptor> attach(int file, std::string& path, bool read_only) {
  const Descriptor control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
  if (!control) return no_device("/dev/loop-control", errno);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) return no_device("no loop device is free", errno);
    path = "/dev/loop" + std::to_string(number);
    Descriptor device(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!device) return no_device(path, errno);
    loop_config config = {};
    config.fd = static_cast<uint32_t>(file);
    config.block_size = kBlockBytes;
    // Direct: else every page would be cached twice, once on the runtime's account.
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO;
    if (read_only) config.info.lo_flags |= LO_FLAGS_READ_ONLY;
    if (::ioctl(device.get(), LOOP_CONFIGURE, &config) == 0) return device;
    if (errno != EBUSY) return no_device(path, errno);
  }
  return no_device("no loop device is free", EBUSY);
}

}  // namespace

Result<> mount_disk_file(const std::string& file, const std::string& folder, bool read_only) {
  const Descriptor opened(::open(file.c_str(), (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC));
  if (!opened) return errno_failure("cannot open " + file, errno);
  std::string path;
  const auto device = attach(opened.get(), path, read_only);
  if (!device) return std::unexpected(device.error());
  const unsigned long flags = MS_NODEV | MS_NOSUID | (read_only ? MS_RDONLY : 0);
  // The tables of a sparse file are zero already; writing them would fill it.
  if (::mount(path.c_str(), folder.c_str(), "ext4", flags, "noinit_itable,nobarrier") != 0)
    return no_device("an ext4 on " + path + " can't be mounted", errno);
  return {};
}

Result<Disk> Disk::begin(const std::string& file, uint64_t bytes) {
  const std::string program = find_program({"mkfs.ext4"});
  if (program.empty()) {
    return failure(ErrorCode::unsupported,
                   "a runtime's disk needs mkfs.ext4: apt-get install e2fsprogs");
  }
  ::unlink(file.c_str());
  const Descriptor made(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!made || ::ftruncate(made.get(), static_cast<off_t>(bytes / kBlockBytes * kBlockBytes)) != 0)
    return errno_failure("cannot make " + file, errno);
  // No journal, no backups: it never outlives the runtime, as its overlay doesn't.
  auto maker = launch({.argv = {program, "-q", "-F", "-m", "0", "-b", std::to_string(kBlockBytes),
                                "-O", "^has_journal,^resize_inode,sparse_super2", "-E",
                                "nodiscard,lazy_itable_init=1,num_backup_sb=0", file},
                       .dies_with_us = true});
  if (!maker) return std::unexpected(maker.error());
  Disk disk;
  disk.file_ = file;
  disk.maker_ = std::move(*maker);
  return disk;
}

Disk Disk::again(const std::string& file) {
  Disk disk;
  disk.file_ = file;
  return disk;
}

Task<Result<>> Disk::mount(std::string folder) {
  folder_ = std::move(folder);
  if (maker_.running()) {
    const auto status = co_await maker_.wait(kMakeDeadline);
    if (!status) co_return failure(status.error().code, "mkfs.ext4: " + status.error().detail);
    if (*status != 0) {
      co_return failure(ErrorCode::io, "mkfs.ext4 can't make " + file_ + " (status " +
                                           std::to_string(WEXITSTATUS(*status)) + ")");
    }
  }
  if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) {
    co_return errno_failure("cannot make " + folder_, errno);
  }
  co_return mount_disk_file(file_, folder_, false);
}

void Disk::trim(uint64_t used_bytes) {
  most_used_ = std::max(most_used_, used_bytes);
  if (most_used_ - used_bytes < kTrimBytes) return;
  most_used_ = used_bytes;
  const int folder = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  // It may take seconds and touches nothing of ours but this descriptor.
  std::thread([folder] {
    fstrim_range all = {.start = 0, .len = UINT64_MAX, .minlen = 0};
    (void)::ioctl(folder, FITRIM, &all);
    ::close(folder);
  }).detach();
}

}  // namespace colibri::supervisor
