#include "supervisor/link_connection.hpp"

#include <array>
#include <deque>
#include <optional>

#include "async/event.hpp"
#include "async/quiet.hpp"
#include "async/spawn.hpp"
#include "base/log.hpp"
#include "channel/tls.hpp"
#include "link/frame.hpp"

namespace colibri::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr size_t kBatchBytes = 256u << 10;
constexpr size_t kMaxUnnumbered = 256;
constexpr auto kDialLimit = 15s;

// One dialled connection. Reader, writer and watch each hold it; closing the socket ends all three.
struct Connection {
  explicit Connection(channel::Stream dialled) : stream(std::move(dialled)) {}

  channel::Stream stream;
  bool open = true;
  bool welcome = false;
  uint64_t next = 1;  // The next numbered frame to send.
  async::Clock::time_point heard = async::Clock::now();
  async::Event ended;

  void close() {
    if (!std::exchange(open, false)) return;
    stream.close();
    ended.set();
  }
};

}  // namespace

struct LinkConnection::State : std::enable_shared_from_this<LinkConnection::State> {
  State(asio::any_io_executor e, Peer p, Outbox& o, std::function<void(link::FromServer)> callback)
      : executor(std::move(e)), peer(std::move(p)), outbox(o), on_message(std::move(callback)) {}

  static Task<void> dial_loop(std::shared_ptr<State> self);
  static Task<Result<channel::Stream>> open_stream(std::shared_ptr<State> self);
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
  channel::Endpoints endpoints;  // With TLS: looked up once, for that blocks.
  std::string last_failure;      // Told once, not with every dial.
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

Task<Result<channel::Stream>> LinkConnection::State::open_stream(std::shared_ptr<State> self) {
  if (self->peer.address.starts_with('/')) {
    channel::UnixSocket socket(self->executor);
    const auto [error] = co_await socket.async_connect(
        asio::local::stream_protocol::endpoint(self->peer.address), async::kQuiet);
    if (error) co_return failure(ErrorCode::unavailable, error.message());
    co_return channel::Stream(std::move(socket));
  }
  if (self->endpoints.empty()) {
    auto found = channel::look_up(self->peer.address);
    if (!found) co_return std::unexpected(found.error());
    self->endpoints = *std::move(found);
  }
  co_return co_await channel::dial(self->endpoints, self->peer.certificate, kDialLimit);
}

// One connection from dialling to its end. True when the server welcomed it.
Task<bool> LinkConnection::State::dial(std::shared_ptr<State> self) {
  auto stream = co_await open_stream(self);
  const std::string failed = stream ? "" : stream.error().detail;
  if (failed != std::exchange(self->last_failure, failed) && !failed.empty())
    log::info("the server at {} cannot be reached: {}", self->peer.address, failed);
  if (!stream || self->stopped) co_return false;
  const auto connection = std::make_shared<Connection>(*std::move(stream));
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
    const auto [error, bytes] = co_await connection->stream.read_some(asio::buffer(buffer));
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
    const auto error = co_await connection->stream.write(asio::buffer(batch));
    if (error) break;
  }
  connection->close();
}

}  // namespace colibri::supervisor
