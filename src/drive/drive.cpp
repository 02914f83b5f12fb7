#include "drive/drive.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <memory>
#include <utility>

#include "base/random.hpp"
#include "base/utf.hpp"
#include "drive/descriptor.hpp"
#include "drive/paths.hpp"

namespace colibri::drive {

namespace {

constexpr int kMaxDepth = 16;
constexpr int kMaxDepthOfAll = 200;
constexpr size_t kMaxListed = 100'000;
constexpr std::string_view kExtension = ".ipynb";

Result<> write_all(int fd, std::string_view bytes, std::string_view path) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), std::min<size_t>(bytes.size(), 1 << 30));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return path_failure("writing", path, errno);
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return {};
}

}  // namespace

Result<Drive> Drive::open(const std::string& root) {
  for (size_t at = 1; at != std::string::npos;) {
    at = root.find('/', at);
    const std::string part = root.substr(0, at);
    if (mkdir(part.c_str(), 0700) != 0 && errno != EEXIST)
      return errno_failure("making the folder " + part, errno);
    if (at != std::string::npos) ++at;
  }
  const int fd = ::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno_failure("opening the folder " + root, errno);
  Drive drive(fd);
  for (const std::string_view folder : {kHome, kNotebookFolder, kTrash}) {
    if (mkdirat(fd, std::string(folder).c_str(), 0700) != 0 && errno != EEXIST)
      return path_failure("making the folder", folder, errno);
  }
  return drive;
}

Result<Drive> Drive::of_folder(const std::string& path) {
  const int fd = ::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno_failure("opening the folder " + path, errno);
  return Drive(fd);
}

Drive::~Drive() {
  if (root_ >= 0) close(root_);
}

Drive::Drive(Drive&& other) noexcept : root_(std::exchange(other.root_, -1)) {}

Drive& Drive::operator=(Drive&& other) noexcept {
  std::swap(root_, other.root_);
  return *this;
}

Result<int> Drive::open_beneath(std::string_view path, int flags) const {
  open_how how{};
  how.flags = static_cast<uint64_t>(flags) | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
  const std::string name(path);
  for (int attempt = 0;; ++attempt) {
    const long fd = syscall(SYS_openat2, root_, name.c_str(), &how, sizeof how);
    if (fd >= 0) return static_cast<int>(fd);
    // EAGAIN: something was renamed meanwhile, so the kernel could not be sure.
    if ((errno != EAGAIN && errno != EINTR) || attempt == 100)
      return path_failure("opening", path, errno);
  }
}

namespace {

struct DirClose {
  void operator()(DIR* directory) const { closedir(directory); }
};

// What to do with each regular file: its folder, its name there, its path and its status.
using VisitFile = std::function<Result<>(int folder, const std::string& name,
                                         const std::string& path, const struct stat& status)>;

struct Walk {
  int max_depth;
  std::function<bool(const std::string& name)> takes;  // Files and folders of this name.
  VisitFile visit;
  std::function<void(const std::string& path)> enter = {};  // Each folder; may be none.
  bool complete = false;  // What cannot be read ends it, and is not left out.
};

Result<> walk_folder(int folder, const std::string& path, int depth, const Walk& walk) {
  const std::unique_ptr<DIR, DirClose> directory(fdopendir(folder));
  if (!directory) {
    const int error = errno;
    close(folder);
    return path_failure("listing", path, error);
  }
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(directory.get());
    if (!entry) return errno == 0 ? Result<>{} : path_failure("listing", path, errno);
    const std::string name = entry->d_name;
    if (!walk.takes(name)) continue;
    struct stat status {};
    if (fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    const std::string child = path + "/" + name;
    if (S_ISDIR(status.st_mode) && depth < walk.max_depth) {
      const int fd = openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      // One that can't be read (or is gone by now) is left out; the others are listed.
      if (fd < 0) continue;
      if (walk.enter) walk.enter(child);
      auto walked = walk_folder(fd, child, depth + 1, walk);
      if (!walked && (walk.complete || walked.error().code == ErrorCode::too_large)) return walked;
    } else if (S_ISREG(status.st_mode)) {
      if (auto visited = walk.visit(folder, name, child, status); !visited) return visited;
    }
  }
}

// Hidden ones too, but not what a crash of ours left behind.
bool is_somebodys(const std::string& name) {
  if (!name.starts_with('.')) return check_name(name).has_value();
  return !name.starts_with(kTemporary) && check_name(std::string_view(name).substr(1)).has_value();
}

int64_t born_ns(int folder, const std::string& name) {
  struct statx status {};
  if (statx(folder, name.c_str(), AT_SYMLINK_NOFOLLOW, STATX_BTIME, &status) != 0) return 0;
  return born_of(status);
}

}  // namespace

Result<std::vector<Entry>> Drive::list_notebooks() const {
  const auto home = open_beneath(kHome, O_RDONLY | O_DIRECTORY);
  if (!home) return std::unexpected(home.error());
  std::vector<Entry> out;
  const auto visit = [&](int folder, const std::string& name, const std::string& path,
                         const struct stat& status) -> Result<> {
    if (!name.ends_with(kExtension) || name.size() == kExtension.size() || !check_path(path))
      return {};
    if (out.size() == kMaxListed)
      return failure(ErrorCode::too_large, "There are more than 100,000 notebooks.");
    out.push_back({path, stamp_of(status), born_ns(folder, name)});
    return {};
  };
  const auto takes = [](const std::string& name) { return check_name(name).has_value(); };
  if (auto listed = walk_folder(*home, std::string(kHome), 0, {kMaxDepth, takes, visit}); !listed)
    return std::unexpected(listed.error());
  std::ranges::sort(out, {}, &Entry::path);
  return out;
}

Result<> Drive::for_each_file(const TakeFile& take, const EnterFolder& enter) const {
  Result<> taken;
  const auto visit = [&](int folder, const std::string& name, const std::string& path,
                         const struct stat&) -> Result<> {
    const Descriptor file(
        openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    struct stat status {};
    if (file.get() < 0 || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
    if (taken) taken = take(path, file.get(), stamp_of(status));
    return {};
  };
  const auto note = [&](const std::string& path) {
    if (taken && enter) taken = enter(path);
  };
  for (const std::string_view top : {kHome, kTrash}) {
    const auto folder = open_beneath(top, O_RDONLY | O_DIRECTORY);
    if (!folder) return std::unexpected(folder.error());
    const Walk walk{kMaxDepthOfAll, is_somebodys, visit, note, true};
    if (auto walked = walk_folder(*folder, std::string(top), 0, walk); !walked) return walked;
  }
  return taken;
}

namespace {

Result<Content> read_file(int file, std::string_view path) {
  struct stat status {};
  if (fstat(file, &status) != 0) return path_failure("reading", path, errno);
  if (!S_ISREG(status.st_mode))
    return failure(ErrorCode::invalid, "\"" + std::string(path) + "\" is not a regular file.");

  Content content{.stamp = stamp_of(status)};
  content.bytes.reserve(static_cast<size_t>(
      std::min<int64_t>(status.st_size, static_cast<int64_t>(kMaxFileBytes) + 1)));
  std::string buffer(256 << 10, '\0');
  for (;;) {
    const ssize_t got = ::read(file, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return path_failure("reading", path, errno);
    if (got == 0) return content;
    if (content.bytes.size() + static_cast<size_t>(got) > kMaxFileBytes)
      return failure(ErrorCode::too_large, "\"" + std::string(path) + "\" is larger than 256 MB.");
    content.bytes.append(buffer, 0, static_cast<size_t>(got));
  }
}

}  // namespace

Result<Content> Drive::read(std::string_view path) const {
  if (auto checked = check_path(path); !checked) return std::unexpected(checked.error());
  // Not blocking: a FIFO would wait for a writer.
  const auto opened = open_beneath(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!opened) return std::unexpected(opened.error());
  const Descriptor file(*opened);
  return read_file(file.get(), path);
}

Result<int> Drive::open_file(std::string_view path) const {
  if (auto checked = check_found_path(path); !checked) return std::unexpected(checked.error());
  auto file = open_beneath(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  struct stat status {};
  if (!file || (fstat(*file, &status) == 0 && S_ISREG(status.st_mode))) return file;
  close(*file);
  return failure(ErrorCode::invalid, "\"" + std::string(path) + "\" is not a regular file.");
}

Result<int> Drive::create_file(std::string_view path) const {
  if (auto checked = check_found_path(path); !checked) return std::unexpected(checked.error());
  const Split place = split(path);
  const auto opened = open_beneath(place.folder, O_RDONLY | O_DIRECTORY);
  if (!opened) return std::unexpected(opened.error());
  const Descriptor folder(*opened);
  const int file = openat(folder.get(), place.name.c_str(),
                          O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return path_failure("making the file", path, errno);
  return file;
}

Result<std::optional<Stamp>> Drive::stat(std::string_view path) const {
  if (auto checked = check_path(path); !checked) return std::unexpected(checked.error());
  const auto opened = open_beneath(path, O_PATH);
  if (!opened) {
    if (opened.error().code == ErrorCode::not_found) return std::nullopt;
    return std::unexpected(opened.error());
  }
  const Descriptor file(*opened);
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return path_failure("reading", path, errno);
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  return stamp_of(status);
}

Result<Stamp> Drive::put(std::string_view path, std::string_view bytes, Place where,
                         const std::string& temporary) const {
  if (auto checked = check_path(path); !checked) return std::unexpected(checked.error());
  const Split place = split(path);
  const auto opened = open_beneath(place.folder, O_RDONLY | O_DIRECTORY);
  if (!opened) return std::unexpected(opened.error());
  const Descriptor folder(*opened);

  struct stat old {};
  const bool exists = fstatat(folder.get(), place.name.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0;
  if (exists && where == Place::must_be_free) return path_failure("making", path, EEXIST);
  if (exists && !S_ISREG(old.st_mode))
    return failure(ErrorCode::invalid, "\"" + std::string(path) + "\" is not a regular file.");

  const Descriptor file(openat(folder.get(), temporary.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                               exists ? old.st_mode & 0777 : 0600));
  if (file.get() < 0) return path_failure("writing", path, errno);

  Stamp stamp;
  const auto written = [&]() -> Result<> {
    if (auto done = write_all(file.get(), bytes, path); !done) return done;
    struct stat status {};
    if (exists && fchmod(file.get(), old.st_mode & 0777) != 0)
      return path_failure("writing", path, errno);
    if (fsync(file.get()) != 0 || fstat(file.get(), &status) != 0)
      return path_failure("writing", path, errno);
    stamp = stamp_of(status);
    if (exists && where == Place::swap &&
        renameat2(folder.get(), temporary.c_str(), folder.get(), place.name.c_str(),
                  RENAME_EXCHANGE) == 0)
      return {};
    if (renameat2(folder.get(), temporary.c_str(), folder.get(), place.name.c_str(),
                  where == Place::must_be_free ? RENAME_NOREPLACE : 0) != 0)
      return path_failure("writing", path, errno);
    return {};
  }();
  if (!written) {
    unlinkat(folder.get(), temporary.c_str(), 0);
    return std::unexpected(written.error());
  }
  if (fsync(folder.get()) != 0) return path_failure("writing", path, errno);
  return stamp;
}

Result<Stamp> Drive::write(std::string_view path, std::string_view bytes) const {
  return put(path, bytes, Place::any, random_id(kTemporary));
}

Result<Drive::Replaced> Drive::replace(std::string_view path, std::string_view bytes,
                                       const Stamp& known) const {
  const std::string temporary = random_id(kTemporary);
  const auto stamp = put(path, bytes, Place::swap, temporary);
  if (!stamp) return std::unexpected(stamp.error());
  Replaced replaced{*stamp, std::nullopt};
  const Split place = split(path);
  const auto opened = open_beneath(place.folder, O_RDONLY | O_DIRECTORY);
  if (!opened) return replaced;
  const Descriptor folder(*opened);
  const Descriptor old(
      openat(folder.get(), temporary.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (old.get() < 0) return replaced;  // There was none, or it could not be swapped.
  struct stat status {};
  if (fstat(old.get(), &status) == 0 && stamp_of(status) != known) {
    auto content = read_file(old.get(), path);
    if (!content) return std::unexpected(content.error());
    replaced.foreign = std::move(*content);
  }
  unlinkat(folder.get(), temporary.c_str(), 0);
  return replaced;
}

Result<Stamp> Drive::create(std::string_view path, std::string_view bytes) const {
  return put(path, bytes, Place::must_be_free, random_id(kTemporary));
}

namespace {

// Tries the names that `name_of(0)`, `name_of(1)` … give until one is free.
template <class F>
Result<std::string> create_numbered(const Drive& drive, std::string_view bytes, F path_of) {
  constexpr int kMaxAttempts = 10'000;
  for (int i = 0; i < kMaxAttempts; ++i) {
    std::string path = path_of(i);
    const auto made = drive.create(path, bytes);
    if (made) return path;
    if (made.error().code != ErrorCode::conflict) return std::unexpected(made.error());
  }
  return failure(ErrorCode::conflict, "There are too many files of this name.");
}

}  // namespace

Result<std::string> Drive::create_beside(std::string_view folder, std::string_view stem,
                                         std::string_view bytes) const {
  return create_numbered(*this, bytes, [&](int i) {
    std::string path = std::string(folder) + "/" + std::string(stem);
    if (i > 0) path += " (" + std::to_string(i) + ")";
    return path + std::string(kExtension);
  });
}

Result<std::string> Drive::create_untitled(std::string_view folder, std::string_view bytes) const {
  return create_numbered(*this, bytes, [&](int i) {
    return std::string(folder) + "/Untitled" + std::to_string(i) + std::string(kExtension);
  });
}

Result<int> Drive::watch_folder(std::string_view folder, int inotify, uint32_t events) const {
  const auto opened = open_beneath(folder, O_PATH | O_DIRECTORY);
  if (!opened) return std::unexpected(opened.error());
  const Descriptor directory(*opened);
  const std::string path = "/proc/self/fd/" + std::to_string(directory.get());
  const int watch = inotify_add_watch(inotify, path.c_str(), events);
  if (watch < 0) return path_failure("watching", folder, errno);
  return watch;
}

Result<> Drive::erase(std::string_view path) const {
  if (auto checked = check_path(path); !checked) return checked;
  const Split place = split(path);
  const auto opened = open_beneath(place.folder, O_RDONLY | O_DIRECTORY);
  if (!opened) return std::unexpected(opened.error());
  const Descriptor folder(*opened);
  if (unlinkat(folder.get(), place.name.c_str(), 0) != 0 || fsync(folder.get()) != 0)
    return path_failure("removing", path, errno);
  return {};
}

}  // namespace colibri::drive
