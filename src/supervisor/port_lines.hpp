#pragma once
// Lines from the server to ports of the runtime (docs/protocol.md 3.6): for each that is wanted,
// the server is dialled, a program inside is connected to, and bytes go through in both directions
// until either end closes. All use is on the one reactor thread.
#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "link/messages.hpp"
#include "link/supervisor_config.hpp"
#include "supervisor/sandbox.hpp"

namespace colibri::supervisor {

class PortLines {
 public:
  // The server keeps to fewer.
  static constexpr size_t kMost = 128;

  PortLines(asio::any_io_executor executor, const link::SupervisorConfig& config, Sandbox& sandbox);
  // Closes them.
  ~PortLines();

  void on(const link::PortWanted& message);

 private:
  struct State;
  struct Line;
  static Task<void> serve(std::shared_ptr<State> state, link::PortWanted wanted);
  static Task<void> to_port(std::shared_ptr<Line> line);
  static Task<void> to_server(std::shared_ptr<Line> line);

  asio::any_io_executor executor_;
  std::shared_ptr<State> state_;
};

}  // namespace colibri::supervisor
