#pragma once
// The server's end of the lines to ports of one runtime (docs/protocol.md 3.6): each is a
// connection to a program inside, for one request of a browser. On the reactor thread.
#include <memory>
#include <set>
#include <utility>

#include "async/task.hpp"
#include "base/result.hpp"
#include "channel/stream.hpp"

namespace colibri::runtimes {

class PortLines;
class Runtime;

// One read and one write may be under way at the same time.
class PortLine {
 public:
  PortLine(std::shared_ptr<PortLines> lines, channel::Stream stream);
  ~PortLine();
  PortLine(const PortLine&) = delete;
  PortLine& operator=(const PortLine&) = delete;

  // Some bytes of the program; an error also for their end.
  Task<std::pair<boost::system::error_code, size_t>> read_some(asio::mutable_buffer into);
  Task<boost::system::error_code> write(asio::const_buffer bytes);
  // What is under way ends with an error.
  void close();

 private:
  std::shared_ptr<PortLines> lines_;
  channel::Stream stream_;
  bool open_ = true;
};

class PortLines : public std::enable_shared_from_this<PortLines> {
 public:
  static constexpr size_t kMost = 96;

  // not_found    nothing listens on the port
  // unavailable  the runtime cannot be reached now
  // too_many     too many are open
  static Task<Result<std::shared_ptr<PortLine>>> open(std::shared_ptr<Runtime> runtime, int port);

  // The runtime has ended: so have they.
  void close();

 private:
  friend class PortLine;

  size_t count_ = 0;
  std::set<PortLine*> open_;
  bool closed_ = false;
};

}  // namespace colibri::runtimes
