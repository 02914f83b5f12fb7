#include "channel/tls.hpp"

#include <openssl/crypto.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/verify_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "async/quiet.hpp"
#include "channel/fingerprint.hpp"

namespace colibri::channel {

using async::kQuiet;
namespace ssl = asio::ssl;
using asio::ip::tcp;

namespace {

// Closes the socket when the time is over, so that whatever is under way on it ends.
class Limit {
 public:
  Limit(tcp::socket& socket, async::Duration limit) : timer_(socket.get_executor()) {
    timer_.expires_after(limit);
    timer_.async_wait([&socket, over = over_](const boost::system::error_code& error) {
      if (error || *over == State::done) return;
      *over = State::passed;
      boost::system::error_code ignored;
      socket.close(ignored);
    });
  }
  ~Limit() {
    if (!passed()) *over_ = State::done;
  }
  Limit(const Limit&) = delete;
  Limit& operator=(const Limit&) = delete;
  [[nodiscard]] bool passed() const { return *over_ == State::passed; }

 private:
  enum class State { running, passed, done };
  std::shared_ptr<State> over_ = std::make_shared<State>(State::running);
  asio::steady_timer timer_;
};

// No resumption: each connection proves itself anew, and nothing of it is kept.
void set_up(ssl::context& context) {
  SSL_CTX* native = context.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_3_VERSION);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(native, 0);
  // Thousands of links may be open at once.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
}

bool same(const std::string& a, const std::string& b) {
  return a.size() == b.size() && !a.empty() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Error failed(const Limit& limit, const std::string& what, const boost::system::error_code& error) {
  if (limit.passed()) return {ErrorCode::timeout, what + " took too long."};
  return {ErrorCode::unavailable, what + " failed: " + error.message()};
}

void keep_alive(tcp::socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
}

}  // namespace

Result<Address> parse_address(const std::string& text) {
  const auto invalid = [&] {
    return failure(ErrorCode::invalid, "\"" + text + "\" is no address like host:port.");
  };
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) return invalid();
  Address address{text.substr(0, colon), text.substr(colon + 1)};
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  } else if (address.host.find(':') != std::string::npos) {
    return invalid();
  }
  const bool number = address.port.size() <= 5 && std::ranges::all_of(address.port, [](char c) {
                        return c >= '0' && c <= '9';
                      });
  if (!number || std::stoul(address.port) > 65'535 || address.host.empty()) return invalid();
  return address;
}

Result<ssl::context> server_context(const Certificate& certificate) {
  ssl::context context(ssl::context::tls_server);
  set_up(context);
  boost::system::error_code error;
  context.use_certificate_chain_file(certificate.file, error);
  if (!error) context.use_private_key_file(certificate.file, ssl::context::pem, error);
  if (error)
    return failure(ErrorCode::invalid,
                   "The certificate " + certificate.file + " cannot be used: " + error.message());
  return context;
}

Task<Result<Stream>> accept(tcp::socket socket, ssl::context& context, async::Duration limit) {
  auto tls = std::make_unique<TlsStream>(std::move(socket), context);
  keep_alive(tls->next_layer());
  const Limit over(tls->next_layer(), limit);
  const auto [error] = co_await tls->async_handshake(ssl::stream_base::server, kQuiet);
  if (error) co_return std::unexpected(failed(over, "The handshake", error));
  co_return Stream(std::move(tls));
}

Result<Endpoints> look_up(const std::string& address) {
  const auto where = parse_address(address);
  if (!where) return std::unexpected(where.error());
  asio::io_context context;
  tcp::resolver resolver(context);
  boost::system::error_code error;
  Endpoints endpoints;
  for (const auto& entry : resolver.resolve(where->host, where->port, error))
    endpoints.push_back(entry.endpoint());
  if (endpoints.empty())
    return failure(ErrorCode::unavailable, "Looking up " + where->host + ": " + error.message());
  return endpoints;
}

Task<Result<Stream>> dial(Endpoints endpoints, std::string fingerprint, async::Duration limit) {
  const auto executor = co_await asio::this_coro::executor;
  // The stream holds the context's own reference counted part.
  ssl::context context(ssl::context::tls_client);
  set_up(context);
  auto tls = std::make_unique<TlsStream>(executor, context);
  const Limit over(tls->next_layer(), limit);
  const auto [refused, used] = co_await asio::async_connect(tls->next_layer(), endpoints, kQuiet);
  if (refused || over.passed())
    co_return std::unexpected(failed(over, "Connecting to the server", refused));
  keep_alive(tls->next_layer());
  bool other = false;
  // Whatever authorities would say of it: it is the one, or it is not.
  tls->set_verify_mode(ssl::verify_peer);
  tls->set_verify_callback([&](bool, ssl::verify_context& chain) {
    X509_STORE_CTX* native = chain.native_handle();
    if (X509_STORE_CTX_get_error_depth(native) != 0) return true;
    other = !same(fingerprint_of(X509_STORE_CTX_get_current_cert(native)), fingerprint);
    return !other;
  });
  const auto [error] = co_await tls->async_handshake(ssl::stream_base::client, kQuiet);
  if (other) co_return failure(ErrorCode::denied, "Whoever answers shows another certificate.");
  if (error) co_return std::unexpected(failed(over, "The handshake with the server", error));
  // Checked once more on what was agreed on: the callback refers to this frame.
  tls->set_verify_callback([](bool, ssl::verify_context&) { return false; });
  co_return Stream(std::move(tls));
}

}  // namespace colibri::channel
