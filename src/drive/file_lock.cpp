#include "drive/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace colibri::drive {
namespace {

Result<int> lock(const std::string& path, int how) {
  ::mkdir(path.substr(0, path.rfind('/')).c_str(), 0700);
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return errno_failure("opening " + path, errno);
  int locked = 0;
  do locked = ::flock(file, how);
  while (locked != 0 && errno == EINTR);
  if (locked == 0) return file;
  const int error = errno;
  ::close(file);
  if (error == EWOULDBLOCK) return failure(ErrorCode::conflict, path + " is locked");
  return errno_failure("locking " + path, error);
}

int how(FileLock::Kind kind) {
  return kind == FileLock::Kind::shared ? LOCK_SH : LOCK_EX;
}

}  // namespace

Result<FileLock> FileLock::take(const std::string& path, Kind kind) {
  const auto file = lock(path, how(kind));
  if (!file) return std::unexpected(file.error());
  return FileLock(*file);
}

Result<FileLock> FileLock::try_take(const std::string& path, Kind kind) {
  const auto file = lock(path, how(kind) | LOCK_NB);
  if (!file) return std::unexpected(file.error());
  return FileLock(*file);
}

FileLock::FileLock(FileLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}
FileLock::~FileLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace colibri::drive
