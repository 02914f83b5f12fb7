#include "notebooks/blob_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

#include "base/random.hpp"
#include "base/sha256.hpp"

namespace colibri::notebooks {
namespace {

Result<> write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno_failure("writing an output", errno);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  if (::fsync(file) != 0) return errno_failure("writing an output", errno);
  return {};
}

void sync_folder(const std::string& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
}

}  // namespace

std::string blob_path(const std::string& folder, const std::string& sha256) {
  return folder + "/" + sha256.substr(0, 2) + "/" + sha256;
}

Result<std::string> store_blob(const std::string& folder, std::string_view bytes) {
  const std::string sha256 = sha256_hex(bytes);
  const std::string path = blob_path(folder, sha256);
  // Touched before it is looked at, so that nobody removes it before the row that wants it is
  // there.
  struct stat found {};
  if (::utimensat(AT_FDCWD, path.c_str(), nullptr, 0) == 0 && ::stat(path.c_str(), &found) == 0 &&
      found.st_size == static_cast<off_t>(bytes.size()))
    return sha256;
  ::mkdir(folder.c_str(), 0700);
  const std::string parent = folder + "/" + sha256.substr(0, 2);
  if (::mkdir(parent.c_str(), 0700) != 0 && errno != EEXIST)
    return errno_failure("making the folder of an output", errno);
  const std::string temporary = parent + "/" + random_id(".new-");
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return errno_failure("keeping an output", errno);
  const Result<> written = write_all(file, bytes);
  ::close(file);
  if (!written || ::rename(temporary.c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(temporary.c_str());
    if (!written) return std::unexpected(written.error());
    return errno_failure("keeping an output", error);
  }
  sync_folder(parent);
  return sha256;
}

Result<bool> remove_blob(const std::string& folder, const std::string& sha256, int64_t before_ms) {
  const std::string path = blob_path(folder, sha256);
  const std::string aside = folder + "/" + sha256.substr(0, 2) + "/" + random_id(".gone-");
  if (::rename(path.c_str(), aside.c_str()) != 0) {
    if (errno == ENOENT) return true;
    return errno_failure("removing an output", errno);
  }
  // From here on store_blob() finds none and writes it anew. Did it find this one just before?
  struct stat found {};
  const bool is_old = ::stat(aside.c_str(), &found) == 0 &&
                      found.st_mtim.tv_sec * 1000 + found.st_mtim.tv_nsec / 1'000'000 < before_ms;
  if (!is_old && ::rename(aside.c_str(), path.c_str()) == 0) return false;
  if (::unlink(aside.c_str()) != 0) return errno_failure("removing an output", errno);
  return true;
}

std::vector<std::string> list_blobs(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error))
    if (std::string name = at->path().filename(); is_sha256(name)) names.push_back(std::move(name));
  return names;
}

Result<std::string> load_blob(const std::string& folder, const std::string& sha256) {
  if (!is_sha256(sha256)) return failure(ErrorCode::invalid, "That is no name of an output.");
  const int file = ::open(blob_path(folder, sha256).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failure(ErrorCode::not_found, "A stored output is missing.");
  std::string bytes;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t n = ::read(file, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      const int error = errno;
      ::close(file);
      if (n < 0) return errno_failure("reading a stored output", error);
      return bytes;
    }
    bytes.append(buffer.data(), static_cast<size_t>(n));
  }
}

}  // namespace colibri::notebooks
