// Files that are on their way into a Drive: they grow beside it, where nobody sees them, and come
// into their place at once and whole.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "drive/descriptor.hpp"
#include "drive/drive.hpp"
#include "drive/paths.hpp"

namespace colibri::drive {

namespace {

constexpr std::string_view kUploads = ".colibri-uploads";

std::string upload_path(std::string_view id) {
  return std::string(kUploads) + "/" + std::string(id);
}

Result<struct stat> upload_status(const Drive& drive, std::string_view id) {
  const auto opened = drive.open_upload(id);
  if (!opened) return std::unexpected(opened.error());
  const Descriptor file(*opened);
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return path_failure("reading", id, errno);
  return status;
}

}  // namespace

Result<> Drive::begin_upload(std::string_view id) const {
  if (mkdirat(root_, std::string(kUploads).c_str(), 0700) != 0 && errno != EEXIST)
    return path_failure("making the folder", kUploads, errno);
  const auto folder = open_beneath(kUploads, O_PATH | O_DIRECTORY);
  if (!folder) return std::unexpected(folder.error());
  const Descriptor uploads(*folder);
  const Descriptor file(openat(uploads.get(), std::string(id).c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.get() < 0) return path_failure("beginning an upload", id, errno);
  return {};
}

Result<int> Drive::open_upload(std::string_view id) const {
  return open_beneath(upload_path(id), O_WRONLY);
}

Result<int> Drive::read_upload(std::string_view id) const {
  return open_beneath(upload_path(id), O_RDONLY);
}

Result<int64_t> Drive::upload_bytes(std::string_view id) const {
  const auto status = upload_status(*this, id);
  if (!status) return std::unexpected(status.error());
  return status->st_size;
}

Result<int64_t> Drive::upload_written_ms(std::string_view id) const {
  const auto status = upload_status(*this, id);
  if (!status) return std::unexpected(status.error());
  return status->st_mtim.tv_sec * 1000 + status->st_mtim.tv_nsec / 1'000'000;
}

Result<> Drive::finish_upload(std::string_view id, std::string_view path, bool replaces) const {
  if (auto checked = check_found_path(path); !checked) return checked;
  const auto opened = open_upload(id);
  if (!opened) return std::unexpected(opened.error());
  const Descriptor file(*opened);
  const Split place = split(path);
  const auto opened_folder = open_beneath(place.folder, O_RDONLY | O_DIRECTORY);
  if (!opened_folder) return std::unexpected(opened_folder.error());
  const Descriptor folder(*opened_folder);
  struct stat old {};
  const bool exists = fstatat(folder.get(), place.name.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0;
  if (exists && (!replaces || !S_ISREG(old.st_mode))) return path_failure("writing", path, EEXIST);
  if (exists && fchmod(file.get(), old.st_mode & 0777) != 0)
    return path_failure("writing", path, errno);
  if (fsync(file.get()) != 0) return path_failure("writing", path, errno);
  if (renameat2(root_, upload_path(id).c_str(), folder.get(), place.name.c_str(),
                replaces ? 0 : RENAME_NOREPLACE) != 0)
    return path_failure("writing", path, errno);
  if (fsync(folder.get()) != 0) return path_failure("writing", path, errno);
  return {};
}

Result<> Drive::drop_upload(std::string_view id) const {
  const auto folder = open_beneath(kUploads, O_PATH | O_DIRECTORY);
  if (!folder) return std::unexpected(folder.error());
  const Descriptor uploads(*folder);
  if (unlinkat(uploads.get(), std::string(id).c_str(), 0) != 0 && errno != ENOENT)
    return path_failure("removing", id, errno);
  return {};
}

}  // namespace colibri::drive
