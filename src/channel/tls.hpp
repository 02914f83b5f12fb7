#pragma once
// The two ends of a link over TLS 1.3: the server shows its own certificate, the supervisor takes
// that one and no other. Who the supervisor is, its token says afterwards.
#include <boost/asio/ssl/context.hpp>
#include <string>
#include <vector>

#include "async/timer.hpp"
#include "base/result.hpp"
#include "channel/certificate.hpp"
#include "channel/stream.hpp"

namespace colibri::channel {

// "host:port" or "[address]:port", split. `invalid` with a sentence.
struct Address {
  std::string host;
  std::string port;
};
[[nodiscard]] Result<Address> parse_address(const std::string& text);

// What accept() needs. `invalid` when the file does not hold what own_certificate() found.
[[nodiscard]] Result<asio::ssl::context> server_context(const Certificate& certificate);

// The server's side of the handshake. `timeout` or `io` when the other side does not complete it
// within `limit`. `context` outlives the stream.
[[nodiscard]] Task<Result<Stream>> accept(asio::ip::tcp::socket socket, asio::ssl::context& context,
                                          async::Duration limit);

using Endpoints = std::vector<asio::ip::tcp::endpoint>;

// Where "host:port" is. Blocks while the name is looked up, and starts no thread.
[[nodiscard]] Result<Endpoints> look_up(const std::string& address);

// Connects to the first of these that takes us, and completes the handshake within `limit`.
//
// denied   whoever answers there shows another certificate than the one of this fingerprint
// timeout, unavailable
[[nodiscard]] Task<Result<Stream>> dial(Endpoints endpoints, std::string fingerprint,
                                        async::Duration limit);

}  // namespace colibri::channel
