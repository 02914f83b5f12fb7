#pragma once
// The Unix socket by which programs in the runtime ask for what lies outside (docs/protocol.md
// 3.4). It reads lines, keeps who waits for what, and writes the answers back; who answers is its
// owner's concern. All that comes in is hostile: connections, lines, requests under way and their
// rate are limited. All use is on the one reactor thread.
#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "async/timer.hpp"
#include "base/result.hpp"
#include "link/ask.hpp"
#include "supervisor/sandbox.hpp"

namespace colibri::supervisor {

namespace asio = boost::asio;

class AgentSocket {
 public:
  static constexpr size_t kMostConnections = 64;
  static constexpr size_t kMostUnderWay = 32;  // Of one connection.
  static constexpr size_t kBurst = 200;        // Requests at a stretch; so many a second come back.

  struct Callbacks {
    // Something is asked for; answer() may come at once.
    std::function<void(link::Ask)> on_ask;
    // Nobody waits any more: its time or its connection is over.
    std::function<void(const std::string& ask)> on_over;
  };
  AgentSocket(asio::any_io_executor executor, Callbacks callbacks);
  // Nothing is called any more; the connections close.
  ~AgentSocket();
  AgentSocket(const AgentSocket&) = delete;
  AgentSocket& operator=(const AgentSocket&) = delete;

  // Listens at `path`, which no program of the runtime can have touched yet, for the
  // processes of these users; the file belongs to the first.
  [[nodiscard]] Result<> listen(const std::string& path, UserRange users);

  // Answers an ask of this name; one that is over is forgotten.
  void answer(const std::string& ask, const link::AskResult& result);
  // All that wait for an answer, with what is left of their time.
  [[nodiscard]] std::vector<link::Ask> open() const;
  // Ends what has waited too long.
  void tick(async::Clock::time_point now);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace colibri::supervisor
