#include "supervisor/file_changes.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <memory>

#include "base/utf.hpp"

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

namespace colibri::supervisor {
namespace {

constexpr int kMostNumbers = 1000;
constexpr size_t kDeepest = 500;  // One in the other: each is a descriptor.

// 0, or the errno.
int rename_new(const Descriptor& from, const std::string& name, const Descriptor& to,
               const std::string& new_name) {
  if (::renameat2(from.get(), name.c_str(), to.get(), new_name.c_str(), RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // A file system that can't (FUSE): look first.
  struct stat there {};
  if (::fstatat(to.get(), new_name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
  return ::renameat(from.get(), name.c_str(), to.get(), new_name.c_str()) == 0 ? 0 : errno;
}

bool is_kept(const std::string& path) {
  return path == "/" || path == "/content";
}

Result<> remove_all(int folder, const char* name, const std::string& path, size_t depth,
                    const std::function<void()>& going) {
  going();
  struct stat status {};
  if (::fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return {};
    return file_failure(errno, path);
  }
  if (!S_ISDIR(status.st_mode)) {
    if (::unlinkat(folder, name, 0) != 0 && errno != ENOENT) return file_failure(errno, path);
    return {};
  }
  if (depth >= kDeepest)
    return failure(ErrorCode::invalid,
                   "The folders lie too deep in each other to be removed here.");
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  const auto own = static_cast<int>(::syscall(SYS_openat2, folder, name, &how, sizeof how));
  if (own < 0) return file_failure(errno == EXDEV ? EBUSY : errno, path);
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(own), ::closedir);
  if (!listing) return file_failure(errno, path);
  while (const dirent* found = ::readdir(listing.get())) {
    const std::string inner = found->d_name;
    if (inner == "." || inner == "..") continue;
    auto removed = remove_all(own, inner.c_str(), path + "/" + inner, depth + 1, going);
    if (!removed) return removed;
  }
  if (::unlinkat(folder, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
    return file_failure(errno, path);
  return {};
}

}  // namespace

Collision collision_of(const std::string& word) {
  if (word == "replace") return Collision::replace;
  return word == "keep_both" ? Collision::keep_both : Collision::ask;
}

std::string numbered_name(const std::string& name, int number) {
  const std::string mark = " (" + std::to_string(number) + ")";
  size_t dot = name.find('.', 1);
  // "a.tar.gz" and "a.csv" have an ending, "Report 1.2 of May" has none worth the name.
  if (dot != std::string::npos && name.find(' ', dot) != std::string::npos) dot = name.rfind('.');
  if (dot == std::string::npos || dot == 0) dot = name.size();
  std::string stem = name.substr(0, dot);
  const std::string ending = name.substr(dot);
  while (stem.size() + mark.size() + ending.size() > NAME_MAX && !stem.empty()) {
    stem.pop_back();
    while (find_invalid_utf8(stem) && !stem.empty()) stem.pop_back();
  }
  return stem + mark + ending;
}

Result<std::string> put_in_place(const Descriptor& from, const std::string& name,
                                 const FileRoot::Place& place, Collision collision) {
  if (collision == Collision::replace) {
    if (::renameat(from.get(), name.c_str(), place.folder.get(), place.name.c_str()) != 0)
      return file_failure(errno == ENOTDIR ? EEXIST : errno, place.path);
    return place.name;
  }
  std::string called = place.name;
  for (int number = 1;; ++number) {
    const int error = rename_new(from, name, place.folder, called);
    if (error == 0) return called;
    if (error != EEXIST || collision == Collision::ask || number > kMostNumbers)
      return file_failure(error, place.path);
    called = numbered_name(place.name, number);
  }
}

Result<> make_folder(const FileRoot& root, const std::string& path) {
  const auto place = root.place_of(path, false);
  if (!place) return std::unexpected(place.error());
  if (::mkdirat(place->folder.get(), place->name.c_str(), 0755) != 0)
    return file_failure(errno, path);
  return {};
}

Result<std::string> rename_file(const FileRoot& root, const std::string& path,
                                const std::string& to, Collision collision) {
  if (is_kept(path)) return file_failure(EBUSY, path);
  const auto from = root.place_of(path, false);
  if (!from) return std::unexpected(from.error());
  const auto place = root.place_of(to, false);
  if (!place) return std::unexpected(place.error());
  struct stat status {};
  if (::fstatat(from->folder.get(), from->name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return file_failure(errno, path);
  // One name for the same thing is no collision, and renaming to itself is done.
  if (path == to) return to;
  const auto called = put_in_place(from->folder, from->name, *place, collision);
  if (!called) return called;
  return to.substr(0, to.rfind('/') + 1) + *called;
}

Result<> remove_file(const FileRoot& root, const std::string& path, bool whole,
                     const std::function<void()>& going) {
  if (is_kept(path)) return file_failure(EBUSY, path);
  const auto place = root.place_of(path, false);
  if (!place) return std::unexpected(place.error());
  const char* name = place->name.c_str();
  struct stat status {};
  if (::fstatat(place->folder.get(), name, &status, AT_SYMLINK_NOFOLLOW) != 0)
    return file_failure(errno, path);
  if (whole) return remove_all(place->folder.get(), name, path, 0, going);
  const int flags = S_ISDIR(status.st_mode) ? AT_REMOVEDIR : 0;
  if (::unlinkat(place->folder.get(), name, flags) != 0) {
    if (errno == ENOTEMPTY) return failure(ErrorCode::conflict, "The folder is not empty.");
    return file_failure(errno, path);
  }
  return {};
}

}  // namespace colibri::supervisor
