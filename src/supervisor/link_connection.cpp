#include "supervisor/link_connection.hpp"

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <optional>

#include "async/event.hpp"
#include "async/quiet.hpp"
#include "async/spawn.hpp"
#include "base/log.hpp"
#include "link/frame.hpp"

namespace colibri::supervisor {
namespace {

using namespace std::chrono_literals;
using Socket = asio::local::stream_protocol::socket;

constexpr size_t kBatchBytes = 256u << 10;
constexpr size_t kMaxUnnumbered = 256;
using async::kQuiet;

// One dialled connection. Reader, writer and watch each hold it; closing the socket ends all three.
struct Connection {
  explicit Connection(asio::any_io_executor executor) : socket(std::move(executor)) {}

  Socket socket;
  bool open = true;
  bool welcome = false;
  uint64_t next = 1;  // The next numbered frame to send.
  async::Clock::time_point heard = async::Clock::now();
  async::Event ended;

  void close() {
    if (!std::exchange(open, false)) return;
    boost::system::error_code ignored;
    socket.close(ignored);
    ended.set();
  }
};

}  // namespace

struct LinkConnection::State : std::enable_shared_from_this<LinkConnection::State> {
  State(asio::any_io_executor e, Peer p, Outbox& o, std::function<void(link::FromServer)> callback)
      : executor(std::move(e)), peer(std::move(p)), outbox(o), on_message(std::move(callback)) {}

  static Task<void> dial_loop(std::shared_ptr<State> self);
  static Task<bool> dial(std::shared_ptr<State> self);
  static Task<void> read(std::shared_ptr<State> self, std::shared_ptr<Connection> connection);
  static Task<void> write(std::shared_ptr<State> self, std::shared_ptr<Connection> connection);
  void take(Connection& connection, link::FromServer message);
  void welcome(Connection& connection, uint64_t acknowledged);
  bool next_batch(Connection& connection, std::string& batch);
  void queue(const link::FromSupervisor& message);

  asio::any_io_executor executor;
  Peer peer;
  Outbox& outbox;
  std::function<void(link::FromServer)> on_message;
  std::shared_ptr<Connection> current;
  async::Event wake;
  std::deque<std::string> unnumbered;
  std::optional<std::string> meters;
  async::Clock::time_point last_welcome = async::Clock::now();
  std::optional<async::Clock::time_point> refused_since;
  bool stopped = false;
};

LinkConnection::LinkConnection(asio::any_io_executor executor, Peer peer, Outbox& outbox,
                               std::function<void(link::FromServer)> on_message)
    : state_(std::make_shared<State>(std::move(executor), std::move(peer), outbox,
                                     std::move(on_message))) {}

LinkConnection::~LinkConnection() {
  state_->stopped = true;
  if (state_->current) state_->current->close();
}

void LinkConnection::start() {
  async::spawn(state_->executor, State::dial_loop(state_), "the link to the server");
}

void LinkConnection::wake() {
  state_->wake.set();
}

bool LinkConnection::connected() const {
  return state_->current && state_->current->welcome;
}

async::Duration LinkConnection::alone() const {
  return connected() ? async::Duration::zero() : async::Clock::now() - state_->last_welcome;
}

async::Duration LinkConnection::refused() const {
  return state_->refused_since ? async::Clock::now() - *state_->refused_since
                               : async::Duration::zero();
}

void LinkConnection::send(link::FromSupervisor message) {
  if (connected()) state_->queue(message);
}

void LinkConnection::State::queue(const link::FromSupervisor& message) {
  auto bytes = link::encode(link::to_frame(message));
  if (!bytes) {
    log::warn("a message to the server was left out: {}", bytes.error().detail);
    return;
  }
  if (std::holds_alternative<link::Meters>(message)) {
    meters = std::move(*bytes);
  } else if (unnumbered.size() < kMaxUnnumbered) {
    unnumbered.push_back(std::move(*bytes));
  }
  wake.set();
}

Task<void> LinkConnection::State::dial_loop(std::shared_ptr<State> self) {
  async::Duration pause = 100ms;
  while (!self->stopped) {
    const bool was_welcome = co_await dial(self);
    if (self->stopped) co_return;
    pause = was_welcome ? async::Duration(100ms) : std::min<async::Duration>(pause * 2, 2s);
    co_await async::sleep_for(pause);
  }
}

// One connection from dialling to its end. True when the server welcomed it.
Task<bool> LinkConnection::State::dial(std::shared_ptr<State> self) {
  const auto connection = std::make_shared<Connection>(self->executor);
  const auto [error] = co_await connection->socket.async_connect(
      asio::local::stream_protocol::endpoint(self->peer.socket), kQuiet);
  if (error || self->stopped) co_return false;
  self->current = connection;
  self->unnumbered.clear();
  self->meters.reset();
  link::Hello hello{self->peer.runtime, self->peer.token, self->outbox.next(),
                    self->outbox.oldest()};
  if (self->peer.complete) self->peer.complete(hello);
  self->queue(hello);
  async::spawn(self->executor, read(self, connection), "reading the link");
  async::spawn(self->executor, write(self, connection), "writing the link");
  while (connection->open) {
    const auto limit = connection->welcome ? async::Duration(kSilenceLimit) : async::Duration(10s);
    const auto left = connection->heard + limit - async::Clock::now();
    if (left <= async::Duration::zero()) {
      log::warn("the server is silent; dialling again");
      connection->close();
    } else {
      (void)co_await connection->ended.wait_for(left);
    }
  }
  if (connection->welcome) {
    self->last_welcome = async::Clock::now();
    log::info("the link to the server is lost");
  }
  self->current.reset();
  self->wake.set();
  co_return connection->welcome;
}

Task<void> LinkConnection::State::read(std::shared_ptr<State> self,
                                       std::shared_ptr<Connection> connection) {
  link::FrameDecoder decoder;
  std::vector<char> buffer(16u << 10);
  while (connection->open) {
    const auto [error, bytes] =
        co_await connection->socket.async_read_some(asio::buffer(buffer), kQuiet);
    if (error || !connection->open) break;
    connection->heard = async::Clock::now();
    decoder.feed({buffer.data(), bytes});
    while (connection->open) {
      auto frame = decoder.next();
      if (frame && !*frame) break;
      auto message = frame ? link::parse_from_server(std::move(**frame))
                           : Result<link::FromServer>(std::unexpected(frame.error()));
      if (message) {
        self->take(*connection, std::move(*message));
      } else {
        log::warn("from the server: {}", message.error().detail);
        if (!frame) connection->close();
      }
    }
  }
  connection->close();
}

void LinkConnection::State::take(Connection& connection, link::FromServer message) {
  if (const auto* welcome = std::get_if<link::Welcome>(&message)) {
    return this->welcome(connection, welcome->acknowledged);
  }
  if (const auto* refused = std::get_if<link::Refused>(&message)) {
    log::warn("the server refuses this runtime: {}", refused->reason);
    if (!refused_since) refused_since = async::Clock::now();
    return connection.close();
  }
  if (!connection.welcome) return connection.close();
  if (const auto* ack = std::get_if<link::Ack>(&message)) {
    outbox.acknowledge(ack->n);
    wake.set();
    // The owner may wait for an empty outbox.
  } else if (const auto* ping = std::get_if<link::Ping>(&message)) {
    return queue(link::Pong{ping->n});
  }
  if (on_message && !stopped) on_message(std::move(message));
}

void LinkConnection::State::welcome(Connection& connection, uint64_t acknowledged) {
  if (acknowledged + 1 < outbox.oldest()) {
    log::error("the server asks for frames from {} on, but the oldest kept is {}", acknowledged + 1,
               outbox.oldest());
  }
  outbox.acknowledge(acknowledged);
  connection.next = outbox.oldest();
  connection.welcome = true;
  last_welcome = async::Clock::now();
  refused_since.reset();
  log::info("linked to the server; sending from frame {} on", connection.next);
  wake.set();
  if (on_message && !stopped) on_message(link::Welcome{acknowledged});
}

bool LinkConnection::State::next_batch(Connection& connection, std::string& batch) {
  batch.clear();
  while (!unnumbered.empty() && batch.size() < kBatchBytes) {
    batch += unnumbered.front();
    unnumbered.pop_front();
  }
  if (!connection.welcome) return !batch.empty();
  if (meters) {
    batch += *meters;
    meters.reset();
  }
  // Acknowledged meanwhile on an earlier connection: not to be sent.
  connection.next = std::max(connection.next, outbox.oldest());
  while (connection.next < outbox.next() && batch.size() < kBatchBytes) {
    if (!outbox.append_frame(connection.next, batch)) {
      // The spool can't be read now. Without this frame nothing later may go out.
      connection.close();
      return false;
    }
    ++connection.next;
  }
  return !batch.empty();
}

Task<void> LinkConnection::State::write(std::shared_ptr<State> self,
                                        std::shared_ptr<Connection> connection) {
  std::string batch;
  while (connection->open) {
    self->wake.reset();
    if (!self->next_batch(*connection, batch)) {
      if (batch.capacity() > 4 * kBatchBytes) std::string().swap(batch);
      (void)co_await self->wake.wait_for(30s);
      continue;
    }
    const auto [error, bytes] =
        co_await asio::async_write(connection->socket, asio::buffer(batch), kQuiet);
    if (error) break;
  }
  connection->close();
}

}  // namespace colibri::supervisor
