#include "net/file_source.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace colibri::net {
namespace {

constexpr size_t kFilePiece = 1u << 20;

class FileSource final : public async::ByteSource {
 public:
  FileSource(async::BlockingPool& pool, int file, uint64_t offset, uint64_t bytes)
      : pool_(pool), file_(file), offset_(offset), left_(bytes) {
    posix_fadvise(file, static_cast<off_t>(offset), static_cast<off_t>(bytes),
                  POSIX_FADV_SEQUENTIAL);
  }
  ~FileSource() override { close(file_); }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  Task<Result<std::string>> next() override {
    if (left_ == 0) co_return std::string();
    auto work = [this] { return read(); };
    auto piece = co_await pool_.run(std::move(work));
    if (!piece) co_return piece;
    offset_ += piece->size();
    left_ -= piece->size();
    co_return piece;
  }

 private:
  Result<std::string> read() const {
    std::string piece(std::min<uint64_t>(kFilePiece, left_), '\0');
    ssize_t got = 0;
    do got = pread(file_, piece.data(), piece.size(), static_cast<off_t>(offset_));
    while (got < 0 && errno == EINTR);
    if (got < 0) return errno_failure("reading a file", errno);
    if (got == 0) return failure(ErrorCode::io, "a file became shorter while it was sent");
    piece.resize(static_cast<size_t>(got));
    return piece;
  }

  async::BlockingPool& pool_;
  int file_;
  uint64_t offset_, left_;
};

}  // namespace

std::shared_ptr<async::ByteSource> file_source(async::BlockingPool& pool, int file, uint64_t offset,
                                               uint64_t bytes) {
  return std::make_shared<FileSource>(pool, file, offset, bytes);
}

}  // namespace colibri::net
