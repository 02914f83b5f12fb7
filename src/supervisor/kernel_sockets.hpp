#pragma once
// The ZeroMQ sockets of one start of one kernel: shell, control and stdin (DEALER) and iopub (SUB)
// over ipc. Connecting before the kernel has made its socket files is fine. All use is on the one
// reactor thread; libzmq's own thread does the copying.
#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "jupyter/connection_file.hpp"
#include "jupyter/message.hpp"

namespace zmq {
class context_t;
}

namespace colibri::supervisor {

namespace asio = boost::asio;

class KernelSockets {
 public:
  using OnMessage = std::function<void(jupyter::Channel, jupyter::Message)>;

  // Connects to PREFIX-1 to -4 with `identity` on shell and stdin. `context` outlives this.
  // Messages with a wrong signature, and those that came before, are dropped here.
  static Result<std::unique_ptr<KernelSockets>> connect(
      asio::any_io_executor executor, zmq::context_t& context, const std::string& prefix,
      const std::string& key, const std::string& identity, OnMessage on_message);
  // No callback comes after this. Messages not yet sent are dropped.
  ~KernelSockets();

  // False when the kernel does not listen there yet, or its queue is full.
  [[nodiscard]] bool send(jupyter::Channel channel, const jupyter::Message& message);

  // Opens all sockets anew, for after a message so large (over 256 MiB) that libzmq has given the
  // connection up. Not to be called from on_message.
  bool renew();

  // Opens another connection to shell and drops it: this wakes an ipykernel 7 that has missed the
  // wake-up for a message (its issue 1554).
  void poke();

 private:
  struct State;
  explicit KernelSockets(std::shared_ptr<State> state) : state_(std::move(state)) {}

  std::shared_ptr<State> state_;
};

}  // namespace colibri::supervisor
