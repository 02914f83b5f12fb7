#include "drive/zip.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace colibri::drive {

namespace {

constexpr size_t kPiece = 256u << 10;

struct EntryFree {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

}  // namespace

struct ZipWriter::Target {
  Sink sink;
  Result<> outcome;

  static la_ssize_t take(struct archive*, void* self, const void* bytes, size_t size) {
    auto& target = *static_cast<Target*>(self);
    target.outcome = target.sink({static_cast<const char*>(bytes), size});
    return target.outcome ? static_cast<la_ssize_t>(size) : -1;
  }
};

struct ZipWriter::Member {
  std::string path;
  int64_t size = 0;
  int64_t time_ms = 0;
  unsigned type = AE_IFREG;
  unsigned mode = 0644;
  std::string target = {};  // Of a link.
};

ZipWriter::ZipWriter(Sink sink, Effort effort)
    : target_(std::make_unique<Target>(std::move(sink), Result<>())),
      archive_(archive_write_new()) {
  archive_write_set_format_zip(archive_);
  archive_write_set_options(archive_, "zip:hdrcharset=UTF-8");
  if (effort == Effort::little) archive_write_set_options(archive_, "zip:compression-level=1");
  archive_write_open(archive_, target_.get(), nullptr, &Target::take, nullptr);
}

ZipWriter::~ZipWriter() {
  archive_write_free(archive_);
}

std::unexpected<Error> ZipWriter::failed() const {
  if (!target_->outcome) return std::unexpected(target_->outcome.error());
  const char* why = archive_error_string(archive_);
  return failure(ErrorCode::io,
                 "writing an archive: " + std::string(why == nullptr ? "it failed" : why));
}

Result<> ZipWriter::begin(const Member& member) {
  const std::unique_ptr<archive_entry, EntryFree> entry(archive_entry_new());
  archive_entry_set_pathname_utf8(entry.get(), member.path.c_str());
  archive_entry_set_filetype(entry.get(), member.type);
  archive_entry_set_perm(entry.get(), static_cast<__LA_MODE_T>(member.mode));
  archive_entry_set_size(entry.get(), member.size);
  archive_entry_set_mtime(entry.get(), member.time_ms / 1000, 0);
  if (!member.target.empty()) archive_entry_set_symlink_utf8(entry.get(), member.target.c_str());
  // A warning is about a name that old programs cannot show.
  if (archive_write_header(archive_, entry.get()) < ARCHIVE_WARN) return failed();
  return {};
}

Result<> ZipWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const la_ssize_t wrote = archive_write_data(archive_, bytes.data(), bytes.size());
    if (wrote <= 0) return failed();
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return {};
}

Result<> ZipWriter::add(std::string_view path, std::string_view bytes, int64_t time_ms) {
  auto begun = begin(
      {.path = std::string(path), .size = static_cast<int64_t>(bytes.size()), .time_ms = time_ms});
  return begun ? write(bytes) : begun;
}

Result<> ZipWriter::add_folder(std::string_view path, int64_t time_ms) {
  return begin(
      {.path = std::string(path) + "/", .time_ms = time_ms, .type = AE_IFDIR, .mode = 0755});
}

Result<> ZipWriter::add_link(std::string_view path, std::string_view target, int64_t time_ms) {
  return begin({.path = std::string(path),
                .time_ms = time_ms,
                .type = AE_IFLNK,
                .mode = 0777,
                .target = std::string(target)});
}

Result<> ZipWriter::add_file(std::string_view path, int file, int64_t size, int64_t time_ms,
                             bool executable) {
  auto begun = begin({.path = std::string(path),
                      .size = size,
                      .time_ms = time_ms,
                      .mode = executable ? 0755u : 0644u});
  if (!begun) return begun;
  std::string piece(kPiece, '\0');
  for (int64_t left = size; left > 0;) {
    const size_t wanted = std::min<size_t>(piece.size(), static_cast<size_t>(left));
    const ssize_t got = ::read(file, piece.data(), wanted);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_failure("reading \"" + std::string(path) + "\"", errno);
    if (got == 0) std::fill_n(piece.begin(), wanted, '\0');
    const size_t take = got == 0 ? wanted : static_cast<size_t>(got);
    if (auto wrote = write({piece.data(), take}); !wrote) return wrote;
    left -= static_cast<int64_t>(take);
  }
  return {};
}

Result<> ZipWriter::finish() {
  if (archive_write_close(archive_) != ARCHIVE_OK) return failed();
  return {};
}

}  // namespace colibri::drive
