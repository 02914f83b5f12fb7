#pragma once
// One accepted WebSocket: a bounded outgoing queue with one outstanding write, pings, a deadline
// for the goodbye. All use is on the reactor thread.
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <memory>
#include <set>
#include <string>

#include "async/event.hpp"
#include "async/task.hpp"
#include "base/result.hpp"

namespace colibri::net {

struct SocketMessage {
  bool binary = false;
  std::string payload;
};

// RFC 6455 and our own (docs/protocol.md 2).
struct CloseCode {
  static constexpr uint16_t going_away = 1001;
  static constexpr uint16_t too_large = 1009;
  static constexpr uint16_t failed = 1011;
  static constexpr uint16_t restarting = 1012;
  static constexpr uint16_t try_again = 1013;
  static constexpr uint16_t malformed = 4400;
  static constexpr uint16_t signed_out = 4401;
  static constexpr uint16_t no_right = 4403;
  static constexpr uint16_t no_notebook = 4404;
  static constexpr uint16_t newer_page = 4409;
  static constexpr uint16_t runtime_gone = 4410;
};

class WebSocket;

// What waits to be sent in all sockets of a server together.
struct SendQueues {
  size_t bytes = 0;
  std::set<WebSocket*> sockets;
};

class WebSocket : public std::enable_shared_from_this<WebSocket> {
 public:
  using Stream = boost::beast::websocket::stream<boost::beast::tcp_stream>;

  // Takes over an accepted stream; start() sends the queue from then on. `all` must outlive this.
  WebSocket(std::unique_ptr<Stream> stream, SendQueues& all);
  ~WebSocket();

  void start();

  // Queues a message. When more than kQueueLimit bytes wait, the client is too slow: the queue is
  // dropped and the socket closed with 1013, so that it comes back and resumes. So is the one with
  // most of all when the server's sockets together are over kAllQueuesLimit. Nothing happens on a
  // closed socket.
  void send(std::shared_ptr<const std::string> text);
  void send(std::string text) { send(std::make_shared<const std::string>(std::move(text))); }
  void send_binary(std::string bytes);

  // Returns at once, or as soon as little waits to be sent: whoever answers what a client sends by
  // much more waits here before it takes up the next.
  [[nodiscard]] Task<void> wait_for_room();

  // Sends what is queued, then says goodbye; the connection is cut after 5 s at the latest. A
  // receive() that waits ends. The first call counts.
  void close(uint16_t code, std::string reason);
  [[nodiscard]] bool closing() const { return closing_; }

  // The next message. `unavailable` when the socket has closed (also by us, also when the client
  // was silent for 90 s despite pings), too_large for one over kMessageLimit. One call at a time.
  [[nodiscard]] Task<Result<SocketMessage>> receive();

  static constexpr size_t kMessageLimit = 16u << 20;
  // A snapshot of a large notebook must fit, so this is about a client that does not read.
  static constexpr size_t kQueueLimit = 64u << 20;
  static constexpr size_t kAllQueuesLimit = 128u << 20;
  static constexpr size_t kRoom = 8u << 20;

 private:
  struct Outgoing {
    std::shared_ptr<const std::string> bytes;
    bool binary = false;

    [[nodiscard]] size_t cost() const { return bytes->size() + 128; }  // With its own memory.
  };

  void count(size_t bytes);
  void uncount(size_t bytes);
  void give_up();
  void enqueue(Outgoing message);
  void cut();
  Task<void> write_loop(std::shared_ptr<WebSocket> self);
  Task<void> cut_later(std::shared_ptr<WebSocket> self);

  std::unique_ptr<Stream> stream_;
  boost::beast::flat_buffer buffer_;
  std::deque<Outgoing> queue_;
  size_t queued_bytes_ = 0;
  SendQueues& all_;
  async::Event wake_;
  async::Event sent_;
  async::Event finished_;
  bool closing_ = false;
  uint16_t close_code_ = 0;
  std::string close_reason_;
};

}  // namespace colibri::net
