#pragma once
// What the link between a supervisor and the server runs over: a Unix socket on one machine, or TLS
// from another. Both ends of the link use it, and neither knows which of the two it is. All use is
// on the one reactor thread; one read and one write may be under way at the same time.
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "async/task.hpp"

namespace colibri::channel {

using UnixSocket = asio::local::stream_protocol::socket;
using TlsStream = asio::ssl::stream<asio::ip::tcp::socket>;

class Stream {
 public:
  explicit Stream(UnixSocket socket) : socket_(std::move(socket)) {}
  // After its handshake.
  explicit Stream(std::unique_ptr<TlsStream> tls) : socket_(std::move(tls)) {}

  // Some bytes; an error also for the end of the other side.
  Task<std::pair<boost::system::error_code, size_t>> read_some(asio::mutable_buffer into);
  // All of it.
  Task<boost::system::error_code> write(asio::const_buffer bytes);
  // All of both, one after the other.
  Task<boost::system::error_code> write(asio::const_buffer head, asio::const_buffer bytes);
  // The same for a program that does nothing else: they block.
  std::pair<boost::system::error_code, size_t> read_some_now(asio::mutable_buffer into);
  boost::system::error_code write_now(asio::const_buffer bytes);
  // What a readable socket can be waited for by; nothing may lie in our own buffers then.
  [[nodiscard]] int descriptor();
  // At once, without a farewell; what is under way ends with an error.
  void close();

  [[nodiscard]] asio::any_io_executor executor();

 private:
  std::variant<UnixSocket, std::unique_ptr<TlsStream>> socket_;
};

}  // namespace colibri::channel
