#include "notebooks/uploads.hpp"

#include <fcntl.h>
#include <soci/soci.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "async/both.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "notebooks/folders.hpp"
#include "notebooks/notebooks_part.hpp"
#include "notebooks/projection.hpp"

namespace colibri::notebooks {
namespace {

constexpr int64_t kUsedIsTrueMs = 10'000;
constexpr int64_t kFlushEvery = 8 << 20;  // Bytes.
constexpr int64_t kForgottenMs = 7LL * 24 * 60 * 60 * 1000;
constexpr auto kSweepEvery = std::chrono::hours(1);

// Another one after each start of the host: then what had not reached the disk is lost, although
// the file is as long as it was.
const std::string& boot_id() {
  static const std::string id = [] {
    std::string text;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> text;
    return text;
  }();
  return id;
}

struct UploadRow {
  Upload upload;
  std::string boot;
};

std::vector<UploadRow> upload_rows(soci::session& sql, const std::string& user) {
  std::vector<UploadRow> out;
  UploadRow row;
  long long bytes = 0, replaces = 0;
  soci::statement rows = (sql.prepare << "SELECT id, path, bytes, replaces, boot FROM drive_uploads"
                                         " WHERE user_id = :user ORDER BY created_ms, id",
                          soci::use(user), soci::into(row.upload.id), soci::into(row.upload.path),
                          soci::into(bytes), soci::into(replaces), soci::into(row.boot));
  rows.execute();
  while (rows.fetch()) {
    row.upload.bytes = bytes;
    row.upload.replaces = replaces != 0;
    out.push_back(row);
  }
  return out;
}

std::unexpected<Error> no_upload() {
  return failure(ErrorCode::not_found, "There is no such upload; begin it again.");
}

std::unexpected<Error> no_room() {
  return failure(ErrorCode::too_large,
                 "Your Drive is full. Remove files, and empty the Trash, to make room.");
}

// How much of it is surely on the disk, or will be.
int64_t received(const drive::Drive& drive, const UploadRow& row) {
  if (row.boot != boot_id()) return 0;
  return drive.upload_bytes(row.upload.id).value_or(0);
}

Result<> write_at(int file, std::string_view bytes, int64_t at) {
  while (!bytes.empty()) {
    const ssize_t wrote = pwrite(file, bytes.data(), bytes.size(), at);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return errno_failure("writing an upload", errno);
    // The disk begins now, so that the end need not wait for all of it.
    const int64_t whole = (at + wrote) / kFlushEvery, before = at / kFlushEvery;
    if (whole > before)
      sync_file_range(file, before * kFlushEvery, (whole - before) * kFlushEvery,
                      SYNC_FILE_RANGE_WRITE);
    at += wrote;
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return {};
}

class OpenFile {
 public:
  explicit OpenFile(int file) : file_(file) {}
  ~OpenFile() { ::close(file_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  [[nodiscard]] int get() const { return file_; }

 private:
  int file_;
};

// Only a body that came whole becomes the file.
class Whole final : public async::ByteSource {
 public:
  explicit Whole(std::shared_ptr<async::ByteSource> source) : source_(std::move(source)) {}
  Task<Result<std::string>> next() override {
    auto piece = co_await source_->next();
    failed_ = failed_ || !piece;
    co_return piece;
  }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  std::shared_ptr<async::ByteSource> source_;
  bool failed_ = false;
};

// Every folder's name that is new, and the file's.
Result<> check_new_path(const std::string& path) {
  if (path == drive::kHome) return failure(ErrorCode::invalid, "This is no place in your Drive.");
  if (auto good = Folders::check_home(path); !good) return good;
  return drive::check_name(path.substr(path.rfind('/') + 1));
}

}  // namespace

Task<Result<std::shared_ptr<const drive::Drive>>> Uploads::drive_of(UserId user) {
  const auto part = part_;
  co_return co_await part->drive_of(user);
}

Task<Result<Upload>> Uploads::begin(UserId user, std::string path, int64_t bytes, bool replaces) {
  const auto part = part_;
  if (auto good = check_new_path(path); !good) co_return std::unexpected(good.error());
  if (bytes < 0) co_return failure(ErrorCode::invalid, "A file has no fewer than 0 bytes.");
  const auto room = co_await check_room(user, bytes);
  if (!room) co_return std::unexpected(room.error());
  const auto drive = co_await drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  Upload upload{.id = random_id("up_"), .path = path, .bytes = bytes, .replaces = replaces};
  auto prepare = [d = *drive, path, replaces, id = upload.id]() -> Result<> {
    if (auto made = d->make_folders(folder_of(path)); !made) return made;
    const auto there = d->look(path);
    if (!there) return std::unexpected(there.error());
    if (*there && (!replaces || (*there)->is_folder))
      return failure(ErrorCode::conflict, "There is a file \"" + path + "\" already.");
    return d->begin_upload(id);
  };
  const auto prepared = co_await part->world.pool.run(std::move(prepare));
  if (!prepared) co_return std::unexpected(prepared.error());
  co_return co_await begin_row(user, std::move(upload));
}

Task<Result<Upload>> Uploads::begin_elsewhere(UserId user, std::string path, int64_t bytes,
                                              bool replaces) {
  const auto part = part_;
  if (bytes < 0) co_return failure(ErrorCode::invalid, "A file has no fewer than 0 bytes.");
  const auto room = co_await check_room(user, bytes);
  if (!room) co_return std::unexpected(room.error());
  const auto drive = co_await drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  Upload upload{.id = random_id("up_"), .path = path, .bytes = bytes, .replaces = replaces};
  auto prepare = [d = *drive, id = upload.id] { return d->begin_upload(id); };
  const auto prepared = co_await part->world.pool.run(std::move(prepare));
  if (!prepared) co_return std::unexpected(prepared.error());
  co_return co_await begin_row(user, std::move(upload));
}

Task<Result<int>> Uploads::open(UserId user, Upload upload) {
  const auto part = part_;
  if (upload.received != upload.bytes)
    co_return failure(ErrorCode::conflict, "Bytes of this file are missing.");
  const auto drive = co_await drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto work = [d = *drive, id = upload.id] { return d->read_upload(id); };
  co_return co_await part->world.pool.run(std::move(work));
}

Task<Result<Upload>> Uploads::begin_row(UserId user, Upload upload) {
  const auto part = part_;
  auto work = [user, upload, now = async::now_ms()](soci::session& sql) -> Result<> {
    if (upload_rows(sql, user.value).size() >= kMostUploads)
      return failure(ErrorCode::too_many, "Too many uploads are under way.");
    const long long size = upload.bytes, replaces = upload.replaces ? 1 : 0, time = now;
    sql << "INSERT INTO drive_uploads (id, user_id, path, bytes, replaces, boot, created_ms)"
           " VALUES (:id, :user, :path, :bytes, :replaces, :boot, :now)",
        soci::use(upload.id), soci::use(user.value), soci::use(upload.path), soci::use(size),
        soci::use(replaces), soci::use(boot_id()), soci::use(time);
    return {};
  };
  const auto saved = co_await part->world.store.write(std::move(work));
  if (saved) co_return upload;
  const auto drive = co_await drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto undo = [d = *drive, id = upload.id] { return d->drop_upload(id); };
  (void)co_await part->world.pool.run(std::move(undo));
  co_return std::unexpected(saved.error());
}

Task<Result<std::vector<Upload>>> Uploads::list(UserId user) {
  const auto part = part_;
  const auto drive = co_await drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  using Rows = std::vector<UploadRow>;
  auto look = [user](soci::session& sql) -> Result<Rows> { return upload_rows(sql, user.value); };
  auto rows = co_await part->world.store.read<Rows>(std::move(look));
  if (!rows) co_return std::unexpected(rows.error());
  auto measure = [d = *drive, &rows] {
    std::vector<Upload> out;
    for (UploadRow& row : *rows) {
      row.upload.received = received(*d, row);
      out.push_back(row.upload);
    }
    return out;
  };
  co_return co_await part->world.pool.run(std::move(measure));
}

Task<Result<Upload>> Uploads::find(UserId user, std::string id) {
  const auto all = co_await list(user);
  if (!all) co_return std::unexpected(all.error());
  const auto found = std::ranges::find(*all, id, &Upload::id);
  if (found == all->end()) co_return no_upload();
  co_return *found;
}

// Returns up to where the file is written.
Task<Result<int64_t>> Uploads::write(UserId user, Piece piece) {
  const auto part = part_;
  const auto drive = co_await drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto& slot = active_[piece.id];
  if (!slot) slot = std::make_shared<Active>();
  const auto active = slot;
  const uint64_t writer = ++active->writer;
  auto open = [d = *drive, id = piece.id] { return d->open_upload(id); };
  const auto opened = co_await part->world.pool.run(std::move(open));
  if (!opened) co_return no_upload();
  const OpenFile file(*opened);
  int64_t at = piece.from;
  auto bytes = co_await piece.source->next();
  while (bytes && !bytes->empty()) {  // What has come is kept, whatever becomes of the rest.
    if (at + static_cast<int64_t>(bytes->size()) > piece.limit)
      co_return failure(ErrorCode::too_large, "More bytes came than there is room for.");
    // The next comes while this one is written.
    auto putting = put_piece(*active, writer, file.get(), *bytes, at);
    auto taking = piece.source->next();
    auto [put, next] = co_await async::both(std::move(putting), std::move(taking));
    if (!put) co_return std::unexpected(put.error());
    at += static_cast<int64_t>(bytes->size());
    bytes = std::move(next);
  }
  co_return at;
}

Task<Result<>> Uploads::put_piece(Active& active, uint64_t writer, int file,
                                  const std::string& bytes, int64_t at) {
  const auto alone = co_await active.lock.take();
  if (active.writer != writer)
    co_return failure(ErrorCode::conflict, "This upload goes on by another connection.");
  auto put = [file, &bytes, at] { return write_at(file, bytes, at); };
  co_return co_await part_->world.pool.run(std::move(put));
}

Task<Result<Upload>> Uploads::append(UserId user, std::string id, int64_t from,
                                     std::shared_ptr<async::ByteSource> source) {
  auto upload = co_await find(user, id);
  if (!upload) co_return upload;
  if (from != upload->received)
    co_return failure(ErrorCode::conflict, "Another byte of this file is wanted next.");
  // Others may have filled the Drive since it began.
  const auto room = co_await check_room(user, 0);
  if (!room) co_return std::unexpected(room.error());
  if (from == 0 && upload->bytes > 0) {
    const auto part = part_;
    auto begin = [user, id](soci::session& sql) -> Result<> {
      sql << "UPDATE drive_uploads SET boot = :boot WHERE id = :id AND user_id = :user",
          soci::use(boot_id()), soci::use(id), soci::use(user.value);
      return {};
    };
    const auto begun = co_await part->world.store.write(std::move(begin));
    if (!begun) co_return std::unexpected(begun.error());
  }
  Piece piece{id, from, std::move(source), upload->bytes};
  const auto at = co_await write(user, std::move(piece));
  if (!at) co_return std::unexpected(at.error());
  upload->received = *at;
  co_return upload;
}

Task<Result<std::string>> Uploads::finish(UserId user, std::string id) {
  const auto part = part_;
  const auto upload = co_await find(user, id);
  if (!upload) co_return std::unexpected(upload.error());
  if (upload->received != upload->bytes)
    co_return failure(ErrorCode::conflict, "Bytes of this file are missing.");
  if (auto good = check_new_path(upload->path); !good) co_return std::unexpected(good.error());
  const auto drive = co_await drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto work = [d = *drive, upload = *upload]() -> Result<> {
    if (auto made = d->make_folders(folder_of(upload.path)); !made) return made;
    return d->finish_upload(upload.id, upload.path, upload.replaces);
  };
  const auto finished = co_await part->world.pool.run(std::move(work));
  if (!finished) co_return std::unexpected(finished.error());
  changed(user);
  const auto dropped = co_await drop(user, id);
  if (!dropped) co_return std::unexpected(dropped.error());
  co_return upload->path;
}

Task<Result<>> Uploads::drop(UserId user, std::string id) {
  const auto part = part_;
  const auto drive = co_await drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto work = [user, id](soci::session& sql) -> Result<> {
    std::string found;
    sql << "DELETE FROM drive_uploads WHERE id = :id AND user_id = :user RETURNING id",
        soci::use(id), soci::use(user.value), soci::into(found);
    if (!sql.got_data()) return no_upload();
    return {};
  };
  const auto removed = co_await part->world.store.write(std::move(work));
  if (!removed) co_return removed;
  if (const auto found = active_.find(id); found != active_.end()) {
    ++found->second->writer;  // Nobody goes on with it.
    active_.erase(found);
  }
  auto erase = [d = *drive, id] { return d->drop_upload(id); };
  co_return co_await part->world.pool.run(std::move(erase));
}

Task<void> Uploads::sweep(const Notebooks& notebooks) {
  return sweep_hourly(notebooks.part_);
}

Task<void> Uploads::sweep_hourly(std::shared_ptr<Notebooks::Part> part) {
  while (!part->stopping) {
    co_await drop_old(part);
    co_await part->stop.wait_for(kSweepEvery);
  }
}

Task<void> Uploads::drop_old(std::shared_ptr<Notebooks::Part> part) {
  struct Old {
    std::string user, id;
  };
  const int64_t before = async::now_ms() - kForgottenMs;
  auto look = [before](soci::session& sql) -> Result<std::vector<Old>> {
    std::vector<Old> out;
    Old old;
    const long long time = before;
    soci::statement rows =
        (sql.prepare << "SELECT user_id, id FROM drive_uploads WHERE created_ms < :before",
         soci::use(time), soci::into(old.user), soci::into(old.id));
    rows.execute();
    while (rows.fetch()) out.push_back(old);
    return out;
  };
  const auto all = co_await part->world.store.read<std::vector<Old>>(std::move(look));
  if (!all) co_return log::error("old uploads cannot be found: {}", all.error().detail);
  for (const Old& old : *all) {
    const UserId user{old.user};
    const auto drive = co_await part->drive_of(user);
    if (!drive) continue;
    auto drop = [d = *drive, id = old.id, before] {
      const auto written = d->upload_written_ms(id);
      if (!written) return written.error().code == ErrorCode::not_found;
      return *written < before && d->drop_upload(id).has_value();
    };
    if (const bool dropped = co_await part->world.pool.run(std::move(drop)); !dropped) continue;
    auto erase = [id = old.id](soci::session& sql) -> Result<> {
      sql << "DELETE FROM drive_uploads WHERE id = :id", soci::use(id);
      return {};
    };
    const auto erased = co_await part->world.store.write(std::move(erase));
    if (!erased) log::error("an old upload cannot be forgotten: {}", erased.error().detail);
  }
}

Task<Result<>> Uploads::put(UserId user, std::string path,
                            std::shared_ptr<async::ByteSource> source) {
  const auto part = part_;
  const auto drive = co_await drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  const auto now = co_await space(user);
  if (!now) co_return std::unexpected(now.error());
  const std::string id = random_id("up_");
  auto begin = [d = *drive, id] { return d->begin_upload(id); };
  auto done = co_await part->world.pool.run(std::move(begin));
  if (!done) co_return done;
  const int64_t limit = now->quota == 0 ? INT64_MAX : std::max<int64_t>(0, now->quota - now->used);
  const auto whole = std::make_shared<Whole>(std::move(source));
  Piece piece{id, 0, whole, limit};
  const auto at = co_await write(user, std::move(piece));
  active_.erase(id);
  if (!at) {
    done = at.error().code == ErrorCode::too_large ? Result<>(no_room())
                                                   : Result<>(std::unexpected(at.error()));
  } else if (whole->failed()) {
    done = failure(ErrorCode::invalid, "The file did not come whole.");
  } else {
    auto finish = [d = *drive, id, path] { return d->finish_upload(id, path, true); };
    done = co_await part->world.pool.run(std::move(finish));
  }
  changed(user);
  if (done) co_return done;
  auto undo = [d = *drive, id] { return d->drop_upload(id); };
  (void)co_await part->world.pool.run(std::move(undo));
  co_return done;
}

Task<Result<int64_t>> Uploads::used(UserId user) {
  const auto part = part_;
  const int64_t now = async::lasting_ms();
  if (const auto found = used_.find(user);
      found != used_.end() && found->second.time_ms + kUsedIsTrueMs > now)
    co_return found->second.bytes;
  const auto drive = co_await drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto work = [d = *drive]() -> Result<int64_t> {
    int64_t bytes = 0;
    const auto add = [&](const std::string&, const drive::Item& item) -> Result<> {
      if (!item.is_folder) bytes += item.stamp.size;
      return {};
    };
    for (const std::string_view top : {drive::kHome, drive::kTrash})
      if (auto walked = d->walk(top, add); !walked) return std::unexpected(walked.error());
    return bytes;
  };
  const auto bytes = co_await part->world.pool.run(std::move(work));
  if (!bytes) co_return bytes;
  used_[user] = {*bytes, now};
  co_return bytes;
}

void Uploads::changed(const UserId& user) {
  used_.erase(user);
}

Task<Result<Space>> Uploads::space(UserId user) {
  const auto bytes = co_await used(user);
  if (!bytes) co_return std::unexpected(bytes.error());
  co_return Space{*bytes, part_->world.settings.drive_quota};
}

Task<Result<>> Uploads::check_room(UserId user, int64_t bytes) {
  const int64_t quota = part_->world.settings.drive_quota;
  if (quota == 0) co_return Result<>();
  const auto there = co_await used(user);
  if (!there) co_return std::unexpected(there.error());
  const auto under_way = co_await list(user);
  if (!under_way) co_return std::unexpected(under_way.error());
  int64_t promised = 0;
  for (const Upload& upload : *under_way) promised += upload.bytes;
  // One that is begun has its room; of what is new, all must fit.
  const bool fits = bytes == 0 ? *there <= quota : bytes <= quota - *there - promised;
  if (!fits) co_return no_room();
  co_return Result<>();
}

}  // namespace colibri::notebooks
