#include "supervisor/outbox.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/log.hpp"
#include "link/frame.hpp"

namespace colibri::supervisor {
namespace {

bool may_be_left_out(const link::Event& event) {
  return std::holds_alternative<link::StreamText>(event) ||
         std::holds_alternative<link::OutputMade>(event) ||
         std::holds_alternative<link::DisplayUpdated>(event) ||
         std::holds_alternative<link::Comm>(event);
}

link::OutputMade too_large(const link::Event& event) {
  ExecutionId execution;
  if (const auto* output = std::get_if<link::OutputMade>(&event)) execution = output->execution;
  const std::string text =
      "An output was left out: it is larger than 64 MiB. Save large results to a file.";
  return {execution,
          {{"output_type", "error"},
           {"ename", "OutputTooLarge"},
           {"evalue", text},
           {"traceback", json::Array{"OutputTooLarge: " + text}}}};
}

bool write_all(int fd, std::string_view bytes, uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t n = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
    offset += static_cast<uint64_t>(n);
  }
  return true;
}

}  // namespace

Outbox::Outbox(std::string path, OutboxLimits limits)
    : path_(std::move(path)), limits_(limits), spool_(limits.memory_bytes) {}

Outbox::~Outbox() {
  if (file_ >= 0) close(file_);
}

bool Outbox::has_room() const {
  return spool_.file_bytes() < limits_.file_bytes && spool_.frames() < limits_.frames &&
         spool_.memory_bytes() <= 2 * limits_.memory_bytes;
}

uint64_t Outbox::push(link::Event event) {
  if (may_be_left_out(event) && !has_room()) {
    if (const auto* stream = std::get_if<link::StreamText>(&event)) {
      left_out_lines_ +=
          stream->dropped_lines + static_cast<uint64_t>(std::ranges::count(stream->text, '\n'));
      left_out_bytes_ += stream->dropped_bytes + stream->text.size();
    } else {
      ++left_out_outputs_;
    }
    if (!said_full_) log::warn("the spool is full; outputs are left out until the server is back");
    said_full_ = true;
    return 0;
  }
  if (auto* stream = std::get_if<link::StreamText>(&event)) {
    stream->dropped_lines += std::exchange(left_out_lines_, 0);
    stream->dropped_bytes += std::exchange(left_out_bytes_, 0);
  }
  if (said_full_ && has_room()) tell_what_was_left_out();
  return keep(std::move(event));
}

void Outbox::tell_what_was_left_out() {
  said_full_ = false;
  const uint64_t count = std::exchange(left_out_outputs_, 0);
  if (count == 0) return;  // Only text: the next stream says how much.
  (void)keep(link::StreamText{
      {}, "stderr", fmt::format("{} outputs were left out while the server was away.\n", count)});
}

uint64_t Outbox::keep(link::Event event) {
  const uint64_t n = spool_.next();
  auto bytes = link::encode(link::to_frame(link::Numbered{n, event}));
  if (!bytes) {
    log::warn("an event was left out: {}", bytes.error().detail);
    bytes = link::encode(link::to_frame(link::Numbered{n, too_large(event)}));
    if (!bytes) return 0;
  }
  if (const auto extent = spool_.add(*bytes)) {
    // On a full disk memory has to do: what was accepted is never lost while we live.
    if (!write_file(extent->offset, *bytes)) spool_.keep_in_memory(n, std::move(*bytes));
  }
  return n;
}

bool Outbox::write_file(uint64_t offset, const std::string& bytes) {
  if (file_ < 0) file_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file_ >= 0 && write_all(file_, bytes, offset)) return true;
  log::warn("cannot write the spool file: {}", std::generic_category().message(errno));
  return false;
}

void Outbox::acknowledge(uint64_t n) {
  const link::Spool::Trimmed trimmed = spool_.acknowledge(n);
  if (file_ < 0) return;
  if (trimmed.file_empty) {
    if (ftruncate(file_, 0) != 0) log::warn("cannot truncate the spool file");
  } else if (trimmed.hole.bytes >= 4096) {
    // Best effort: gives the disk back early; the file is emptied when all of it is acknowledged.
    (void)fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                    static_cast<off_t>(trimmed.hole.offset),
                    static_cast<off_t>(trimmed.hole.bytes));
  }
}

bool Outbox::append_frame(uint64_t n, std::string& out) const {
  const auto place = spool_.find(n);
  if (!place) return false;
  if (place->bytes) {
    out += *place->bytes;
    return true;
  }
  const size_t start = out.size();
  out.resize(start + place->extent.bytes);
  for (size_t done = 0; done < place->extent.bytes;) {
    const ssize_t got = pread(file_, out.data() + start + done, place->extent.bytes - done,
                              static_cast<off_t>(place->extent.offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      out.resize(start);
      log::error("cannot read frame {} back from the spool file", n);
      return false;
    }
    done += static_cast<size_t>(got);
  }
  return true;
}

Result<> Outbox::save() {
  if (empty()) {
    unlink(path_.c_str());
    return {};
  }
  const std::string temporary = path_ + ".new";
  const int fd =
      open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return errno_failure("Cannot write the spool file", errno);
  uint64_t offset = 0;
  bool ok = true;
  std::string frame;
  for (uint64_t n = oldest(); ok && n < next(); ++n) {
    frame.clear();
    ok = append_frame(n, frame) && write_all(fd, frame, offset);
    offset += frame.size();
  }
  ok = ok && fsync(fd) == 0;
  const int error = errno;
  close(fd);
  if (!ok || rename(temporary.c_str(), path_.c_str()) != 0) {
    return errno_failure("Cannot write the spool file", ok ? errno : error);
  }
  return {};
}

}  // namespace colibri::supervisor
