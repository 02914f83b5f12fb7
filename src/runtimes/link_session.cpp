#include "runtimes/link_session.hpp"

#include <algorithm>
#include <vector>

#include "async/spawn.hpp"
#include "base/log.hpp"
#include "runtimes/runtime.hpp"

namespace colibri::runtimes {

namespace {

using namespace std::chrono_literals;

constexpr auto kHelloLimit = 10s;
constexpr auto kSilenceLimit = 45s;
constexpr auto kPingEvery = 15s;
constexpr size_t kMaxHelloBytes = 64u << 10;
constexpr size_t kReadBytes = 64u << 10;
constexpr size_t kWriteBytes = 256u << 10;

}  // namespace

Task<void> LinkSession::serve(std::shared_ptr<LinkSession> self, Admit admit, HandOver hand_over) {
  self->hand_over_ = std::move(hand_over);
  const auto executor = self->stream_.executor();
  async::spawn(executor, write(self), "writing a link");
  async::spawn(executor, watch(self), "watching a link");
  co_await read(self, admit);
  self->close();
}

void LinkSession::close() {
  if (!std::exchange(open_, false)) return;
  stream_.close();
  wake_.set();
  closed_.set();
  if (const auto runtime = std::exchange(runtime_, nullptr)) runtime->link_down(*this);
}

void LinkSession::send(link::FromServer message) {
  if (!open_ || closing_) return;
  auto bytes = link::encode(link::to_frame(std::move(message)));
  if (!bytes) {
    log::warn("a message to a runtime was left out: {}", bytes.error().detail);
    return;
  }
  queued_bytes_ += bytes->size();
  queue_.push_back(*std::move(bytes));
  if (queued_bytes_ > kMaxQueued) {
    log::warn("a supervisor does not read; its link is closed");
    return close();
  }
  wake_.set();
}

Task<void> LinkSession::write(std::shared_ptr<LinkSession> self) {
  std::string batch;
  while (self->open_) {
    batch.clear();
    while (!self->queue_.empty() && batch.size() < kWriteBytes) {
      batch += self->queue_.front();
      self->queue_.pop_front();
    }
    if (batch.empty()) {
      if (self->closing_) break;
      self->wake_.reset();
      (void)co_await self->wake_.wait_for(kSilenceLimit);
      continue;
    }
    const auto error = co_await self->stream_.write(asio::buffer(batch));
    if (error) break;
    self->queued_bytes_ -= batch.size();
  }
  self->close();
}

Task<void> LinkSession::watch(std::shared_ptr<LinkSession> self) {
  auto next_ping = async::Clock::now() + kPingEvery;
  int64_t pings = 0;
  while (self->open_) {
    const auto now = async::Clock::now();
    const auto dead = self->heard_ + (self->runtime_ ? kSilenceLimit : kHelloLimit);
    if (now >= dead) {
      log::warn("a supervisor is silent; its link is closed");
      break;
    }
    if (now >= next_ping) {
      if (self->runtime_) self->send(link::Ping{++pings});
      next_ping = now + kPingEvery;
    }
    (void)co_await self->closed_.wait_for(std::min(dead, next_ping) - now);
  }
  self->close();
}

Task<void> LinkSession::read(std::shared_ptr<LinkSession> self, const Admit& admit) {
  link::FrameDecoder decoder;
  std::vector<char> buffer(kReadBytes);
  while (self->open_ && !self->closing_) {
    const auto [error, bytes] = co_await self->stream_.read_some(asio::buffer(buffer));
    if (error || !self->open_) co_return;
    self->heard_ = async::Clock::now();
    decoder.feed({buffer.data(), bytes});
    if (!self->runtime_ && decoder.pending() > kMaxHelloBytes) co_return;
    while (self->open_) {
      const size_t before = decoder.pending();
      auto frame = decoder.next();
      if (!frame) {
        log::warn("a link is closed: {}", frame.error().detail);
        co_return;
      }
      if (!*frame) break;
      if (!self->take(std::move(**frame), before - decoder.pending(), admit)) co_return;
      // The supervisor keeps what we don't read.
      while (self->open_ && self->runtime_ && !self->runtime_->has_room()) {
        const auto runtime = self->runtime_;
        runtime->settled_.reset();
        (void)co_await runtime->settled_.wait_for(1s);
        self->heard_ = async::Clock::now();  // Our silence, not the supervisor's.
      }
    }
  }
  // Refused: the answer must get out.
  (void)co_await self->closed_.wait_for(kHelloLimit);
}

// False when the link must be closed.
bool LinkSession::take(link::Frame frame, size_t bytes, const Admit& admit) {
  if (runtime_) {
    // Held here: what it says may end this link.
    const auto runtime = runtime_;
    const auto taken = runtime->take(std::move(frame), bytes);
    if (!taken) log::warn("a link is closed: {}", taken.error().detail);
    return taken.has_value();
  }
  const auto message = link::parse_from_supervisor(std::move(frame));
  if (const auto* line = message ? std::get_if<link::LineHello>(&*message) : nullptr)
    return hand(*line);
  const auto* hello = message ? std::get_if<link::Hello>(&*message) : nullptr;
  if (!hello) {
    log::warn("a link is closed: it does not begin with a hello");
    return false;
  }
  return greet(*hello, admit);
}

// The stream is another's from now on: nothing of ours reads or writes it, for what the other side
// sent was one frame, and it waits for an answer.
bool LinkSession::hand(const link::LineHello& hello) {
  if (!hand_over_ || !queue_.empty()) return false;
  open_ = false;
  wake_.set();
  closed_.set();
  if (!hand_over_(hello, std::move(stream_))) log::info("a line that nobody waits for");
  return false;
}

bool LinkSession::greet(const link::Hello& hello, const Admit& admit) {
  auto admitted = admit(hello);
  if (!admitted) {
    log::info("a supervisor was refused: {}", admitted.error().detail);
    send(link::Refused{admitted.error().detail});
    closing_ = true;
    wake_.set();
    return true;
  }
  runtime_ = *std::move(admitted);
  runtime_->lease_.believe(hello.left_ms, hello.idle_left_ms, async::lasting_ms());
  runtime_->link_up(shared_from_this(), hello.next == 0);
  return true;
}

}  // namespace colibri::runtimes
