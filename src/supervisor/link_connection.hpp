#pragma once
// The supervisor's end of the link: dials the server (its Unix socket, or TLS), says hello, sends
// again what was not acknowledged, and then all that comes new; dials again when the connection is
// lost. All use is on the one reactor thread.
#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "async/timer.hpp"
#include "base/id.hpp"
#include "link/messages.hpp"
#include "supervisor/outbox.hpp"

namespace colibri::supervisor {

namespace asio = boost::asio;

class LinkConnection {
 public:
  static constexpr auto kSilenceLimit = std::chrono::seconds(45);

  struct Peer {
    std::string address;      // The path of a Unix socket, or host:port.
    std::string certificate;  // With host:port: the fingerprint of the only one to take.
    RuntimeId runtime;
    std::string token;
    std::function<void(link::Hello&)> complete = {};  // What a hello says of this moment.
  };

  // `outbox` outlives this. Hello, welcome, ack and ping are dealt with here; the rest goes to
  // on_message, never inside a call of ours.
  LinkConnection(asio::any_io_executor executor, Peer peer, Outbox& outbox,
                 std::function<void(link::FromServer)> on_message);
  // Nothing is called any more.
  ~LinkConnection();

  void start();

  // The outbox holds something new.
  void wake();

  // Sends an unnumbered message if the connection stands; else it is dropped. Meters replace the
  // meters that still wait.
  void send(link::FromSupervisor message);

  [[nodiscard]] bool connected() const;
  // How long there has been no server that welcomed us; zero while connected.
  [[nodiscard]] async::Duration alone() const;
  // How long every dial has been answered by "refused": the server has forgotten this runtime.
  [[nodiscard]] async::Duration refused() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace colibri::supervisor
