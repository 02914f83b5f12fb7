#include "backup/tar.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/sha256.hpp"

namespace colibri::backup {

namespace {

constexpr size_t kPiece = 256u << 10;
constexpr int64_t kSecond = 1'000'000'000;
constexpr unsigned kModes = 0777;

struct EntryFree {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

// libarchive speaks the locale's characters with itself, and stumbles over names that it has none
// for.
class Utf8Names {
 public:
  Utf8Names() : mine_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)), before_(uselocale(mine_)) {}
  ~Utf8Names() {
    uselocale(before_);
    if (mine_ != nullptr) freelocale(mine_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t mine_;
  locale_t before_;
};

std::string words_of(archive* archive) {
  const char* why = archive_error_string(archive);
  return why == nullptr ? "it failed" : why;
}

}  // namespace

struct TarWriter::Target {
  Sink sink;
  Result<> outcome;

  static la_ssize_t take(struct archive*, void* self, const void* bytes, size_t size) {
    auto& target = *static_cast<Target*>(self);
    target.outcome = target.sink({static_cast<const char*>(bytes), size});
    return target.outcome ? static_cast<la_ssize_t>(size) : -1;
  }
};

TarWriter::TarWriter(Sink sink, Packing packing)
    : target_(std::make_unique<Target>(std::move(sink), Result<>())),
      archive_(archive_write_new()) {
  archive_write_set_format_pax(archive_);
  if (packing == Packing::gzip) archive_write_add_filter_gzip(archive_);
  if (packing == Packing::zstd) archive_write_add_filter_zstd(archive_);
  archive_write_set_bytes_in_last_block(archive_, 1);  // No padding behind what is packed.
  archive_write_open(archive_, target_.get(), nullptr, &Target::take, nullptr);
}

TarWriter::~TarWriter() {
  archive_write_free(archive_);
}

std::unexpected<Error> TarWriter::failed() const {
  if (!target_->outcome) return std::unexpected(target_->outcome.error());
  return failure(ErrorCode::io, "writing an archive: " + words_of(archive_));
}

Result<> TarWriter::begin(const std::string& path, int64_t size, const Attributes& attributes,
                          bool folder) {
  const Utf8Names names;
  const std::unique_ptr<archive_entry, EntryFree> entry(archive_entry_new());
  archive_entry_set_pathname_utf8(entry.get(), path.c_str());
  archive_entry_set_filetype(entry.get(), folder ? AE_IFDIR : AE_IFREG);
  archive_entry_set_perm(entry.get(), attributes.mode & kModes);
  archive_entry_set_size(entry.get(), size);
  archive_entry_set_mtime(entry.get(), attributes.mtime_ns / kSecond,
                          attributes.mtime_ns % kSecond);
  // A warning is about a name that old programs cannot show.
  if (archive_write_header(archive_, entry.get()) < ARCHIVE_WARN) return failed();
  return {};
}

Result<> TarWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const la_ssize_t wrote = archive_write_data(archive_, bytes.data(), bytes.size());
    if (wrote <= 0) return failed();
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return {};
}

Result<Summed> TarWriter::add(const std::string& path, std::string_view bytes,
                              const Attributes& attributes) {
  const auto size = static_cast<int64_t>(bytes.size());
  if (auto begun = begin(path, size, attributes, false); !begun) {
    return std::unexpected(begun.error());
  }
  if (auto wrote = write(bytes); !wrote) return std::unexpected(wrote.error());
  return Summed{size, sha256_hex(bytes)};
}

Result<Summed> TarWriter::add_file(const std::string& path, int file, int64_t size,
                                   const Attributes& attributes) {
  if (auto begun = begin(path, size, attributes, false); !begun) {
    return std::unexpected(begun.error());
  }
  Sha256 sum;
  std::string piece(kPiece, '\0');
  bool padded = false;
  for (int64_t left = size; left > 0;) {
    const size_t wanted = std::min(piece.size(), static_cast<size_t>(left));
    const ssize_t got = ::read(file, piece.data(), wanted);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_failure("reading \"" + path + "\"", errno);
    if (got == 0) {
      padded = true;
      std::fill_n(piece.begin(), wanted, '\0');
    }
    const std::string_view bytes(piece.data(), got == 0 ? wanted : static_cast<size_t>(got));
    sum.add(bytes);
    if (auto wrote = write(bytes); !wrote) return std::unexpected(wrote.error());
    left -= static_cast<int64_t>(bytes.size());
  }
  return Summed{size, sum.finish(), padded};
}

Result<> TarWriter::add_folder(const std::string& path) {
  return begin(path + "/", 0, {.mode = 0700}, true);
}

Result<> TarWriter::finish() {
  if (archive_write_close(archive_) != ARCHIVE_OK) return failed();
  return {};
}

TarReader::TarReader(int file) : archive_(archive_read_new()) {
  // Not "all": some of its filters start programs.
  archive_read_support_filter_gzip(archive_);
  archive_read_support_filter_zstd(archive_);
  archive_read_support_format_tar(archive_);
  archive_read_open_fd(archive_, file, kPiece);
}

TarReader::~TarReader() {
  archive_read_free(archive_);
}

std::unexpected<Error> TarReader::failed() const {
  return failure(ErrorCode::corrupt, "the archive is damaged or not whole: " + words_of(archive_));
}

Result<bool> TarReader::next(Entry& entry) {
  const Utf8Names names;
  archive_entry* found = nullptr;
  const int status = archive_read_next_header(archive_, &found);
  if (status == ARCHIVE_EOF) return false;
  if (status < ARCHIVE_WARN) return failed();
  const char* path = archive_entry_pathname_utf8(found);
  if (path == nullptr) path = archive_entry_pathname(found);
  const auto type = archive_entry_filetype(found);
  const bool linked =
      archive_entry_hardlink(found) != nullptr || archive_entry_symlink(found) != nullptr;
  if (path == nullptr || linked || (type != AE_IFREG && type != AE_IFDIR) ||
      archive_entry_size(found) < 0) {
    return failure(ErrorCode::corrupt,
                   "the archive has something in it that is neither file nor folder; a backup of "
                   "Colibri has not");
  }
  entry = {.path = path,
           .folder = type == AE_IFDIR,
           .size = archive_entry_size(found),
           .mode = archive_entry_perm(found) & kModes,
           .mtime_ns = archive_entry_mtime(found) * kSecond + archive_entry_mtime_nsec(found)};
  if (entry.folder && entry.path.ends_with('/')) entry.path.pop_back();
  return true;
}

Result<Summed> TarReader::read(const TarWriter::Sink& sink) {
  Summed out;
  Sha256 sum;
  std::string piece(kPiece, '\0');
  for (;;) {
    const la_ssize_t got = archive_read_data(archive_, piece.data(), piece.size());
    if (got < 0) return failed();
    if (got == 0) break;
    const std::string_view bytes(piece.data(), static_cast<size_t>(got));
    sum.add(bytes);
    out.bytes += got;
    if (auto taken = sink(bytes); !taken) return std::unexpected(taken.error());
  }
  out.sha256 = sum.finish();
  return out;
}

}  // namespace colibri::backup
