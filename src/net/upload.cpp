#include "net/upload.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace colibri::net {

Result<Upload> Upload::create(const std::string& folder) {
  const int fd = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) return Upload(fd);
  // Not every file system knows O_TMPFILE (overlayfs of old kernels, NFS).
  std::string path = folder + "/upload-XXXXXX";
  const int named = mkostemp(path.data(), O_CLOEXEC);
  if (named < 0) return errno_failure("keeping the upload in " + folder, errno);
  unlink(path.c_str());
  return Upload(named);
}

Upload::~Upload() {
  if (fd_ >= 0) close(fd_);
}

Upload::Upload(Upload&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), size_(std::exchange(other.size_, 0)) {}

Upload& Upload::operator=(Upload&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(size_, other.size_);
  return *this;
}

Result<> Upload::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno_failure("keeping the upload", errno);
    size_ += static_cast<uint64_t>(n);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

Result<std::string> Upload::read_all() const {
  std::string out(size_, '\0');
  size_t done = 0;
  while (done < out.size()) {
    const ssize_t n = pread(fd_, out.data() + done, out.size() - done, static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno_failure("reading the upload", errno);
    if (n == 0) return failure(ErrorCode::io, "the upload is shorter than what was written");
    done += static_cast<size_t>(n);
  }
  return out;
}

}  // namespace colibri::net
