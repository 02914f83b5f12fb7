#include "cli/scratch_folder.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <utility>

namespace colibri::cli {

namespace fs = std::filesystem;

Result<ScratchFolder> ScratchFolder::make(const std::string& path) {
  auto lock = drive::FileLock::try_take(path + ".lock", drive::FileLock::Kind::exclusive);
  if (!lock) {
    if (lock.error().code != ErrorCode::conflict) return std::unexpected(lock.error());
    return failure(ErrorCode::conflict, "another such command is at work on this data folder");
  }
  ScratchFolder folder("", std::move(*lock));
  std::error_code error;
  fs::remove_all(path, error);
  if (error || mkdir(path.c_str(), 0700) != 0) {
    return errno_failure("making the folder " + path, error ? error.value() : errno);
  }
  folder.path_ = path;
  return folder;
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept
    : path_(std::exchange(other.path_, "")), lock_(std::move(other.lock_)) {}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace colibri::cli
