#include "net/web_socket.hpp"

#include <algorithm>
#include <boost/beast/core/buffers_to_string.hpp>

#include "async/quiet.hpp"
#include "async/spawn.hpp"

namespace colibri::net {

namespace websocket = boost::beast::websocket;

namespace {
using async::kQuiet;
constexpr auto kGoodbyeDeadline = std::chrono::seconds(5);
}  // namespace

WebSocket::WebSocket(std::unique_ptr<Stream> stream, SendQueues& all)
    : stream_(std::move(stream)), all_(all) {
  all_.sockets.insert(this);
  stream_->read_message_max(kMessageLimit);
  stream_->auto_fragment(false);
}

WebSocket::~WebSocket() {
  uncount(queued_bytes_);
  all_.sockets.erase(this);
}

void WebSocket::count(size_t bytes) {
  queued_bytes_ += bytes;
  all_.bytes += bytes;
}

void WebSocket::uncount(size_t bytes) {
  queued_bytes_ -= bytes;
  all_.bytes -= bytes;
}

void WebSocket::give_up() {
  for (const Outgoing& message : queue_) uncount(message.cost());
  queue_.clear();
  close(CloseCode::try_again, "the connection is too slow");
}

void WebSocket::start() {
  async::spawn(stream_->get_executor(), write_loop(shared_from_this()), "writing to a page");
}

void WebSocket::send(std::shared_ptr<const std::string> text) {
  enqueue({std::move(text), false});
}

void WebSocket::send_binary(std::string bytes) {
  enqueue({std::make_shared<const std::string>(std::move(bytes)), true});
}

void WebSocket::enqueue(Outgoing message) {
  if (closing_) return;
  count(message.cost());
  queue_.push_back(std::move(message));
  wake_.set();
  if (queued_bytes_ > kQueueLimit) return give_up();
  if (all_.bytes <= kAllQueuesLimit) return;
  const auto waiting = [](const WebSocket* s) { return s->closing_ ? 0 : s->queued_bytes_; };
  (*std::ranges::max_element(all_.sockets, {}, waiting))->give_up();
}

Task<void> WebSocket::wait_for_room() {
  const auto self = shared_from_this();
  while (queued_bytes_ > kRoom && !closing_) {
    sent_.reset();
    co_await sent_.wait_for(std::chrono::seconds(1));
  }
}

void WebSocket::close(uint16_t code, std::string reason) {
  if (closing_) return;
  closing_ = true;
  close_code_ = code;
  close_reason_ = std::move(reason);
  wake_.set();
  async::spawn(stream_->get_executor(), cut_later(shared_from_this()), "closing a page's socket");
}

void WebSocket::cut() {
  stream_->next_layer().close();
}

Task<void> WebSocket::cut_later(std::shared_ptr<WebSocket> self) {
  const bool finished = co_await self->finished_.wait_for(kGoodbyeDeadline);
  if (!finished) self->cut();
}

// The argument is this; it keeps the socket alive while the loop runs.
Task<void> WebSocket::write_loop(std::shared_ptr<WebSocket>) {
  bool broken = false;
  while (!broken) {
    if (queue_.empty()) {
      if (closing_) break;
      wake_.reset();
      co_await wake_.wait_for(std::chrono::hours(1));
      continue;
    }
    const Outgoing message = std::move(queue_.front());
    queue_.pop_front();
    stream_->binary(message.binary);
    const auto [error, written] =
        co_await stream_->async_write(asio::buffer(*message.bytes), kQuiet);
    uncount(message.cost());
    sent_.set();
    broken = static_cast<bool>(error);
  }
  if (!broken && close_code_ != 0) {
    websocket::close_reason reason(close_code_);
    reason.reason.assign(close_reason_.substr(0, 120));
    co_await stream_->async_close(reason, kQuiet);
  }
  closing_ = true;
  finished_.set();
  cut();
}

Task<Result<SocketMessage>> WebSocket::receive() {
  const auto self = shared_from_this();
  buffer_.clear();
  const auto [error, size] = co_await stream_->async_read(buffer_, kQuiet);
  if (error) {
    closing_ = true;
    wake_.set();
    if (error == websocket::error::message_too_big) {
      co_return failure(ErrorCode::too_large, "a message of the page is over the limit");
    }
    co_return failure(ErrorCode::unavailable, error.message());
  }
  SocketMessage message{.binary = stream_->got_binary(),
                        .payload = boost::beast::buffers_to_string(buffer_.data())};
  // One large message must not keep its memory for the rest of a long life.
  if (buffer_.capacity() > 64u << 10) buffer_ = boost::beast::flat_buffer();
  co_return message;
}

}  // namespace colibri::net
