#include "backup/unpack.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>

#include "base/sha256.hpp"
#include "base/utf.hpp"

namespace colibri::backup {

namespace fs = std::filesystem;

namespace {

constexpr size_t kMaxPath = 4000;
constexpr size_t kMaxName = 255;
constexpr int64_t kMaxHead = 64 << 10;
constexpr int64_t kMaxManifest = 1 << 30;

std::unexpected<Error> bad_path(const std::string& path) {
  std::string shown = make_valid_utf8(path.substr(0, 200));
  std::ranges::replace_if(
      shown, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return failure(ErrorCode::corrupt,
                 "\"" + shown + "\" in the archive is no place in a backup of Colibri");
}

bool is_good_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.size() <= kMaxName &&
         !find_invalid_utf8(name) &&
         std::ranges::none_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> names;
  for (size_t from = 0; from <= path.size();) {
    const size_t slash = std::min(path.find('/', from), path.size());
    names.push_back(path.substr(from, slash - from));
    from = slash + 1;
  }
  return names;
}

// Whether a backup has a file, or a folder, of this path: nothing leads out, and nothing is taken
// that is not known.
bool is_good_path(const std::string& path, bool folder) {
  if (path.size() > kMaxPath) return false;
  const auto names = split(path);
  if (!std::ranges::all_of(names, is_good_name)) return false;
  if (names[0] == "drive") return names.size() >= (folder ? 3 : 4);
  if (folder) return false;
  if (names[0] == "blobs") {
    return names.size() == 3 && is_sha256(names[2]) && names[2].starts_with(names[1]) &&
           names[1].size() == 2;
  }
  return path == kDatabasePath;
}

class OutputFile {
 public:
  explicit OutputFile(const std::string& path, unsigned mode)
      : fd_(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)),
        mode_(mode),
        path_(path) {}
  ~OutputFile() {
    if (fd_ >= 0) close(fd_);
  }
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  [[nodiscard]] Result<> opened() const {
    if (fd_ < 0) return errno_failure("writing " + path_, errno);
    return {};
  }
  Result<> write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t wrote = ::write(fd_, bytes.data(), bytes.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return errno_failure("writing " + path_, errno);
      bytes.remove_prefix(static_cast<size_t>(wrote));
    }
    return {};
  }
  Result<> finish(int64_t mtime_ns) {
    const timespec time = {mtime_ns / 1'000'000'000, mtime_ns % 1'000'000'000};
    const timespec times[] = {time, time};
    if (fchmod(fd_, mode_) != 0 || futimens(fd_, times) != 0) {
      return errno_failure("writing " + path_, errno);
    }
    return {};
  }

 private:
  int fd_;
  unsigned mode_;
  std::string path_;
};

class Unpacking {
 public:
  Unpacking(int archive, const std::string& folder, const Progress& progress)
      : tar_(archive), folder_(folder), progress_(progress) {}

  Result<Manifest> run() {
    TarReader::Entry entry;
    auto first = tar_.next(entry);
    if (!first) return std::unexpected(first.error());
    if (!*first || entry.path != kHeadPath || entry.folder) {
      return failure(ErrorCode::corrupt, "this is no backup of Colibri");
    }
    const auto text = take_text(entry, kMaxHead);
    if (!text) return std::unexpected(text.error());
    auto head = parse_head(*text);
    if (!head) return std::unexpected(head.error());
    for (;;) {
      const auto more = tar_.next(entry);
      if (!more) return std::unexpected(more.error());
      if (!*more)
        return failure(ErrorCode::corrupt, "the archive is not whole: its end is missing");
      if (entry.path == kManifestPath && !entry.folder) break;
      if (auto taken = take(entry); !taken) return std::unexpected(taken.error());
    }
    return finish(*head, entry);
  }

 private:
  Result<std::string> take_text(const TarReader::Entry& entry, int64_t most) {
    if (entry.size > most) {
      return failure(ErrorCode::corrupt, "\"" + entry.path + "\" in the archive is too large");
    }
    std::string text;
    auto read = tar_.read([&](std::string_view bytes) -> Result<> {
      text += bytes;
      return {};
    });
    if (!read) return std::unexpected(read.error());
    files_.emplace(entry.path, *std::move(read));
    return text;
  }

  Result<> take(const TarReader::Entry& entry) {
    if (!is_good_path(entry.path, entry.folder)) return bad_path(entry.path);
    const std::string path = folder_ + "/" + entry.path;
    std::error_code error;
    fs::create_directories(entry.folder ? fs::path(path) : fs::path(path).parent_path(), error);
    if (error)
      return failure(ErrorCode::io, "making a folder for " + path + ": " + error.message());
    if (entry.folder) return {};
    if (auto room = check_room(entry.size); !room) return room;
    if (files_.contains(entry.path)) {
      return failure(ErrorCode::corrupt, "the archive has \"" + entry.path + "\" twice");
    }
    OutputFile file(path, (entry.mode & 0777) | 0600);
    if (auto opened = file.opened(); !opened) return opened;
    auto read = tar_.read([&](std::string_view bytes) -> Result<> {
      if (progress_.stopped()) return failure(ErrorCode::unavailable, "stopped");
      return file.write(bytes);
    });
    if (!read) return std::unexpected(read.error());
    if (read->bytes != entry.size) {
      return failure(ErrorCode::corrupt, "\"" + entry.path + "\" in the archive is not whole");
    }
    bytes_ += read->bytes;
    files_.emplace(entry.path, *std::move(read));
    progress_.files(static_cast<int64_t>(files_.size()), bytes_);
    return file.finish(entry.mtime_ns);
  }

  // A file that says of itself that it is endless is told before it has filled the disk.
  Result<> check_room(int64_t size) {
    struct statvfs status {};
    if (statvfs(folder_.c_str(), &status) != 0) return errno_failure("reading " + folder_, errno);
    if (static_cast<uint64_t>(size) / status.f_frsize < status.f_bavail) return {};
    return failure(ErrorCode::io, "there is too little room on the disk for this backup");
  }

  Result<Manifest> finish(const Head& head, const TarReader::Entry& entry) {
    const auto text = take_text(entry, kMaxManifest);
    if (!text) return std::unexpected(text.error());
    files_.erase(kManifestPath);
    TarReader::Entry behind;
    const auto more = tar_.next(behind);
    if (!more) return std::unexpected(more.error());
    auto manifest = parse_manifest(*text);
    if (!manifest) return std::unexpected(manifest.error());
    if (*more || manifest->head != head) {
      return failure(ErrorCode::corrupt, "the archive does not fit together");
    }
    for (const auto& [path, file] : manifest->files) {
      const auto found = files_.find(path);
      if (found == files_.end()) {
        return failure(ErrorCode::corrupt, "\"" + path + "\" is missing in the archive");
      }
      if (found->second.sha256 != file.sha256 || found->second.bytes != file.bytes) {
        return failure(ErrorCode::corrupt, "\"" + path + "\" in the archive is not what it was");
      }
    }
    if (files_.size() != manifest->files.size() || !files_.contains(kDatabasePath)) {
      return failure(ErrorCode::corrupt, "the archive does not fit together");
    }
    return manifest;
  }

  TarReader tar_;
  const std::string& folder_;
  const Progress& progress_;
  std::map<std::string, Summed> files_;
  int64_t bytes_ = 0;
};

}  // namespace

Result<Manifest> unpack(int archive, const std::string& folder, const Progress& progress) {
  return Unpacking(archive, folder, progress).run();
}

}  // namespace colibri::backup
