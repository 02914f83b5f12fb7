#pragma once
// The HTTP/1.1 server: accepts connections, checks each request before any handler sees it (limits,
// Host, Origin, session, CSRF), and carries the answers. One io_context, one thread.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "async/blocking_pool.hpp"
#include "async/timer.hpp"
#include "net/forward.hpp"
#include "net/router.hpp"

namespace colibri::net {

struct HttpSettings {
  std::string host = "127.0.0.1";  // An address, or "localhost".
  uint16_t port = 8080;            // 0: any free one.
  // Where people reach the server when that differs: "https://lab.example.org". Empty: as bound.
  std::string public_url;
  // More names that the Host header may have, exact, without port.
  std::vector<std::string> allowed_hosts;
  // Proxies whose X-Forwarded-For is believed.
  std::vector<asio::ip::address> trusted_proxies;
  std::string upload_folder = "/tmp";
  size_t max_connections = 8192;

  async::Duration header_deadline = std::chrono::seconds(15);
  async::Duration idle_deadline = std::chrono::seconds(75);
  async::Duration body_deadline = std::chrono::seconds(30);  // Plus a second per 32 KiB.
};

// Who a request's cookie stands for, or its API token when it has an Authorization header; nothing
// when it stands for nobody. An Error when that could not be found out (503), or not any more
// (429).
using Authenticate = std::function<Task<Result<std::optional<Identity>>>(const Request& request)>;

class Connection;
struct Guard;
class ProblemLog;

class HttpServer {
 public:
  // All of these must outlive the server's connections: call stop() and run the context dry first.
  HttpServer(asio::io_context& context, async::BlockingPool& pool, HttpSettings settings,
             const Router& router, Authenticate authenticate);
  ~HttpServer();

  // Requests for its host names go by it. Before start(); it outlives the server's connections.
  void forward_by(Forward& forward) { forward_ = &forward; }

  // Binds and listens; who connects waits until start(). `conflict` when the port is taken,
  // `invalid` for a host that is no address of this machine, `denied` for a port that needs rights
  // we lack.
  Result<> listen();
  // Serves from now on. Requires listen().
  void start();
  [[nodiscard]] uint16_t port() const { return port_; }
  // "http://127.0.0.1:8080", or public_url.
  [[nodiscard]] std::string url() const;

  // Stops accepting, closes idle connections, closes WebSockets with 1012, lets requests in
  // progress finish for at most `grace`, and returns when no connection is left.
  Task<void> stop(async::Duration grace);

  [[nodiscard]] size_t connections() const { return connections_.size(); }

 private:
  Task<void> accept_loop();
  void admit(asio::ip::tcp::socket socket);
  Task<void> serve(std::shared_ptr<Connection> connection);
  void forget(Connection* connection);

  asio::io_context& context_;
  async::BlockingPool& pool_;
  HttpSettings settings_;
  const Router& router_;
  Authenticate authenticate_;
  std::unique_ptr<Guard> guard_;
  std::unique_ptr<ProblemLog> problems_;
  asio::ip::tcp::acceptor acceptor_;
  uint16_t port_ = 0;
  bool stopping_ = false;
  SendQueues queues_;
  Forward* forward_ = nullptr;
  std::set<Connection*> connections_;  // Each keeps itself alive until it forgets itself here.
  async::Event empty_;
};

}  // namespace colibri::net
