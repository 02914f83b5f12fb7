#pragma once
// One connection of a supervisor (docs/protocol.md 3): hello, then frames both ways, with pings.
// Internal to this module.
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "async/event.hpp"
#include "base/result.hpp"
#include "channel/stream.hpp"
#include "link/messages.hpp"

namespace colibri::runtimes {

class Runtime;

class LinkSession : public std::enable_shared_from_this<LinkSession> {
 public:
  // Whose link this is. An error refuses it; the detail goes to the supervisor.
  using Admit = std::function<Result<std::shared_ptr<Runtime>>(const link::Hello&)>;

  // Takes over a connection that is no link but a line beside it. False: it is not wanted.
  using HandOver = std::function<bool(const link::LineHello&, channel::Stream)>;

  explicit LinkSession(channel::Stream stream) : stream_(std::move(stream)) {}

  // Serves the connection until it ends, or is handed over. Without `hand_over` it can't be.
  static Task<void> serve(std::shared_ptr<LinkSession> self, Admit admit, HandOver hand_over = {});

  // Closes the connection when more than kMaxQueued waits: the other side does not read.
  void send(link::FromServer message);
  void close();

 private:
  static constexpr size_t kMaxQueued = 80u << 20;

  static Task<void> write(std::shared_ptr<LinkSession> self);
  static Task<void> watch(std::shared_ptr<LinkSession> self);
  static Task<void> read(std::shared_ptr<LinkSession> self, const Admit& admit);
  bool take(link::Frame frame, size_t bytes, const Admit& admit);
  bool hand(const link::LineHello& hello);
  bool greet(const link::Hello& hello, const Admit& admit);

  channel::Stream stream_;
  HandOver hand_over_;
  std::shared_ptr<Runtime> runtime_;  // After the welcome.
  bool open_ = true;
  bool closing_ = false;  // Once all that waits is written.
  std::deque<std::string> queue_;
  size_t queued_bytes_ = 0;
  async::Event wake_, closed_;
  async::Clock::time_point heard_ = async::Clock::now();
};

}  // namespace colibri::runtimes
