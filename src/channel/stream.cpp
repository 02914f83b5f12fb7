#include "channel/stream.hpp"

#include <array>
#include <boost/asio/write.hpp>

#include "async/quiet.hpp"

namespace colibri::channel {

using async::kQuiet;

Task<std::pair<boost::system::error_code, size_t>> Stream::read_some(asio::mutable_buffer into) {
  if (auto* socket = std::get_if<UnixSocket>(&socket_)) {
    const auto [error, bytes] = co_await socket->async_read_some(into, kQuiet);
    co_return std::pair(error, bytes);
  }
  auto& tls = *std::get<std::unique_ptr<TlsStream>>(socket_);
  const auto [error, bytes] = co_await tls.async_read_some(into, kQuiet);
  co_return std::pair(error, bytes);
}

Task<boost::system::error_code> Stream::write(asio::const_buffer bytes) {
  const asio::const_buffer none;
  co_return co_await write(bytes, none);
}

Task<boost::system::error_code> Stream::write(asio::const_buffer head, asio::const_buffer bytes) {
  const std::array<asio::const_buffer, 2> both = {head, bytes};
  if (auto* socket = std::get_if<UnixSocket>(&socket_)) {
    const auto [error, written] = co_await asio::async_write(*socket, both, kQuiet);
    co_return error;
  }
  auto& tls = *std::get<std::unique_ptr<TlsStream>>(socket_);
  const auto [error, written] = co_await asio::async_write(tls, both, kQuiet);
  co_return error;
}

std::pair<boost::system::error_code, size_t> Stream::read_some_now(asio::mutable_buffer into) {
  boost::system::error_code error;
  const size_t bytes = std::visit(
      [&](auto& socket) {
        if constexpr (std::is_same_v<std::decay_t<decltype(socket)>, UnixSocket>)
          return socket.read_some(into, error);
        else
          return socket->read_some(into, error);
      },
      socket_);
  return {error, bytes};
}

boost::system::error_code Stream::write_now(asio::const_buffer bytes) {
  boost::system::error_code error;
  if (auto* socket = std::get_if<UnixSocket>(&socket_)) {
    asio::write(*socket, bytes, error);
  } else {
    asio::write(*std::get<std::unique_ptr<TlsStream>>(socket_), bytes, error);
  }
  return error;
}

int Stream::descriptor() {
  if (auto* socket = std::get_if<UnixSocket>(&socket_)) return socket->native_handle();
  return std::get<std::unique_ptr<TlsStream>>(socket_)->lowest_layer().native_handle();
}

void Stream::close() {
  boost::system::error_code ignored;
  if (auto* socket = std::get_if<UnixSocket>(&socket_)) {
    socket->close(ignored);
  } else {
    std::get<std::unique_ptr<TlsStream>>(socket_)->lowest_layer().close(ignored);
  }
}

asio::any_io_executor Stream::executor() {
  if (auto* socket = std::get_if<UnixSocket>(&socket_)) return socket->get_executor();
  return std::get<std::unique_ptr<TlsStream>>(socket_)->get_executor();
}

}  // namespace colibri::channel
