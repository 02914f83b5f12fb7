#include "backup/restore.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "backup/unpack.hpp"
#include "store/copy.hpp"

namespace colibri::backup {

namespace fs = std::filesystem;

namespace {

constexpr std::initializer_list<const char*> kFolders = {"drive", "blobs"};
constexpr std::string_view kAside = "before-restore-";

Result<> sync_folder(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno_failure("opening " + path, errno);
  const int synced = syncfs(fd);
  const int error = errno;
  close(fd);
  if (synced != 0) return errno_failure("writing " + path, error);
  return {};
}

Result<> move_path(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) != 0) return errno_failure("moving " + from, errno);
  return {};
}

bool is_there(const std::string& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

// What lies at the places that a restore fills.
std::vector<std::string> places(const Target& target) {
  std::vector<std::string> out;
  for (const char* name : kFolders) out.push_back(target.data + "/" + name);
  if (!target.database.file.empty()) {
    for (const char* suffix : {"", "-wal", "-shm"}) out.push_back(target.database.file + suffix);
  }
  return out;
}

class Restore {
 public:
  Restore(const Target& target, int64_t now_ms, const Progress& progress)
      : target_(target), progress_(progress) {
    const auto seconds = static_cast<std::time_t>(now_ms / 1000);
    aside_ = fmt::format("{}{:%Y%m%dT%H%M%S}", kAside, fmt::gmtime(seconds));
  }

  Result<Outcome> run(int archive) {
    if (auto free = check_place(); !free) return std::unexpected(free.error());
    auto import = store::Import::begin(target_.database);
    if (!import) return std::unexpected(import.error());
    auto manifest = unpack(archive, target_.scratch, progress_);
    if (!manifest) return std::unexpected(manifest.error());
    const std::string database = target_.scratch + "/" + kDatabasePath;
    const auto rows = (*import)->read(database, progress_.database);
    if (!rows) return std::unexpected(rows.error());
    if (auto same = check_counts(*manifest, *rows); !same) return std::unexpected(same.error());
    if (auto synced = sync_folder(target_.scratch); !synced) return std::unexpected(synced.error());
    if (auto put = put_in_place(**import); !put) return std::unexpected(put.error());
    Outcome outcome{manifest->head, manifest->accounts, manifest->notebooks};
    for (const auto& [path, file] : manifest->files) {
      outcome.bytes += file.bytes;
      if (path != kHeadPath && path != kDatabasePath) ++outcome.files;
    }
    if (is_there(target_.data + "/" + aside_)) {
      outcome.notes.push_back("what was there before is in " + target_.data + "/" + aside_);
    }
    return outcome;
  }

 private:
  [[nodiscard]] Result<> check_place() const {
    if (target_.replace || is_there(unfinished_mark(target_.data))) return {};
    const auto there = places(target_);
    if (!has_content(target_.data) && std::ranges::none_of(there, is_there)) return {};
    return failure(ErrorCode::conflict,
                   target_.data +
                       " is not empty; choose a new folder, or say --replace to put what "
                       "is there aside");
  }

  static Result<> check_counts(const Manifest& manifest,
                               const std::vector<store::TableRows>& rows) {
    const auto users = std::ranges::find(rows, "users", &store::TableRows::table);
    if (users != rows.end() && users->rows == manifest.accounts) return {};
    return failure(ErrorCode::corrupt, "the archive does not fit together");
  }

  // From here on a crash leaves a folder that is known to be unfinished.
  Result<> put_in_place(store::Import& import) {
    if (auto marked = mark(); !marked) return marked;
    if (auto moved = clear_places(); !moved) return moved;
    for (const char* name : kFolders) {
      const std::string from = target_.scratch + "/" + name;
      if (!is_there(from)) continue;
      if (auto moved = move_path(from, target_.data + "/" + name); !moved) return moved;
    }
    if (auto synced = sync_folder(target_.data); !synced) return synced;
    if (auto finished = import.finish(); !finished) return finished;
    if (unlink(unfinished_mark(target_.data).c_str()) != 0) {
      return errno_failure("finishing the restore", errno);
    }
    return sync_folder(target_.data);
  }

  // The mark says where the old things go. One of an earlier attempt says where they went.
  Result<> mark() {
    const std::string path = unfinished_mark(target_.data);
    if (is_there(path)) {
      std::ifstream in(path);
      std::string earlier;
      if (std::getline(in, earlier) && earlier.starts_with(kAside) &&
          earlier.find('/') == std::string::npos) {
        aside_ = earlier;
        return {};
      }
    }
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return errno_failure("writing " + path, errno);
    const std::string line = aside_ + "\n";
    const bool written = write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    const bool synced = written && fsync(fd) == 0;
    const int error = errno;
    close(fd);
    if (!synced) return errno_failure("writing " + path, error);
    return sync_folder(target_.data);
  }

  // What an earlier attempt has put there is ours to remove: the old things are aside by then.
  Result<> clear_places() {
    for (const std::string& place : places(target_)) {
      if (!is_there(place)) continue;
      const std::string aside = aside_of(place);
      std::error_code error;
      if (is_there(aside)) {
        fs::remove_all(place, error);
        if (error) return failure(ErrorCode::io, "removing " + place + ": " + error.message());
        continue;
      }
      fs::create_directories(fs::path(aside).parent_path(), error);
      if (error) return failure(ErrorCode::io, "making " + aside + ": " + error.message());
      if (auto moved = move_path(place, aside); !moved) return moved;
    }
    return {};
  }

  [[nodiscard]] std::string aside_of(const std::string& place) const {
    const fs::path path = place;
    if (path.parent_path() == fs::path(target_.data)) {
      return target_.data + "/" + aside_ + "/" + path.filename().string();
    }
    return place + "." + aside_;
  }

  const Target& target_;
  const Progress& progress_;
  std::string aside_;
};

}  // namespace

std::string unfinished_mark(const std::string& data) {
  return data + "/restore-unfinished";
}

bool has_content(const std::string& data) {
  constexpr std::string_view kHarmless[] = {"images", "lock", "lost+found", "runtimes", "tmp"};
  std::error_code error;
  for (fs::directory_iterator at(data, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (std::ranges::find(kHarmless, name) == std::end(kHarmless) && !name.starts_with(kAside)) {
      return true;
    }
  }
  return error && error != std::errc::no_such_file_or_directory;
}

Result<Outcome> restore(int archive, const Target& target, int64_t now_ms,
                        const Progress& progress) {
  return Restore(target, now_ms, progress).run(archive);
}

}  // namespace colibri::backup
