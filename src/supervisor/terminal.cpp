#include "supervisor/terminal.hpp"

#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>

#include "async/quiet.hpp"
#include "async/spawn.hpp"

namespace colibri::supervisor {
namespace {

using namespace std::chrono_literals;
using async::kQuiet;

constexpr auto kPatience = 2s;    // With whoever takes nothing, until it is read on.
constexpr auto kReadLimit = 20s;  // Until a question for output is answered without any.
constexpr auto kSlice = 20ms;
constexpr size_t kSliceBytes = Terminal::kFlood / 50;

}  // namespace

Terminal::Terminal(asio::any_io_executor executor, Descriptor master, link::TerminalSize size)
    : pty_(std::move(executor), master.release()) {
  resize(size);
}

void Terminal::start() {
  async::spawn(pty_.get_executor(), read_loop(shared_from_this()), "reading a terminal");
}

async::Duration Terminal::too_far_ahead() const {
  const auto left = taken_at_ + kPatience - async::Clock::now();
  const bool ahead = scrollback_.end() >= taken_ + kAhead;
  return ahead ? std::max<async::Duration>(left, 0s) : 0s;
}

Task<void> Terminal::read_loop(std::shared_ptr<Terminal> self) {
  auto slice_began = async::Clock::now();
  size_t slice = 0;
  while (self->pty_.is_open()) {
    if (const auto pause = self->too_far_ahead(); pause > 0s) {
      self->taken_more_.reset();
      (void)co_await self->taken_more_.wait_for(pause);
      continue;
    }
    const auto [error] =
        co_await self->pty_.async_wait(asio::posix::stream_descriptor::wait_read, kQuiet);
    if (error || !self->pty_.is_open()) co_return;
    const auto bytes = self->take();
    // All that had it open are gone, or it was too quick a look: the process may open it again.
    if (!bytes) co_await async::sleep_for(100ms);
    if (!bytes || *bytes == 0) continue;
    self->answer_reads();
    const auto now = async::Clock::now();
    if (now - slice_began > kSlice) {
      slice_began = now;
      slice = 0;
    }
    slice += *bytes;
    if (slice < kSliceBytes) continue;
    co_await async::sleep_for(slice_began + kSlice - now);
  }
}

std::optional<size_t> Terminal::take() {
  char buffer[4096];  // What a pty gives at a time.
  size_t bytes = 0;
  while (bytes < kPiece) {
    const ssize_t got = ::read(pty_.native_handle(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got > 0) {
      scrollback_.append({buffer, static_cast<size_t>(got)});
      bytes += static_cast<size_t>(got);
      continue;
    }
    if (bytes == 0 && (got == 0 || errno != EAGAIN)) return std::nullopt;
    break;
  }
  return bytes;
}

Terminal::Output Terminal::output(uint64_t from) const {
  Output output{scrollback_.read(from, kPiece), scrollback_.end(), {}};
  if (exit_ && output.piece.from + output.piece.bytes.size() == output.end) output.ended = exit_;
  return output;
}

void Terminal::read(uint64_t from, OnOutput answer) {
  if (from >= taken_) {
    taken_ = std::min(from, scrollback_.end());
    taken_at_ = async::Clock::now();
    taken_more_.set();
  }
  if (from < scrollback_.end() || exit_) return answer(output(from));
  if (reads_.size() >= kMostReads) {
    return answer(failure(ErrorCode::unavailable, "Too many pages show this terminal."));
  }
  reads_.push_back({from, std::move(answer), async::Clock::now()});
}

void Terminal::answer_reads() {
  for (Read& waiting : std::exchange(reads_, {})) waiting.answer(output(waiting.from));
}

void Terminal::tick(async::Clock::time_point now) {
  std::vector<Read> late;
  for (auto at = reads_.begin(); at != reads_.end();) {
    if (now - at->since < kReadLimit) {
      ++at;
      continue;
    }
    late.push_back(std::move(*at));
    at = reads_.erase(at);
  }
  for (Read& waiting : late) waiting.answer(output(waiting.from));
}

void Terminal::type(std::string bytes, OnTyped answer) {
  if (!pty_.is_open()) return answer(failure(ErrorCode::unavailable, "The terminal has ended."));
  if (typed_.size() + bytes.size() > kMostTyped) {
    return answer(failure(ErrorCode::too_large, "The program does not take what is typed."));
  }
  typed_ += bytes;
  typing_.push_back(std::move(answer));
  if (writing_) return;
  writing_ = true;
  async::spawn(pty_.get_executor(), write_loop(shared_from_this()), "typing into a terminal");
}

Task<void> Terminal::write_loop(std::shared_ptr<Terminal> self) {
  while (self->pty_.is_open()) {
    const ssize_t sent =
        ::write(self->pty_.native_handle(), self->typed_.data(), self->typed_.size());
    if (sent > 0) self->typed_.erase(0, static_cast<size_t>(sent));
    if (self->typed_.size() < kEnoughTyped) {
      for (OnTyped& answer : std::exchange(self->typing_, {})) answer({});
    }
    if (self->typed_.empty()) break;
    if (sent > 0 || errno == EINTR) continue;
    if (errno != EAGAIN) {
      self->typed_.clear();
      continue;
    }
    const auto [error] =
        co_await self->pty_.async_wait(asio::posix::stream_descriptor::wait_write, kQuiet);
    if (error) break;
  }
  self->writing_ = false;
}

void Terminal::resize(link::TerminalSize size) {
  size_ = size;
  if (!pty_.is_open()) return;
  winsize window{};
  window.ws_col = static_cast<unsigned short>(size.columns);
  window.ws_row = static_cast<unsigned short>(size.rows);
  (void)::ioctl(pty_.native_handle(), TIOCSWINSZ, &window);
}

void Terminal::end(ExitStatus status) {
  if (exit_) return;
  // What a process leaves in a pty is a few pages; others that hold it may print for ever.
  for (size_t left = kKept; left > 0 && pty_.is_open();) {
    const auto bytes = take();
    if (!bytes || *bytes == 0) break;
    left -= std::min(left, *bytes);
  }
  exit_ = status;
  ended_at_ = async::Clock::now();
  close();
  answer_reads();
}

void Terminal::abandon() {
  reads_.clear();
  typing_.clear();
  if (!exit_) exit_ = ExitStatus{};
  if (!ended_at_) ended_at_ = async::Clock::now();
  close();
}

void Terminal::close() {
  boost::system::error_code ignored;
  pty_.close(ignored);
  taken_more_.set();
  typed_.clear();
  const auto gone = failure(ErrorCode::unavailable, "The terminal has ended.");
  for (OnTyped& answer : std::exchange(typing_, {})) answer(Result<>(gone));
}

}  // namespace colibri::supervisor
