#include "supervisor/file_root.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <memory>

#include "base/utf.hpp"

namespace colibri::supervisor {
namespace {

constexpr size_t kLongestShown = 200;
constexpr int kMostLinks = 40;
constexpr std::string_view kContentFolder = "/content";

int64_t ms_of(const timespec& time) {
  return static_cast<int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

std::string hex_of(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

bool has_control(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  return false;
}

const char* type_of(mode_t mode) {
  if (S_ISREG(mode)) return "file";
  return S_ISDIR(mode) ? "folder" : "other";
}

}  // namespace

std::string shown_path(const std::string& path) {
  std::string out = make_valid_utf8(path);
  if (out.size() > kLongestShown) out = make_valid_utf8(out.substr(0, kLongestShown)) + "…";
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return out;
}

std::unexpected<Error> file_failure(int error, const std::string& path) {
  const std::string shown = "\"" + shown_path(path) + "\"";
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return failure(ErrorCode::not_found, "There is no " + shown + " in the runtime.");
    case EACCES:
    case EPERM:
    case EROFS:
      return failure(ErrorCode::denied, "The runtime does not allow that for " + shown + ".");
    case ENOSPC:
    case EDQUOT:
      return failure(ErrorCode::too_large, "The runtime's disk is full.");
    case EFBIG:
      return failure(ErrorCode::too_large, "The file is larger than the runtime's disk can hold.");
    case ENAMETOOLONG:
      return failure(ErrorCode::invalid, "The name is too long.");
    case EEXIST:
    case ENOTEMPTY:
    case EISDIR:
      return failure(ErrorCode::conflict, "There is something at " + shown + " already.");
    case EXDEV:
      return failure(ErrorCode::unsupported,
                     "A file cannot be moved from one disk to another here; copy it in a cell.");
    case ELOOP:
      return failure(ErrorCode::invalid,
                     "The path " + shown + " leads through a link that goes nowhere.");
    case EBUSY:
    case ETXTBSY:
      return failure(ErrorCode::conflict, shown + " is in use in the runtime.");
    case EINVAL:
      return failure(ErrorCode::invalid, "That cannot be done with " + shown + ".");
    default:
      return errno_failure(shown, error);
  }
}

std::string version_of(const struct stat& status) {
  const auto part = [](auto n) { return std::to_string(static_cast<uint64_t>(n)); };
  return part(status.st_mtim.tv_sec) + "." + part(status.st_mtim.tv_nsec) + "-" +
         part(status.st_size) + "-" + part(status.st_ino);
}

Result<> check_path(const std::string& path, bool is_new) {
  if (!path.starts_with('/') || path.size() >= PATH_MAX || path.find('\0') != std::string::npos)
    return failure(ErrorCode::invalid,
                   "The path must begin with / and be no longer than 4096 bytes.");
  if (path == "/") {
    if (is_new) return failure(ErrorCode::invalid, "That is no name for a file.");
    return {};
  }
  for (size_t start = 1; start <= path.size();) {
    const size_t end = std::min(path.find('/', start), path.size());
    const std::string_view part = std::string_view(path).substr(start, end - start);
    if (part.empty() || part == "." || part == "..")
      return failure(ErrorCode::invalid,
                     "The path must not have empty parts, \".\" or \"..\" in it.");
    if (part.size() > NAME_MAX) return failure(ErrorCode::invalid, "The name is too long.");
    if (is_new && end == path.size() && (find_invalid_utf8(part) || has_control(part)))
      return failure(ErrorCode::invalid, "That is no name for a file.");
    start = end + 1;
  }
  return {};
}

int FileRoot::open_raw(const std::string& path, int flags, mode_t mode) const {
  open_how how{};
  // A FIFO must block nobody; with O_PATH, which opens none, the kernel refuses to be asked so.
  const bool bare = (flags & O_PATH) != 0;
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC | (bare ? 0 : O_NONBLOCK | O_NOCTTY));
  how.mode = mode;
  how.resolve = RESOLVE_NO_MAGICLINKS;
  int from = root_.get();
  std::string where = path;
  const bool content = content_ && path.starts_with(kContentFolder) &&
                       (path.size() == kContentFolder.size() || path[kContentFolder.size()] == '/');
  if (content) {
    from = content_.get();
    where = "." + path.substr(kContentFolder.size());
  } else if (!content_) {
    how.resolve |= RESOLVE_IN_ROOT;
  }
  for (int tries = 0; tries < 5; ++tries) {
    const auto fd = static_cast<int>(::syscall(SYS_openat2, from, where.c_str(), &how, sizeof how));
    // EAGAIN: something was renamed while the kernel looked.
    if (fd >= 0 || (errno != EAGAIN && errno != EINTR)) return fd;
  }
  return -1;
}

Result<Descriptor> FileRoot::open(const std::string& path, int flags, mode_t mode) const {
  Descriptor opened(open_raw(path, flags, mode));
  if (!opened) return file_failure(errno, path);
  return opened;
}

Result<Descriptor> FileRoot::open_file(const std::string& path, struct stat& status) const {
  // Looked at before it is opened: opening a device may do something to it.
  const auto found = open(path, O_PATH);
  if (!found) return std::unexpected(found.error());
  const auto is_file = [&](const Descriptor& file) {
    return ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode);
  };
  const auto no_file = [&path] {
    return failure(ErrorCode::invalid, "\"" + shown_path(path) + "\" is no file.");
  };
  if (!is_file(*found)) return no_file();
  auto opened = open(path, O_RDONLY);
  if (opened && !is_file(*opened)) return no_file();
  return opened;
}

Result<FileRoot::Place> FileRoot::place_of(const std::string& path, bool follow) const {
  std::string at = path;
  for (int links = 0; links <= kMostLinks; ++links) {
    const size_t slash = at.rfind('/');
    const std::string folder = slash == 0 ? "/" : at.substr(0, slash);
    auto opened = open(folder, O_PATH | O_DIRECTORY);
    if (!opened) return std::unexpected(opened.error());
    Place place{*std::move(opened), at.substr(slash + 1), at};
    std::string target(PATH_MAX, '\0');
    const ssize_t size =
        follow ? ::readlinkat(place.folder.get(), place.name.c_str(), target.data(), target.size())
               : -1;
    if (size < 0) return place;
    target.resize(static_cast<size_t>(size));
    at = target.starts_with('/') ? target : (folder == "/" ? "" : folder) + "/" + target;
    while (at.size() > 1 && at.ends_with('/')) at.pop_back();
  }
  return file_failure(ELOOP, path);
}

json::Object FileRoot::entry_of(const std::string& path, const std::string& name,
                                const struct stat& status) const {
  struct stat real = status;
  const bool link = S_ISLNK(status.st_mode);
  bool broken = false;
  if (link) {
    const Descriptor target(open_raw(path, O_PATH, 0));
    broken = !target || ::fstat(target.get(), &real) != 0;
  }
  json::Object entry{{"name", make_valid_utf8(name)},
                     {"type", broken ? "broken" : type_of(real.st_mode)},
                     {"size", static_cast<int64_t>(real.st_size)},
                     {"modified_ms", ms_of(real.st_mtim)},
                     {"version", version_of(real)}};
  if (link) entry.set("link", true);
  // What no query and no JSON can carry as it is.
  if (find_invalid_utf8(name) || has_control(name)) entry.set("hex", hex_of(name));
  return entry;
}

Result<json::Object> FileRoot::entry_at(const std::string& path) const {
  const auto found = open(path, O_PATH);
  struct stat status {};
  if (!found) return std::unexpected(found.error());
  if (::fstat(found->get(), &status) != 0) return file_failure(errno, path);
  return entry_of(path, path.substr(path.rfind('/') + 1), status);
}

Result<json::Object> FileRoot::list(const std::string& path) const {
  auto opened = open(path, O_RDONLY | O_DIRECTORY);
  if (!opened) return std::unexpected(opened.error());
  const int folder = opened->get();
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(folder), ::closedir);
  if (!listing) return file_failure(errno, path);
  (void)opened->release();
  const std::string prefix = path == "/" ? path : path + "/";
  json::Array entries;
  bool more = false;
  while (const dirent* found = ::readdir(listing.get())) {
    const std::string name = found->d_name;
    struct stat status {};
    if (name == "." || name == ".." ||
        ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      continue;
    more = entries.size() >= kMostEntries;
    if (more) break;
    entries.emplace_back(entry_of(prefix + name, name, status));
  }
  return json::Object{{"entries", std::move(entries)}, {"more", more}};
}

}  // namespace colibri::supervisor
