#pragma once
// The io_context of a program whose parts live shorter than it.
#include <boost/asio/io_context.hpp>

#include "async/task.hpp"

namespace colibri::async {

class Reactor final : public asio::io_context {
 public:
  // Only one thread runs it.
  Reactor() : asio::io_context(1) {}

  // Destroys every coroutine that still waits, as the destructor would, but while what they refer
  // to lives. Call it when run() has returned for good and no thread of a BlockingPool works for
  // one of them any more. Timers and sockets of the parts may be destroyed later; nothing runs.
  void abandon() { shutdown(); }
};

}  // namespace colibri::async
