#include "server/data_folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "auth/token.hpp"
#include "backup/restore.hpp"

namespace colibri::server {

namespace fs = std::filesystem;

namespace {

Result<std::string> prepare(const std::string& path) {
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return errno_failure("making the data folder " + path, errno);
  }
  const fs::path real = fs::canonical(path, error);
  if (error) return failure(ErrorCode::io, "the data folder " + path + ": " + error.message());
  struct stat status {};
  if (stat(real.c_str(), &status) != 0) return errno_failure("the data folder " + path, errno);
  if (!S_ISDIR(status.st_mode)) return failure(ErrorCode::invalid, path + " is not a folder");
  if (status.st_uid != geteuid()) {
    return failure(ErrorCode::denied, "the data folder " + path + " belongs to another user");
  }
  // Passwords and everybody's files are in there.
  if ((status.st_mode & 0077) != 0 && chmod(real.c_str(), 0700) != 0) {
    return errno_failure("protecting the data folder " + path, errno);
  }
  const std::string uploads = real.string() + "/tmp";
  if (mkdir(uploads.c_str(), 0700) != 0 && errno != EEXIST) {
    return errno_failure("making " + uploads, errno);
  }
  return real.string();
}

Result<std::string> prepare_whole(const std::string& path) {
  auto real = prepare(path);
  if (real && fs::exists(backup::unfinished_mark(*real))) {
    return failure(ErrorCode::conflict,
                   "a restore into " + *real + " was not finished; run colibri restore again");
  }
  return real;
}

}  // namespace

Result<DataFolder> DataFolder::open(const std::string& path) {
  auto real = prepare_whole(path);
  if (!real) return std::unexpected(real.error());
  return lock(*std::move(real));
}

Result<DataFolder> DataFolder::open_to_restore(const std::string& path) {
  auto real = prepare(path);
  if (!real) return std::unexpected(real.error());
  return lock(*std::move(real));
}

Result<DataFolder> DataFolder::lock(std::string path) {
  auto lock = drive::FileLock::try_take(path + "/lock", drive::FileLock::Kind::exclusive);
  if (lock) return DataFolder(std::move(path), std::move(*lock));
  if (lock.error().code != ErrorCode::conflict) return std::unexpected(lock.error());
  return failure(ErrorCode::conflict, "another Colibri server runs on the data folder " + path +
                                          "; stop it, or choose another with --data");
}

Result<DataFolder> DataFolder::open_shared(const std::string& path) {
  auto real = prepare_whole(path);
  if (!real) return std::unexpected(real.error());
  return DataFolder(*std::move(real), std::nullopt);
}

std::string DataFolder::run_directory() const {
  const std::string name = auth::token_hash(path_).substr(0, 8);
  if (geteuid() == 0) return "/run/colibri/" + name;
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime != nullptr && *runtime == '/') return std::string(runtime) + "/colibri/" + name;
  return "/tmp/colibri-" + std::to_string(geteuid()) + "/" + name;
}

}  // namespace colibri::server
