// colibri-files: what the server asks about the files of a runtime that lives, and of those that
// one has left. A program of its own, so that their disk is mounted where nobody else sees it, and
// whatever happens in there ends with it.
//
//   colibri-files examine FOLDER   removes what is not of /content; tells {"files","bytes","room"}
//   colibri-files zip FOLDER       writes /content to stdout as a ZIP archive
//   colibri-files serve            for the supervisor: serves a files line (file_worker.hpp)
//
// FOLDER holds disk.img, or the folder content. Status 3: neither.
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "base/json.hpp"
#include "base/log.hpp"
#include "engine/sweep.hpp"
#include "supervisor/content_archive.hpp"
#include "supervisor/descriptor.hpp"
#include "supervisor/disk.hpp"
#include "supervisor/file_worker.hpp"
#include "supervisor/mounts.hpp"

namespace colibri::supervisor {
namespace {

constexpr int kFailed = 1, kWrongArguments = 2, kNothingThere = 3;
constexpr rlim_t kMostMemoryBytes = 512u << 20;

struct Content {
  Descriptor lock;  // Of the disk: nobody else changes it meanwhile.
  Descriptor folder;
  std::string image;  // Empty: it has no disk of its own.
};

Result<Content> open_content(const std::string& folder, bool read_only) {
  Content content;
  const std::string image = folder + "/disk.img";
  std::string parent = folder;
  content.lock.reset(::open(image.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (content.lock) {
    if (::flock(content.lock.get(), read_only ? LOCK_SH : LOCK_EX) != 0)
      return errno_failure("cannot lock " + image, errno);
    if (auto own = enter_private_mounts(); !own) return std::unexpected(own.error());
    parent = folder + "/mounted";
    if (::mkdir(parent.c_str(), 0700) != 0 && errno != EEXIST)
      return errno_failure("cannot make " + parent, errno);
    if (auto mounted = mount_disk_file(image, parent, read_only); !mounted)
      return std::unexpected(mounted.error());
    content.image = image;
  }
  const std::string path = parent + "/content";
  content.folder.reset(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!content.folder && errno == ENOENT)
    return failure(ErrorCode::not_found, "there is nothing in " + folder);
  if (!content.folder) return errno_failure("cannot open " + path, errno);
  return content;
}

// All that reading needs.
void give_up_privileges() {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct sets[2] = {};
  sets[0].effective = sets[0].permitted = 1u << CAP_DAC_READ_SEARCH;
  (void)::syscall(SYS_capset, &header, sets);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

// What the runtime wrote elsewhere (packages, caches) is often more than its files.
Result<> drop_the_rest(const std::string& folder, const Content& content) {
  for (const char* each : {"/mounted/upper", "/mounted/work"})
    if (auto removed = engine::remove_tree(folder + each); !removed) return removed;
  fstrim_range all = {.start = 0, .len = UINT64_MAX, .minlen = 0};
  (void)::syncfs(content.folder.get());
  (void)::ioctl(content.folder.get(), FITRIM, &all);
  return {};
}

int64_t room_of(const Content& content, const ContentSize& size) {
  struct stat status {};
  if (content.image.empty() || ::stat(content.image.c_str(), &status) != 0) return size.bytes;
  return static_cast<int64_t>(status.st_blocks) * 512;
}

// Of the disk of the files.
Result<int64_t> disk_bytes(const Content& content) {
  struct statvfs disk {};
  if (::fstatvfs(content.folder.get(), &disk) != 0) return errno_failure("the disk", errno);
  return static_cast<int64_t>(disk.f_blocks) * static_cast<int64_t>(disk.f_frsize);
}

Result<> examine(const std::string& folder) {
  const auto content = open_content(folder, false);
  if (!content) return std::unexpected(content.error());
  const auto bytes = disk_bytes(*content);
  if (!bytes) return std::unexpected(bytes.error());
  const ContentSize size = measure_content(content->folder.get(), *bytes);
  if (size.files > 0 && !content->image.empty())
    if (auto dropped = drop_the_rest(folder, *content); !dropped) return dropped;
  const json::Object told{
      {"files", size.files}, {"bytes", size.bytes}, {"room", room_of(*content, size)}};
  std::puts(json::serialize(told).c_str());
  return {};
}

Result<> write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return errno_failure("writing the archive", errno);
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return {};
}

Result<> zip(const std::string& folder) {
  const auto content = open_content(folder, true);
  if (!content) return std::unexpected(content.error());
  give_up_privileges();
  const auto bytes = disk_bytes(*content);
  if (!bytes) return std::unexpected(bytes.error());
  return write_content(content->folder.get(), *bytes, &write_all);
}

int run(int argc, char** argv) {
  // The server is the only one who wants it.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGPIPE, SIG_IGN);
  const rlimit memory = {.rlim_cur = kMostMemoryBytes, .rlim_max = kMostMemoryBytes};
  (void)::setrlimit(RLIMIT_DATA, &memory);
  if (argc == 2 && std::strcmp(argv[1], "serve") == 0) {
    const auto served = serve_files();
    if (!served) std::fprintf(stderr, "colibri-files: %s\n", served.error().detail.c_str());
    return served ? 0 : kFailed;
  }
  if (argc != 3) return kWrongArguments;
  const bool examines = std::strcmp(argv[1], "examine") == 0;
  if (!examines && std::strcmp(argv[1], "zip") != 0) return kWrongArguments;
  const auto done = examines ? examine(argv[2]) : zip(argv[2]);
  if (done) return 0;
  if (done.error().code == ErrorCode::not_found) return kNothingThere;
  std::fprintf(stderr, "colibri-files: %s\n", done.error().detail.c_str());
  return kFailed;
}

}  // namespace
}  // namespace colibri::supervisor

int main(int argc, char** argv) {
  try {
    return colibri::supervisor::run(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "colibri-files: %s\n", e.what());
    return 1;
  }
}
