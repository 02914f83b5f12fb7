#pragma once
// One terminal: the master of a pty, what it printed last, and who waits for more. It is read no
// faster than somebody takes it, or than kFlood when nobody does, so that a program that prints
// without end costs little. All use is on the one reactor thread.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/event.hpp"
#include "async/task.hpp"
#include "link/messages.hpp"
#include "supervisor/descriptor.hpp"
#include "supervisor/sandbox.hpp"
#include "supervisor/scrollback.hpp"

namespace colibri::supervisor {

namespace asio = boost::asio;

class Terminal : public std::enable_shared_from_this<Terminal> {
 public:
  static constexpr size_t kKept = 256u << 10;
  static constexpr size_t kPiece = 64u << 10;
  static constexpr size_t kAhead = 128u << 10;    // Read beyond what anybody has taken.
  static constexpr size_t kFlood = 16u << 20;     // Bytes a second when nobody takes them.
  static constexpr size_t kMostTyped = 1u << 20;  // What may wait for the program.
  static constexpr size_t kEnoughTyped = 64u << 10;
  static constexpr size_t kMostReads = 32;

  Terminal(asio::any_io_executor executor, Descriptor master, link::TerminalSize size);

  void start();

  struct Output {
    Scrollback::Piece piece;
    uint64_t end = 0;
    std::optional<ExitStatus> ended;  // With the last piece.
  };
  using OnOutput = std::function<void(Result<Output>)>;
  // Answered, perhaps at once, when there is something at `from` or beyond, when the terminal has
  // ended, or, empty, when tick() comes 20 s later. `unavailable` for one too many.
  void read(uint64_t from, OnOutput answer);
  // What there is at `from` now; takes nothing.
  [[nodiscard]] Output output(uint64_t from) const;

  using OnTyped = std::function<void(Result<>)>;
  // Answered when the program has taken most of it. `too_large`: it was left out.
  void type(std::string bytes, OnTyped answer);

  void resize(link::TerminalSize size);
  [[nodiscard]] link::TerminalSize size() const { return size_; }

  // The process has ended: what it printed last is taken in, and the pty closed.
  void end(ExitStatus status);
  // Nobody is answered any more, and the pty is closed.
  void abandon();
  [[nodiscard]] std::optional<async::Clock::time_point> ended() const { return ended_at_; }

  void tick(async::Clock::time_point now);

 private:
  struct Read {
    uint64_t from;
    OnOutput answer;
    async::Clock::time_point since;
  };

  static Task<void> read_loop(std::shared_ptr<Terminal> self);
  static Task<void> write_loop(std::shared_ptr<Terminal> self);
  // How long to read nothing; zero: read on.
  [[nodiscard]] async::Duration too_far_ahead() const;
  // Takes what there is, at most kPiece. Nothing: the other end is closed.
  std::optional<size_t> take();
  void answer_reads();
  void close();

  asio::posix::stream_descriptor pty_;
  link::TerminalSize size_;
  Scrollback scrollback_{kKept};
  std::vector<Read> reads_;
  uint64_t taken_ = 0;  // By whoever is furthest.
  async::Clock::time_point taken_at_{};
  async::Event taken_more_;
  std::string typed_;
  std::vector<OnTyped> typing_;  // Wait until little is left of it.
  bool writing_ = false;
  std::optional<ExitStatus> exit_;
  std::optional<async::Clock::time_point> ended_at_;
};

}  // namespace colibri::supervisor
