#include "cli/scratch_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

namespace colibri::cli {

namespace fs = std::filesystem;

Result<ScratchFolder> ScratchFolder::make(const std::string& path) {
  const std::string name = path + ".lock";
  const int fd = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return errno_failure("opening " + name, errno);
  ScratchFolder folder("", fd);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return failure(ErrorCode::conflict, "another such command is at work on this data folder");
  }
  std::error_code error;
  fs::remove_all(path, error);
  if (error || mkdir(path.c_str(), 0700) != 0) {
    return errno_failure("making the folder " + path, error ? error.value() : errno);
  }
  folder.path_ = path;
  return folder;
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept
    : path_(std::exchange(other.path_, "")), lock_(std::exchange(other.lock_, -1)) {}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
  if (lock_ >= 0) close(lock_);
}

}  // namespace colibri::cli
