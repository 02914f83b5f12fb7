#pragma once
// Closes a socket (4401) when the web session that it was opened with ends: at once when it ends
// here, within minutes when it runs out or another process ends it.
#include <memory>
#include <string>

#include "async/event.hpp"
#include "auth/sessions.hpp"
#include "net/web_socket.hpp"

namespace colibri::api {

class SessionWatch {
 public:
  SessionWatch(auth::Sessions& sessions, std::string session,
               std::shared_ptr<net::WebSocket> socket);
  ~SessionWatch();
  SessionWatch(const SessionWatch&) = delete;
  SessionWatch& operator=(const SessionWatch&) = delete;

  // Looks now and then, until this is destroyed.
  void start(const asio::any_io_executor& executor);

 private:
  auth::Sessions& sessions_;
  std::string session_;
  std::shared_ptr<net::WebSocket> socket_;
  uint64_t watcher_ = 0;
  std::shared_ptr<async::Event> done_ = std::make_shared<async::Event>();
};

}  // namespace colibri::api
