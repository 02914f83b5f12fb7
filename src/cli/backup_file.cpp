#include "cli/backup_file.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <filesystem>
#include <utility>

#include "base/random.hpp"

namespace colibri::cli {

namespace fs = std::filesystem;

Result<BackupFile> BackupFile::open(const std::string& path, bool overwrite, int64_t now_ms) {
  BackupFile file;
  file.path_ = path;
  if (path == "-") {
    if (isatty(STDOUT_FILENO) != 0) {
      return failure(ErrorCode::invalid, "an archive is nothing for a terminal; name a file");
    }
    file.fd_ = STDOUT_FILENO;
    return file;
  }
  std::error_code error;
  if (fs::is_directory(path, error)) {
    const auto seconds = static_cast<std::time_t>(now_ms / 1000);
    file.path_ =
        (fs::path(path) / fmt::format("colibri-{:%Y%m%dT%H%M%SZ}.tar", fmt::gmtime(seconds)))
            .string();
  }
  if (!overwrite && fs::exists(fs::symlink_status(file.path_, error))) {
    return failure(ErrorCode::conflict,
                   file.path_ + " is there already; choose another name, or say --overwrite");
  }
  file.temporary_ = file.path_ + random_id(".part-");
  file.fd_ = ::open(file.temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file.fd_ < 0) {
    const int number = errno;
    file.temporary_.clear();
    return errno_failure("writing " + file.path_, number);
  }
  return file;
}

BackupFile::BackupFile(BackupFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, "")) {}

BackupFile::~BackupFile() {
  if (temporary_.empty()) return;
  close(fd_);
  unlink(temporary_.c_str());
}

backup::Packing BackupFile::packing() const {
  if (path_.ends_with(".tar.gz") || path_.ends_with(".tgz")) return backup::Packing::gzip;
  if (path_.ends_with(".tar.zst")) return backup::Packing::zstd;
  return backup::Packing::none;
}

Result<> BackupFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return errno_failure("writing " + path_, errno);
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return {};
}

Result<> BackupFile::finish() {
  if (temporary_.empty()) return {};
  if (fsync(fd_) != 0) return errno_failure("writing " + path_, errno);
  if (rename(temporary_.c_str(), path_.c_str()) != 0) {
    return errno_failure("writing " + path_, errno);
  }
  temporary_.clear();
  close(fd_);
  const fs::path parent = fs::absolute(path_).parent_path();
  const int folder = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return errno_failure("writing " + path_, errno);
  const int synced = fsync(folder);
  const int number = errno;
  close(folder);
  if (synced != 0) return errno_failure("writing " + path_, number);
  return {};
}

}  // namespace colibri::cli
