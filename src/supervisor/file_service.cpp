#include "supervisor/file_service.hpp"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/random.hpp"
#include "base/utf.hpp"
#include "supervisor/content_archive.hpp"
#include "supervisor/file_changes.hpp"

namespace colibri::supervisor {
namespace {

constexpr unsigned kIdleSeconds = 75;
constexpr unsigned kPieceSeconds = 180;  // Of a slow disk, or a client who reads slowly.
constexpr unsigned kLongSeconds = 900;   // Gigabytes that reach the disk.
constexpr int kWatchMs = 50'000;
constexpr size_t kMostRequestBytes = 1u << 20;
constexpr size_t kMostWithoutSize = 1u << 20;  // Of a file in /proc.
constexpr size_t kHead = 4;

void put_length(char* into, size_t length) {
  for (size_t i = 0; i < kHead; ++i) into[i] = static_cast<char>(length >> (8 * i));
}

size_t length_of(const char* from) {
  size_t length = 0;
  for (size_t i = kHead; i-- > 0;) length = length << 8 | static_cast<unsigned char>(from[i]);
  return length;
}

void going() {
  ::alarm(kPieceSeconds);
}

}  // namespace

bool FileService::greet(link::LineHello hello) {
  const auto bytes = link::encode(link::to_frame(link::FromSupervisor(std::move(hello))));
  return bytes && send(*bytes);
}

void FileService::serve() {
  while (serve_one()) {
  }
}

bool FileService::send(const std::string& bytes) {
  return !stream_.write_now(asio::buffer(bytes));
}

bool FileService::answer(Answer answer) {
  link::Reply reply{.request = "", .content = {}, .error = {}};
  if (answer) {
    reply.content = *std::move(answer);
  } else {
    reply.error = answer.error();
  }
  const auto bytes = link::encode(link::to_frame(link::FromSupervisor(std::move(reply))));
  return bytes && send(*bytes);
}

bool FileService::read_all(char* into, size_t bytes) {
  while (bytes > 0) {
    const auto [error, got] = stream_.read_some_now(asio::buffer(into, bytes));
    if (error || got == 0) return false;
    into += got;
    bytes -= got;
  }
  return true;
}

std::optional<link::FileRequest> FileService::take_request() {
  std::array<char, kHead> head{};
  if (!read_all(head.data(), head.size())) return std::nullopt;
  const size_t length = length_of(head.data());
  if (length > kMostRequestBytes) return std::nullopt;
  std::string body(length, '\0');
  if (!read_all(body.data(), body.size())) return std::nullopt;
  link::FrameDecoder decoder(kMostRequestBytes);
  decoder.feed({head.data(), head.size()});
  decoder.feed(body);
  auto frame = decoder.next();
  if (!frame || !*frame) return std::nullopt;
  auto request = link::parse_file_request(std::move(**frame));
  if (!request) return std::nullopt;
  return *std::move(request);
}

bool FileService::send_piece(std::string_view bytes) {
  going();
  std::array<char, kHead> head{};
  put_length(head.data(), bytes.size());
  return !stream_.write_now(asio::buffer(head)) &&
         (bytes.empty() || !stream_.write_now(asio::buffer(bytes)));
}

bool FileService::take_piece() {
  going();
  std::array<char, kHead> head{};
  if (!read_all(head.data(), head.size())) return false;
  const size_t length = length_of(head.data());
  if (length > link::kFilePieceBytes) return false;
  piece_.resize(length);
  return read_all(piece_.data(), length);
}

bool FileService::drain() {
  do {
    if (!take_piece()) return false;
  } while (!piece_.empty());
  return true;
}

bool FileService::serve_one() {
  ::alarm(kIdleSeconds);
  const auto request = take_request();
  if (!request) return false;
  going();
  if (request->op == "read") return read_file(*request);
  if (request->op == "archive") return archive(*request);
  if (request->op == "range") return take_range(*request);
  if (request->op == "write") return write_file(*request);
  return answer(at_once(*request));
}

FileService::Answer FileService::at_once(const link::FileRequest& request) {
  if (request.op == "watch") return watch(request);
  const bool is_new = request.op == "folder";
  if (auto fits = check_path(request.path, is_new); !fits) return std::unexpected(fits.error());
  if (request.op == "list") return root_.list(request.path);
  if (request.op == "status") return root_.entry_at(request.path);
  if (request.op == "folder") return make(request);
  if (request.op == "rename") return rename(request);
  if (request.op == "remove") return remove(request);
  if (request.op == "finish") return finish(request);
  if (request.op == "offset" || request.op == "discard") {
    auto upload = Upload::find(root_, request.path, request.upload);
    if (!upload) return std::unexpected(upload.error());
    if (request.op == "discard") upload->discard();
    return json::Object{{"offset", upload->offset()}};
  }
  return failure(ErrorCode::unsupported, "The runtime is of another version of Colibri.");
}

bool FileService::read_file(const link::FileRequest& request) {
  if (auto fits = check_path(request.path, false); !fits)
    return answer(std::unexpected(fits.error()));
  struct stat status {};
  const auto file = root_.open_file(request.path, status);
  if (!file) return answer(std::unexpected(file.error()));
  (void)::posix_fadvise(file->get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  std::string piece(kHead + link::kFilePieceBytes, '\0');
  auto size = static_cast<uint64_t>(status.st_size);
  std::string unsized;
  if (size == 0 && request.whole) {
    // What the kernel makes as it is read has no size before.
    unsized.resize(kMostWithoutSize);
    const ssize_t got = ::read(file->get(), unsized.data(), unsized.size());
    unsized.resize(static_cast<size_t>(std::max<ssize_t>(got, 0)));
    size = unsized.size();
  }
  json::Object entry =
      root_.entry_of(request.path, request.path.substr(request.path.rfind('/') + 1), status);
  entry.set("size", size);
  const uint64_t from = std::min(request.offset, size);
  const uint64_t to = request.size == 0 ? size : std::min(size, from + request.size);
  entry.set("from", from);
  entry.set("bytes", to - from);
  if (!answer(std::move(entry))) return false;
  for (uint64_t at = from; at < to;) {
    const size_t wanted = std::min<uint64_t>(link::kFilePieceBytes, to - at);
    ssize_t got = static_cast<ssize_t>(wanted);
    if (unsized.empty()) {
      got = ::pread(file->get(), piece.data() + kHead, wanted, static_cast<off_t>(at));
      if (got < 0 && errno == EINTR) continue;
    } else {
      unsized.copy(piece.data() + kHead, wanted, at);
    }
    // It became shorter: what was promised can't be kept but by breaking off.
    if (got <= 0) return false;
    going();
    put_length(piece.data(), static_cast<size_t>(got));
    if (stream_.write_now(asio::buffer(piece.data(), kHead + static_cast<size_t>(got))))
      return false;
    at += static_cast<uint64_t>(got);
  }
  return send_piece({});
}

bool FileService::archive(const link::FileRequest& request) {
  if (auto fits = check_path(request.path, false); !fits)
    return answer(std::unexpected(fits.error()));
  const auto folder = root_.open(request.path, O_RDONLY | O_DIRECTORY);
  if (!folder) return answer(std::unexpected(folder.error()));
  struct statvfs disk {};
  if (::fstatvfs(folder->get(), &disk) != 0) return answer(file_failure(errno, request.path));
  if (!answer(json::Object{})) return false;
  // Many small pieces of libarchive become few large ones.
  std::string waiting;
  const auto most = static_cast<int64_t>(disk.f_blocks) * static_cast<int64_t>(disk.f_frsize);
  const auto written = write_content(folder->get(), most, [&](std::string_view bytes) -> Result<> {
    waiting += bytes;
    size_t sent = 0;
    for (; waiting.size() - sent >= link::kFilePieceBytes; sent += link::kFilePieceBytes)
      if (!send_piece(std::string_view(waiting).substr(sent, link::kFilePieceBytes)))
        return failure(ErrorCode::unavailable, "nobody takes the archive");
    waiting.erase(0, sent);
    return {};
  });
  return written && (waiting.empty() || send_piece(waiting)) && send_piece({});
}

bool FileService::take_into(Upload& upload, Result<>& outcome) {
  for (;;) {
    if (!take_piece()) return false;
    if (piece_.empty()) return true;
    outcome = upload.write(piece_);
    // The rest comes all the same, until the server has heard.
    if (!outcome) return answer(std::unexpected(outcome.error())) && drain();
  }
}

bool FileService::take_range(const link::FileRequest& request) {
  if (auto fits = check_path(request.path, true); !fits)
    return answer(std::unexpected(fits.error())) && drain();
  auto upload = Upload::open(root_, request.path, request.upload, request.offset, request.size);
  if (!upload) return answer(std::unexpected(upload.error())) && drain();
  if (!request.sha256.empty()) upload->hash_from_here();
  Result<> outcome;
  if (!take_into(*upload, outcome)) {
    // Nobody has looked whether these are right.
    if (!request.sha256.empty()) upload->take_back(request.offset);
    return false;
  }
  if (!outcome) return true;
  if (auto right = upload->check(request.sha256, request.offset); !right)
    return answer(std::unexpected(right.error()));
  return answer(json::Object{{"offset", upload->offset()}});
}

FileService::Answer FileService::finish(const link::FileRequest& request) {
  if (auto fits = check_path(request.path, true); !fits) return std::unexpected(fits.error());
  ::alarm(kLongSeconds);
  auto upload = Upload::find(root_, request.path, request.upload);
  if (!upload) return std::unexpected(upload.error());
  const auto path = upload->finish({.size = request.size,
                                    .sha256 = request.sha256,
                                    .modified_ms = request.modified_ms,
                                    .mode = {},
                                    .collision = collision_of(request.collision)},
                                   [] { ::alarm(kLongSeconds); });
  if (!path) return std::unexpected(path.error());
  auto entry = root_.entry_at(*path);
  if (entry) entry->set("path", make_valid_utf8(*path));
  return entry;
}

// What is there must be what the one who writes has seen.
FileService::Answer FileService::check_version(const std::string& path, const std::string& version,
                                               std::optional<mode_t>& mode) const {
  struct stat status {};
  const auto there = root_.open_file(path, status);
  const bool missing = !there && there.error().code == ErrorCode::not_found;
  if (!there && !missing) return std::unexpected(there.error());
  if (version == "none") {
    if (!missing) return file_failure(EEXIST, path);
  } else if (!version.empty() && (missing || version_of(status) != version)) {
    return failure(ErrorCode::conflict, "The file was changed in the runtime meanwhile.");
  }
  if (!missing) mode = status.st_mode & 07777;
  return json::Object{};
}

bool FileService::write_file(const link::FileRequest& request) {
  const auto refuse = [this](const Error& error) {
    return answer(std::unexpected(error)) && drain();
  };
  if (auto fits = check_path(request.path, true); !fits) return refuse(fits.error());
  const bool is_new = request.version == "none";
  const auto place = root_.place_of(request.path, !is_new);
  if (!place) return refuse(place.error());
  std::optional<mode_t> mode;
  if (const auto right = check_version(place->path, request.version, mode); !right)
    return refuse(right.error());
  auto upload = Upload::open(root_, place->path, random_id(""), 0, request.size);
  if (!upload) return refuse(upload.error());
  Result<> outcome;
  if (!take_into(*upload, outcome)) {
    upload->discard();
    return false;
  }
  if (!outcome) {
    upload->discard();
    return true;
  }
  ::alarm(kLongSeconds);
  Answer done = check_version(place->path, request.version, mode);
  if (done) {
    const auto path = upload->finish({.size = request.size,
                                      .mode = mode,
                                      .collision = is_new ? Collision::ask : Collision::replace},
                                     &going);
    done = path ? root_.entry_at(*path) : Answer(std::unexpected(path.error()));
  }
  if (!done) upload->discard();
  return answer(std::move(done));
}

FileService::Answer FileService::rename(const link::FileRequest& request) {
  if (auto fits = check_path(request.to, true); !fits) return std::unexpected(fits.error());
  const auto path = rename_file(root_, request.path, request.to, collision_of(request.collision));
  if (!path) return std::unexpected(path.error());
  return json::Object{{"path", make_valid_utf8(*path)}};
}

FileService::Answer FileService::remove(const link::FileRequest& request) {
  const auto removed = remove_file(root_, request.path, request.whole, &going);
  if (!removed) return std::unexpected(removed.error());
  return json::Object{};
}

FileService::Answer FileService::make(const link::FileRequest& request) {
  const auto made = make_folder(root_, request.path);
  if (!made) return std::unexpected(made.error());
  return json::Object{};
}

FileService::Answer FileService::watch(const link::FileRequest& request) {
  for (const std::string& folder : request.folders)
    if (auto fits = check_path(folder, false); !fits) return std::unexpected(fits.error());
  if (!watch_) {
    auto made = FileWatch::make();
    if (!made) return std::unexpected(made.error());
    watch_ = *std::move(made);
  }
  watch_->set(root_, request.folders);
  json::Array changed;
  for (const size_t i : watch_->wait(stream_.descriptor(), kWatchMs))
    changed.emplace_back(static_cast<int64_t>(i));
  return json::Object{{"changed", std::move(changed)}};
}

}  // namespace colibri::supervisor
