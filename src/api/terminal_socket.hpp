#pragma once
// A page's WebSocket on one terminal (docs/protocol.md 2.6): output as fast as the page shows it,
// input as fast as the program takes it. Nothing is kept here; the supervisor has it all.
#include <memory>
#include <string>

#include "async/task.hpp"
#include "net/web_socket.hpp"
#include "notebooks/runtime_guest.hpp"
#include "runtimes/runtime.hpp"

namespace colibri::api {

class TerminalSocket final : public notebooks::RuntimeGuest {
 public:
  static constexpr size_t kMostTyped = 64u << 10;  // In one message.

  TerminalSocket(std::shared_ptr<net::WebSocket> socket, std::shared_ptr<runtimes::Runtime> runtime,
                 std::string terminal);
  ~TerminalSocket() override;
  TerminalSocket(const TerminalSocket&) = delete;
  TerminalSocket& operator=(const TerminalSocket&) = delete;

  // Serves until either side closes. Call once; this must live until it is done.
  Task<void> serve();

  void on_sent_away(uint16_t code, const std::string& reason) override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace colibri::api
