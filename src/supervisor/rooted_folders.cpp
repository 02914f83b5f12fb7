#include "supervisor/rooted_folders.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "supervisor/descriptor.hpp"

namespace colibri::supervisor {
RootedFolders::RootedFolders(const std::string& root)
    : root_(open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {}

RootedFolders::~RootedFolders() {
  if (root_ >= 0) close(root_);
}

int RootedFolders::open_inside(const std::string& path, int flags) const {
  if (root_ < 0) return -1;
  open_how how{};
  // A fifo must block nobody; with O_PATH, which opens none, the kernel refuses to be asked so.
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC | ((flags & O_PATH) != 0 ? 0 : O_NONBLOCK));
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  for (int tries = 0; tries < 5; ++tries) {
    const auto fd = static_cast<int>(syscall(SYS_openat2, root_, path.c_str(), &how, sizeof how));
    // EAGAIN: something was renamed while the kernel looked.
    if (fd >= 0 || (errno != EAGAIN && errno != EINTR)) return fd;
  }
  return -1;
}

std::vector<std::string> RootedFolders::list(const std::string& path) const {
  std::vector<std::string> names;
  const int fd = open_inside(path, O_RDONLY | O_DIRECTORY);
  if (fd < 0) return names;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(fdopendir(fd), closedir);
  if (!folder) {
    close(fd);
    return names;
  }
  while (const dirent* entry = readdir(folder.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
    if (names.size() >= kMaxNames) break;
  }
  std::ranges::sort(names);
  return names;
}

std::optional<std::string> RootedFolders::read(const std::string& path, size_t limit) const {
  const Descriptor file(open_inside(path, O_RDONLY));
  struct stat status {};
  if (!file || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
      static_cast<uint64_t>(status.st_size) > limit) {
    return std::nullopt;
  }
  std::string text(static_cast<size_t>(status.st_size), '\0');
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + done, text.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<size_t>(got);
  }
  text.resize(done);
  return text;
}

std::optional<int64_t> RootedFolders::changed_ns(const std::string& path) const {
  const Descriptor folder(open_inside(path, O_RDONLY | O_DIRECTORY));
  struct stat status {};
  if (!folder || fstat(folder.get(), &status) != 0) return std::nullopt;
  return status.st_ctim.tv_sec * int64_t{1'000'000'000} + status.st_ctim.tv_nsec;
}

bool RootedFolders::is_executable(const std::string& path) const {
  const Descriptor file(open_inside(path, O_PATH));
  struct stat status {};
  return file && fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode) &&
         (status.st_mode & 0111) != 0;
}

}  // namespace colibri::supervisor
