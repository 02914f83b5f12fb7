#include "backup/backup.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "backup/tracked.hpp"
#include "base/sha256.hpp"
#include "drive/drive.hpp"
#include "drive/file_lock.hpp"
#include "store/copy.hpp"
#include "store/migrate.hpp"

namespace colibri::backup {

namespace fs = std::filesystem;

namespace {

constexpr int kTries = 5;
// Of a notebook whose file is gone and whose log is there.
constexpr std::string_view kNoCells =
    "{\"cells\":[],\"metadata\":{},\"nbformat\":4,\"nbformat_minor\":5}\n";

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

Result<std::string> sum_of(int file) {
  Sha256 sum;
  std::string piece(256u << 10, '\0');
  for (off_t at = 0;;) {
    const ssize_t got = pread(file, piece.data(), piece.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_failure("reading a notebook", errno);
    if (got == 0) return sum.finish();
    sum.add({piece.data(), static_cast<size_t>(got)});
    at += got;
  }
}

struct Opened {
  File file;
  struct stat status {};

  [[nodiscard]] drive::Stamp stamp() const {
    return {status.st_size, status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec,
            static_cast<int64_t>(status.st_ino)};
  }
};

class Backup {
 public:
  Backup(const Source& source, const TarWriter::Sink& sink, Packing packing,
         const Progress& progress)
      : source_(source), tar_(sink, packing), progress_(progress) {}

  Result<Outcome> run(int64_t now_ms) {
    // Until the end: what the copied database names is not removed (src/notebooks/blob_rows.cpp).
    const auto lock =
        drive::FileLock::take(source_.data + "/blobs/.lock", drive::FileLock::Kind::shared);
    if (!lock) return std::unexpected(lock.error());
    const std::string copy = source_.scratch + "/colibri.db";
    const auto rows = store::copy_to_file(source_.database, copy, progress_.database);
    if (!rows) return std::unexpected(rows.error());
    outcome_.head = {source_.program, store::newest_version(), now_ms};
    manifest_.head = outcome_.head;
    for (const store::TableRows& table : *rows) {
      if (table.table == "users") manifest_.accounts = table.rows;
      const bool is_locked =
          table.table == "secrets" || table.table == "github_accounts" || table.table == "clouds";
      if (is_locked && table.rows > 0 && outcome_.notes.empty())
        outcome_.notes.push_back(
            "people's secrets are in it, locked; their key is not: keep a copy of " + source_.data +
            "/secrets.key apart");
    }
    auto done = add(kHeadPath, to_text(outcome_.head));
    if (done) done = add_drives(copy);
    if (done) done = add_blobs();
    if (done) done = settle(copy, overruled_, now_ms);
    if (done) done = add_database(copy);
    if (!done) return std::unexpected(done.error());
    outcome_.accounts = manifest_.accounts;
    outcome_.notebooks = manifest_.notebooks;
    auto listed = tar_.add(kManifestPath, to_text(manifest_), {.mtime_ns = now_ms * 1'000'000});
    if (!listed) return std::unexpected(listed.error());
    if (auto finished = tar_.finish(); !finished) return std::unexpected(finished.error());
    return outcome_;
  }

 private:
  using DrivePointer = std::shared_ptr<const drive::Drive>;

  Result<> add(const std::string& path, std::string_view bytes) {
    return note(path, tar_.add(path, bytes, {.mtime_ns = outcome_.head.created_ms * 1'000'000}));
  }

  Result<> note(const std::string& path, Result<Summed> added) {
    if (!added) return std::unexpected(added.error());
    if (added->padded) {
      outcome_.notes.push_back("\"" + path + "\" became shorter while it was read");
    }
    outcome_.bytes += added->bytes;
    manifest_.files.emplace(path, *std::move(added));
    if (path != kHeadPath && path != kDatabasePath) ++outcome_.files;
    progress_.files(outcome_.files, outcome_.bytes);
    return {};
  }

  Result<> add_opened(const std::string& path, const Opened& opened) {
    return note(path, tar_.add_file(path, opened.file.get(), opened.status.st_size,
                                    {opened.status.st_mode, opened.stamp().mtime_ns}));
  }

  Result<DrivePointer> drive_of(const std::string& user) {
    if (const auto found = drives_.find(user); found != drives_.end()) return found->second;
    const std::string root = source_.data + "/drive/" + user;
    DrivePointer opened;
    std::error_code error;
    if (fs::is_directory(root, error)) {  // Else nobody has been there, and nothing is to be made.
      auto drive = drive::Drive::open(root);
      if (!drive) return std::unexpected(drive.error());
      opened = std::make_shared<const drive::Drive>(*std::move(drive));
    }
    drives_[user] = opened;
    return opened;
  }

  static Result<std::optional<Opened>> open_in(const DrivePointer& drive, const std::string& path) {
    if (!drive) return std::optional<Opened>();
    const auto file = drive->open_file(path);
    if (!file &&
        (file.error().code == ErrorCode::not_found || file.error().code == ErrorCode::invalid)) {
      return std::optional<Opened>();
    }
    if (!file) return std::unexpected(file.error());
    Opened opened{File(*file)};
    if (fstat(*file, &opened.status) != 0) return errno_failure("reading \"" + path + "\"", errno);
    return std::optional(std::move(opened));
  }

  Result<> add_drives(const std::string& copy) {
    auto then = Database::open(store::sqlite_file(copy));
    if (!then) return std::unexpected(then.error());
    auto live = Database::open(source_.database);
    if (!live) return std::unexpected(live.error());
    const auto users = then->users();
    if (!users) return std::unexpected(users.error());
    const auto notebooks = then->notebooks();
    if (!notebooks) return std::unexpected(notebooks.error());
    manifest_.notebooks = static_cast<int64_t>(notebooks->size());
    for (const Tracked& notebook : *notebooks) {
      if (auto added = add_notebook(notebook, *live); !added) return added;
    }
    for (const std::string& user : *users) {
      if (auto added = add_rest(user); !added) return added;
    }
    return {};
  }

  // A notebook's file, under the path at which the database in the backup looks for it.
  Result<> add_notebook(const Tracked& then, Database& live) {
    const std::string place = "drive/" + then.owner + "/" + then.path;
    for (int left = kTries;; --left) {
      auto now = live.find(then.id);
      if (!now) return std::unexpected(now.error());
      const Tracked& where = *now ? **now : then;
      auto drive = drive_of(where.owner);
      if (!drive) return std::unexpected(drive.error());
      auto opened = open_in(*drive, where.path);
      if (!opened) return std::unexpected(opened.error());
      if (!*opened) {
        if (left > 0) continue;  // Moved between the two looks, perhaps.
        return add_without_file(then, place);
      }
      taken_.insert(place);
      taken_.insert("drive/" + where.owner + "/" + where.path);
      if (!then.has_log || (*opened)->stamp() == then.stamp) return add_opened(place, **opened);
      const auto sum = sum_of((*opened)->file.get());
      if (!sum) return std::unexpected(sum.error());
      if (*sum == then.sha256 || *sum == then.next) return add_opened(place, **opened);
      // Written after the database was copied: by the server, or by another program, whose changes
      // a server takes in when it opens the notebook.
      now = live.find(then.id);
      if (!now) return std::unexpected(now.error());
      const bool servers = *now && ((*now)->sha256 == *sum || (*now)->next == *sum);
      const auto again = open_in(*drive, where.path);
      const bool same = again && *again && (*again)->stamp() == (*opened)->stamp();
      if (!servers && !same && left > 0) continue;
      if (servers || !same) overruled_.push_back({then.id, *sum});
      return add_opened(place, **opened);
    }
  }

  // Without a file and a log there is nothing of it: somebody has moved it into the Trash.
  Result<> add_without_file(const Tracked& then, const std::string& place) {
    if (!then.has_log) return {};
    taken_.insert(place);
    overruled_.push_back({then.id, sha256_hex(kNoCells)});
    return add(place, kNoCells);
  }

  // All else in a Drive.
  Result<> add_rest(const std::string& user) {
    const auto drive = drive_of(user);
    if (!drive) return std::unexpected(drive.error());
    if (!*drive) return {};
    const std::string root = "drive/" + user + "/";
    const auto take = [&](const std::string& path, int file, const drive::Stamp&) -> Result<> {
      if (!taken_.insert(root + path).second) return {};
      Opened opened{File(dup(file))};
      if (fstat(file, &opened.status) != 0) return errno_failure("reading \"" + path + "\"", errno);
      return add_opened(root + path, opened);
    };
    const auto enter = [&](const std::string& path) { return tar_.add_folder(root + path); };
    return (*drive)->for_each_file(take, enter);
  }

  // They are never changed, and none goes meanwhile.
  Result<> add_blobs() {
    std::error_code error;
    std::vector<fs::path> found;
    for (fs::recursive_directory_iterator at(source_.data + "/blobs", error), end;
         !error && at != end; at.increment(error)) {
      if (is_sha256(at->path().filename().string()) && at->is_regular_file()) {
        found.push_back(at->path());
      }
    }
    if (error && error != std::errc::no_such_file_or_directory) {
      return failure(ErrorCode::io, "reading " + source_.data + "/blobs: " + error.message());
    }
    std::ranges::sort(found);
    for (const fs::path& path : found) {
      const std::string name = path.filename().string();
      const std::string place = "blobs/" + name.substr(0, 2) + "/" + name;
      if (auto added = add_path(place, path.string()); !added) return added;
      if (manifest_.files.at(place).sha256 != name) {
        outcome_.notes.push_back("the output " + name +
                                 " is damaged on the disk; it is in the backup as it is");
      }
    }
    return {};
  }

  Result<> add_database(const std::string& copy) { return add_path(kDatabasePath, copy); }

  Result<> add_path(const std::string& place, const std::string& path) {
    Opened opened{File(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW))};
    if (opened.file.get() < 0 || fstat(opened.file.get(), &opened.status) != 0) {
      return errno_failure("reading " + path, errno);
    }
    return add_opened(place, opened);
  }

  const Source& source_;
  TarWriter tar_;
  const Progress& progress_;
  Outcome outcome_;
  Manifest manifest_;
  std::map<std::string, DrivePointer> drives_;
  std::set<std::string> taken_;  // Places in the archive, and where their files lie now.
  std::vector<Overruled> overruled_;
};

}  // namespace

Result<Outcome> write_backup(const Source& source, const TarWriter::Sink& sink, Packing packing,
                             int64_t now_ms, const Progress& progress) {
  return Backup(source, sink, packing, progress).run(now_ms);
}

}  // namespace colibri::backup
