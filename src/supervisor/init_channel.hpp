#pragma once
// The supervisor's end of the socket to colibri-init (docs/protocol.md 3.1). What comes from the
// other end is untrusted: sizes are limited, ids that we did not give are ignored.
#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>

#include "supervisor/descriptor.hpp"
#include "supervisor/sandbox.hpp"

namespace colibri::supervisor {

class InitChannel {
 public:
  struct Ends {
    Descriptor ours;
    Descriptor inits;  // To be inherited as descriptor 3.
  };
  [[nodiscard]] static Result<Ends> make_pair();

  InitChannel(asio::any_io_executor executor, Descriptor ours);
  ~InitChannel();
  InitChannel(const InitChannel&) = delete;
  InitChannel& operator=(const InitChannel&) = delete;

  // As of Sandbox. on_closed: init has gone, or speaks something else.
  std::function<void(ProcessId, ExitStatus)> on_exit;
  std::function<void()> on_closed;

  [[nodiscard]] Task<Result<ProcessId>> spawn(SpawnRequest request);
  void signal(ProcessId id, int signal, bool group);

  // Init exits, and with it all its processes. Waiting spawns fail; no callback comes any more.
  void close();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace colibri::supervisor
