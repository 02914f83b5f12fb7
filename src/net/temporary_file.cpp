#include "net/temporary_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace colibri::net {

Result<TemporaryFile> TemporaryFile::create(const std::string& folder) {
  const int fd = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) return TemporaryFile(fd);
  // Not every file system knows O_TMPFILE (overlayfs of old kernels, NFS).
  std::string path = folder + "/temporary-XXXXXX";
  const int named = mkostemp(path.data(), O_CLOEXEC);
  if (named < 0) return errno_failure("making a file in " + folder, errno);
  unlink(path.c_str());
  return TemporaryFile(named);
}

TemporaryFile::~TemporaryFile() {
  if (fd_ >= 0) close(fd_);
}

TemporaryFile::TemporaryFile(TemporaryFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), size_(std::exchange(other.size_, 0)) {}

TemporaryFile& TemporaryFile::operator=(TemporaryFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(size_, other.size_);
  return *this;
}

Result<> TemporaryFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno_failure("writing a temporary file", errno);
    size_ += static_cast<uint64_t>(n);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

Result<std::string> TemporaryFile::read_all() const {
  std::string out(size_, '\0');
  const auto got = read_at(0, out);
  if (!got) return std::unexpected(got.error());
  if (*got < out.size()) return failure(ErrorCode::io, "a temporary file became shorter");
  return out;
}

Result<int> TemporaryFile::descriptor() const {
  if (lseek(fd_, 0, SEEK_SET) != 0) return errno_failure("reading a temporary file", errno);
  return fd_;
}

Result<size_t> TemporaryFile::read_at(uint64_t offset, std::string& into) const {
  size_t done = 0;
  while (done < into.size()) {
    const ssize_t n =
        pread(fd_, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno_failure("reading a temporary file", errno);
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  return done;
}

}  // namespace colibri::net
