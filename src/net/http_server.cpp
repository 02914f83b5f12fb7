#include "net/http_server.hpp"

#include <boost/asio/ip/v6_only.hpp>

#include "async/quiet.hpp"
#include "async/spawn.hpp"
#include "base/log.hpp"
#include "net/connection.hpp"
#include "net/guard.hpp"
#include "net/problem_log.hpp"

namespace colibri::net {

namespace {

using async::kQuiet;

std::unexpected<Error> listen_failure(const HttpSettings& settings,
                                      const boost::system::error_code& error) {
  const std::string place = settings.host + ":" + std::to_string(settings.port);
  if (error == asio::error::address_in_use) {
    return failure(ErrorCode::conflict, "port " + std::to_string(settings.port) +
                                            " is in use by another program; choose another with "
                                            "--port");
  }
  if (error == asio::error::access_denied) {
    return failure(ErrorCode::denied, "no right to listen on " + place +
                                          "; ports below 1024 need root or CAP_NET_BIND_SERVICE");
  }
  if (error == boost::system::errc::address_not_available) {
    return failure(ErrorCode::invalid, settings.host + " is no address of this machine");
  }
  return failure(ErrorCode::io, "listening on " + place + ": " + error.message());
}

}  // namespace

HttpServer::HttpServer(asio::io_context& context, async::BlockingPool& pool, HttpSettings settings,
                       const Router& router, Authenticate authenticate)
    : context_(context),
      pool_(pool),
      settings_(std::move(settings)),
      router_(router),
      authenticate_(std::move(authenticate)),
      guard_(std::make_unique<Guard>()),
      problems_(std::make_unique<ProblemLog>()),
      acceptor_(context) {
  guard_->bound_host = settings_.host;
  guard_->public_origin = origin_of_url(settings_.public_url).value_or("");
  guard_->allowed_hosts = settings_.allowed_hosts;
}

HttpServer::~HttpServer() = default;

Result<> HttpServer::listen() {
  using asio::ip::tcp;
  boost::system::error_code error;
  const auto address =
      asio::ip::make_address(settings_.host == "localhost" ? "127.0.0.1" : settings_.host, error);
  if (error) {
    return failure(ErrorCode::invalid,
                   "the host must be an address of this machine, such as "
                   "127.0.0.1 or 0.0.0.0, not \"" +
                       settings_.host + "\"");
  }
  const tcp::endpoint endpoint(address, settings_.port);
  acceptor_.open(endpoint.protocol(), error);
  if (error) return listen_failure(settings_, error);
  acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (address.is_v6()) acceptor_.set_option(asio::ip::v6_only(false), error);
  acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(tcp::acceptor::max_listen_connections, error);
  if (error) {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    return listen_failure(settings_, error);
  }
  port_ = acceptor_.local_endpoint().port();
  return {};
}

void HttpServer::start() {
  async::spawn(context_.get_executor(), accept_loop(), "accepting connections");
}

std::string HttpServer::url() const {
  if (!guard_->public_origin.empty()) return guard_->public_origin;
  boost::system::error_code error;
  const auto address = asio::ip::make_address(settings_.host, error);
  std::string host = settings_.host;
  // A wildcard is no place to go to; from this machine it is the loopback.
  if (!error && address.is_unspecified()) host = "127.0.0.1";
  if (!error && address.is_v6() && !address.is_unspecified()) host = "[" + host + "]";
  return "http://" + host + ":" + std::to_string(port_);
}

Task<void> HttpServer::accept_loop() {
  while (!stopping_) {
    auto [error, socket] = co_await acceptor_.async_accept(kQuiet);
    if (stopping_) co_return;
    if (!error) {
      admit(std::move(socket));
    } else if (error == asio::error::operation_aborted) {
      co_return;
    } else {
      // Out of descriptors, mostly: some will come back.
      problems_->tell("no new connections: " + error.message());
      co_await async::sleep_for(std::chrono::seconds(1));
    }
  }
}

void HttpServer::admit(asio::ip::tcp::socket socket) {
  if (connections_.size() >= settings_.max_connections) return;  // Closes it.
  auto connection = std::make_shared<Connection>(
      Shared{pool_, settings_, *guard_, router_, authenticate_, *problems_, queues_, forward_},
      std::move(socket));
  connections_.insert(connection.get());
  async::spawn(context_.get_executor(), serve(std::move(connection)), "a connection");
}

Task<void> HttpServer::serve(std::shared_ptr<Connection> connection) {
  struct Registered {
    HttpServer& server;
    Connection* connection;
    ~Registered() { server.forget(connection); }
  };
  const Registered registered{*this, connection.get()};
  co_await connection->run();
}

void HttpServer::forget(Connection* connection) {
  connections_.erase(connection);
  if (connections_.empty()) empty_.set();
}

Task<void> HttpServer::stop(async::Duration grace) {
  stopping_ = true;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  empty_.reset();
  if (connections_.empty()) co_return;
  for (Connection* connection : std::set(connections_)) connection->stop();
  if (const bool empty = co_await empty_.wait_for(grace); empty) co_return;
  for (Connection* connection : std::set(connections_)) connection->cut();
  // A WebSocket that does not answer the goodbye is cut after five seconds.
  if (const bool empty = co_await empty_.wait_for(std::chrono::seconds(6)); empty) co_return;
  log::warn("{} requests still had no answer when the server stopped", connections_.size());
}

}  // namespace colibri::net
