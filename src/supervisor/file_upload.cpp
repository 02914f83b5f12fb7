#include "supervisor/file_upload.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <memory>
#include <vector>

namespace colibri::supervisor {
namespace {

constexpr std::string_view kPrefix = ".upload-";
constexpr size_t kShortestName = 8, kLongestName = 64;
constexpr int64_t kForgottenSeconds = 24 * 3600;
constexpr size_t kHashPiece = 1u << 20;
constexpr uint64_t kFlushEvery = 8u << 20;

bool is_name(std::string_view name) {
  return name.size() >= kShortestName && name.size() <= kLongestName &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

// Of uploads that nobody went on with.
void remove_forgotten(int folder) {
  const int own = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(own < 0 ? nullptr : ::fdopendir(own),
                                                    ::closedir);
  while (const dirent* found = listing ? ::readdir(listing.get()) : nullptr) {
    struct stat status {};
    if (is_upload_name(found->d_name) &&
        ::fstatat(folder, found->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(status.st_mode) && status.st_mtim.tv_sec < ::time(nullptr) - kForgottenSeconds)
      (void)::unlinkat(folder, found->d_name, 0);
  }
}

}  // namespace

bool is_upload_name(std::string_view name) {
  return name.starts_with(kPrefix) && is_name(name.substr(kPrefix.size()));
}

Result<Upload> Upload::of(const FileRoot& root, const std::string& path, const std::string& name,
                          bool may_begin) {
  if (!is_name(name)) return failure(ErrorCode::invalid, "The upload's name is none.");
  auto place = root.place_of(path, false);
  if (!place) return std::unexpected(place.error());
  const std::string temporary = std::string(kPrefix) + name;
  constexpr int kFlags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  const int folder = place->folder.get();
  Descriptor file(::openat(folder, temporary.c_str(), kFlags));
  if (!file && errno == ENOENT && may_begin) {
    remove_forgotten(folder);
    file.reset(::openat(folder, temporary.c_str(), kFlags | O_CREAT | O_EXCL, 0600));
  }
  if (!file && errno == ENOENT)
    return failure(ErrorCode::not_found, "There is no such upload; it begins anew.");
  if (!file) return file_failure(errno, path);
  struct stat status {};
  // One that somebody put there is not written through.
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink != 1)
    return file_failure(EINVAL, path);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
    return failure(ErrorCode::conflict, "Another connection is at this upload.");
  Upload upload(*std::move(place), temporary, std::move(file));
  upload.offset_ = static_cast<uint64_t>(status.st_size);
  return upload;
}

Result<Upload> Upload::find(const FileRoot& root, const std::string& path,
                            const std::string& name) {
  return of(root, path, name, false);
}

Result<Upload> Upload::open(const FileRoot& root, const std::string& path, const std::string& name,
                            uint64_t offset, uint64_t size) {
  auto upload = of(root, path, name, offset == 0);
  if (!upload) return upload;
  if (upload->offset_ != offset)
    return failure(ErrorCode::conflict, "The upload has come to another place.");
  upload->size_ = size;
  if (offset == 0)
    if (auto room = upload->take_room(size); !room) {
      upload->discard();
      return std::unexpected(room.error());
    }
  return upload;
}

// Told now rather than after gigabytes. The size stays: it says how much has come.
Result<> Upload::take_room(uint64_t size) {
  if (size == 0) return {};
  if (size > INT64_MAX) return file_failure(EFBIG, place_.path);
  // Asked first: what cannot be had would fill the disk for a moment.
  struct statvfs disk {};
  if (::fstatvfs(file_.get(), &disk) == 0 && size / disk.f_frsize >= disk.f_bavail)
    return file_failure(ENOSPC, place_.path);
  if (::fallocate(file_.get(), FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(size)) == 0) return {};
  if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) return file_failure(errno, place_.path);
  return {};  // A file system that can't.
}

Result<> Upload::write(std::string_view bytes) {
  if (bytes.size() > size_ - std::min(offset_, size_))
    return failure(ErrorCode::too_large, "More bytes came than the file was said to have.");
  if (hash_) hash_->add(bytes);
  while (!bytes.empty()) {
    const ssize_t wrote =
        ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset_));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return file_failure(errno, place_.path);
    bytes.remove_prefix(static_cast<size_t>(wrote));
    const uint64_t before = offset_ / kFlushEvery;
    offset_ += static_cast<uint64_t>(wrote);
    // The disk begins now, so that the end need not wait for all of it.
    if (const uint64_t whole = offset_ / kFlushEvery; whole > before)
      (void)::sync_file_range(file_.get(), static_cast<off_t>(before * kFlushEvery),
                              static_cast<off_t>((whole - before) * kFlushEvery),
                              SYNC_FILE_RANGE_WRITE);
  }
  return {};
}

Result<> Upload::check(const std::string& sha256, uint64_t range_start) {
  if (!hash_ || hash_->finish() == sha256) return {};
  take_back(range_start);
  return failure(ErrorCode::conflict, "The bytes did not arrive as they were sent.");
}

void Upload::take_back(uint64_t offset) {
  if (::ftruncate(file_.get(), static_cast<off_t>(offset)) == 0) offset_ = offset;
}

Result<> Upload::check_whole(const End& end, const std::function<void()>& going) {
  if (offset_ != end.size)
    return failure(ErrorCode::conflict, "The upload has come to another place.");
  if (end.sha256.empty()) return {};
  Sha256 hash;
  std::vector<char> piece(kHashPiece);
  for (uint64_t at = 0; at < end.size;) {
    going();
    const ssize_t got = ::pread(file_.get(), piece.data(), piece.size(), static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return file_failure(got < 0 ? errno : EIO, place_.path);
    hash.add({piece.data(), static_cast<size_t>(got)});
    at += static_cast<uint64_t>(got);
  }
  if (hash.finish() == end.sha256) return {};
  discard();
  return failure(ErrorCode::conflict, "The file did not arrive as it was sent.");
}

Result<std::string> Upload::finish(const End& end, const std::function<void()>& going) {
  if (auto whole = check_whole(end, going); !whole) return std::unexpected(whole.error());
  if (::fchmod(file_.get(), end.mode.value_or(0644)) != 0) return file_failure(errno, place_.path);
  if (end.modified_ms > 0) {
    const timespec time = {.tv_sec = end.modified_ms / 1000,
                           .tv_nsec = end.modified_ms % 1000 * 1'000'000};
    const timespec both[2] = {time, time};
    (void)::futimens(file_.get(), both);
  }
  if (::fsync(file_.get()) != 0) return file_failure(errno, place_.path);
  const auto called = put_in_place(place_.folder, temporary_, place_, end.collision);
  if (!called) return called;
  const Descriptor folder(::openat(place_.folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) (void)::fsync(folder.get());
  return place_.path.substr(0, place_.path.rfind('/') + 1) + *called;
}

void Upload::discard() {
  (void)::unlinkat(place_.folder.get(), temporary_.c_str(), 0);
}

}  // namespace colibri::supervisor
