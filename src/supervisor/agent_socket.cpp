#include "supervisor/agent_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <map>
#include <optional>

#include "async/event.hpp"
#include "async/quiet.hpp"
#include "async/spawn.hpp"
#include "base/log.hpp"

namespace colibri::supervisor {
namespace {

using namespace std::chrono_literals;
using Socket = asio::local::stream_protocol::socket;

constexpr size_t kPieceBytes = 64u << 10;
constexpr size_t kMostUnread = 2u << 20;  // Answers that the other side does not read.

// Reader and writer each hold it; closing the socket ends both.
struct AgentConnection {
  explicit AgentConnection(Socket accepted) : socket(std::move(accepted)) {}

  void close() {
    if (!std::exchange(open, false)) return;
    boost::system::error_code ignored;
    socket.close(ignored);
    wake.set();
    room.set();
  }

  Socket socket;
  bool open = true;
  size_t under_way = 0;
  std::string out;
  async::Event wake, room;
};

bool is_one_of(Socket& socket, UserRange users) {
  ucred peer = {};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return false;
  return peer.uid >= users.first && peer.uid - users.first < users.count;
}

}  // namespace

struct AgentSocket::State : std::enable_shared_from_this<AgentSocket::State> {
  struct Waiting {
    std::weak_ptr<AgentConnection> connection;
    json::Value id;
    link::Ask ask;
    async::Clock::time_point until;
    size_t bytes = 0;
  };

  State(asio::any_io_executor e, Callbacks c) : executor(std::move(e)), callbacks(std::move(c)) {}

  static Task<void> accept_loop(std::shared_ptr<State> self);
  static Task<void> serve(std::shared_ptr<State> self, std::shared_ptr<AgentConnection> connection);
  static Task<void> read(std::shared_ptr<State> self, std::shared_ptr<AgentConnection> connection);
  static Task<void> write(std::shared_ptr<AgentConnection> connection);
  static Task<void> wait_for_turn(std::shared_ptr<State> self,
                                  std::shared_ptr<AgentConnection> connection);
  void take(const std::shared_ptr<AgentConnection>& connection, std::string_view line);
  void begin(const std::shared_ptr<AgentConnection>& connection, link::AgentRequest request,
             size_t bytes);
  std::optional<Waiting> forget(const std::string& ask);
  void say(AgentConnection& connection, const json::Value& id, const link::AskResult& result);
  void drop(const std::shared_ptr<AgentConnection>& connection);

  asio::any_io_executor executor;
  Callbacks callbacks;
  UserRange users;
  std::optional<asio::local::stream_protocol::acceptor> acceptor;
  std::vector<std::shared_ptr<AgentConnection>> connections;
  std::map<std::string, Waiting> waiting;
  size_t waiting_bytes = 0;
  uint64_t last = 0;
  double tokens = kBurst;
  async::Clock::time_point filled = async::Clock::now();
  bool stopped = false;
};

AgentSocket::AgentSocket(asio::any_io_executor executor, Callbacks callbacks)
    : state_(std::make_shared<State>(std::move(executor), std::move(callbacks))) {}

AgentSocket::~AgentSocket() {
  state_->stopped = true;
  state_->callbacks = {};
  boost::system::error_code ignored;
  if (state_->acceptor) state_->acceptor->close(ignored);
  for (const auto& connection : state_->connections) connection->close();
}

Result<> AgentSocket::listen(const std::string& path, UserRange users) {
  state_->users = users;
  try {
    state_->acceptor.emplace(state_->executor, asio::local::stream_protocol::endpoint(path));
  } catch (const boost::system::system_error& e) {
    return failure(ErrorCode::io, "cannot listen at " + path + ": " + e.code().message());
  }
  if (::lchown(path.c_str(), users.first, static_cast<gid_t>(-1)) != 0 ||
      ::chmod(path.c_str(), 0600) != 0)
    return errno_failure("cannot give " + path + " to the runtime", errno);
  async::spawn(state_->executor, State::accept_loop(state_), "accepting programs of the runtime");
  return {};
}

void AgentSocket::answer(const std::string& ask, const link::AskResult& result) {
  const auto waiting = state_->forget(ask);
  const auto connection = waiting ? waiting->connection.lock() : nullptr;
  if (!connection || !connection->open) return;
  --connection->under_way;
  state_->say(*connection, waiting->id, result);
}

std::vector<link::Ask> AgentSocket::open() const {
  const auto now = async::Clock::now();
  std::vector<link::Ask> asks;
  for (const auto& [name, waiting] : state_->waiting) {
    asks.push_back(waiting.ask);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(waiting.until - now);
    asks.back().timeout_ms = std::max<int64_t>(left.count(), 1);
  }
  return asks;
}

void AgentSocket::tick(async::Clock::time_point now) {
  std::vector<std::string> late;
  for (const auto& [name, waiting] : state_->waiting)
    if (now >= waiting.until) late.push_back(name);
  for (const std::string& name : late) {
    answer(name, link::ask_failure("timeout", "Nothing answered in time."));
    if (state_->callbacks.on_over) state_->callbacks.on_over(name);
  }
}

Task<void> AgentSocket::State::accept_loop(std::shared_ptr<State> self) {
  while (!self->stopped) {
    auto [error, socket] = co_await self->acceptor->async_accept(async::kQuiet);
    if (self->stopped) co_return;
    if (error) {
      log::warn("a program of the runtime could not be accepted: {}", error.message());
      co_await async::sleep_for(200ms);
      continue;
    }
    if (!is_one_of(socket, self->users)) continue;
    auto connection = std::make_shared<AgentConnection>(std::move(socket));
    if (self->connections.size() >= kMostConnections) {
      // As far as it goes at once: nobody waits for one who is one too many.
      boost::system::error_code ignored;
      connection->socket.non_blocking(true, ignored);
      connection->socket.write_some(
          asio::buffer(link::agent_reply(
              {}, link::ask_failure("too_many", "Too many connections are open."))),
          ignored);
      continue;
    }
    self->connections.push_back(connection);
    async::spawn(self->executor, serve(self, connection), "serving a program of the runtime");
    async::spawn(self->executor, write(connection), "answering a program of the runtime");
  }
}

Task<void> AgentSocket::State::serve(std::shared_ptr<State> self,
                                     std::shared_ptr<AgentConnection> connection) {
  co_await read(self, connection);
  // What was said last must get out to one that closes its side only after reading it.
  if (connection->open && !connection->out.empty()) {
    connection->room.reset();
    (void)co_await connection->room.wait_for(1s);
  }
  connection->close();
  self->drop(connection);
}

Task<void> AgentSocket::State::read(std::shared_ptr<State> self,
                                    std::shared_ptr<AgentConnection> connection) {
  std::string buffer;
  std::vector<char> piece(kPieceBytes);
  while (connection->open) {
    const auto [error, bytes] =
        co_await connection->socket.async_read_some(asio::buffer(piece), async::kQuiet);
    if (error || !connection->open) co_return;
    size_t searched = buffer.size();
    buffer.append(piece.data(), bytes);
    size_t start = 0;
    for (size_t end; (end = buffer.find('\n', searched)) != std::string::npos;) {
      const std::string line = buffer.substr(start, end - start);
      start = searched = end + 1;
      co_await wait_for_turn(self, connection);
      if (!connection->open) co_return;
      self->take(connection, line);
    }
    buffer.erase(0, start);
    if (buffer.size() > link::kMaxAgentLine) {
      self->say(*connection, {}, link::ask_failure("too_large", "A request is over 1 MiB."));
      co_return;
    }
  }
}

// Who asks more than may be asked is read more slowly, as is one who does not read the answers.
Task<void> AgentSocket::State::wait_for_turn(std::shared_ptr<State> self,
                                             std::shared_ptr<AgentConnection> connection) {
  while (connection->open && connection->out.size() > kMostUnread) {
    connection->room.reset();
    (void)co_await connection->room.wait_for(30s);
  }
  while (connection->open) {
    const auto now = async::Clock::now();
    const double seconds = std::chrono::duration<double>(now - self->filled).count();
    self->tokens = std::min<double>(kBurst, self->tokens + seconds * kBurst);
    self->filled = now;
    if (self->tokens >= 1) break;
    co_await async::sleep_for(20ms);
  }
  self->tokens -= 1;
}

void AgentSocket::State::take(const std::shared_ptr<AgentConnection>& connection,
                              std::string_view line) {
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
  if (line.size() > link::kMaxAgentLine)
    return say(*connection, {}, link::ask_failure("too_large", "A request is over 1 MiB."));
  auto request = link::parse_agent_line(line);
  if (!request) return say(*connection, request.error().id, std::unexpected(request.error().error));
  begin(connection, *std::move(request), line.size());
}

void AgentSocket::State::begin(const std::shared_ptr<AgentConnection>& connection,
                               link::AgentRequest request, size_t bytes) {
  if (connection->under_way >= kMostUnderWay || waiting.size() >= link::kMaxAsks ||
      waiting_bytes + bytes > link::kMaxAskBytes)
    return say(*connection, request.id,
               link::ask_failure("too_many", "Too many requests are under way."));
  const std::string name = "a" + std::to_string(++last);
  link::Ask ask{name, std::move(request.method), std::move(request.params), request.timeout_ms};
  ++connection->under_way;
  waiting_bytes += bytes;
  waiting[name] = {connection, std::move(request.id), ask,
                   async::Clock::now() + std::chrono::milliseconds(request.timeout_ms), bytes};
  if (callbacks.on_ask) callbacks.on_ask(std::move(ask));
}

std::optional<AgentSocket::State::Waiting> AgentSocket::State::forget(const std::string& ask) {
  auto found = waiting.extract(ask);
  if (found.empty()) return std::nullopt;
  waiting_bytes -= found.mapped().bytes;
  return std::move(found.mapped());
}

void AgentSocket::State::say(AgentConnection& connection, const json::Value& id,
                             const link::AskResult& result) {
  connection.out += link::agent_reply(id, result);
  connection.wake.set();
}

Task<void> AgentSocket::State::write(std::shared_ptr<AgentConnection> connection) {
  std::string batch;
  while (connection->open) {
    if (connection->out.empty()) {
      connection->room.set();
      connection->wake.reset();
      (void)co_await connection->wake.wait_for(1h);
      continue;
    }
    batch.swap(connection->out);
    const auto [error, bytes] =
        co_await asio::async_write(connection->socket, asio::buffer(batch), async::kQuiet);
    batch.clear();
    if (error) break;
  }
  connection->close();
}

void AgentSocket::State::drop(const std::shared_ptr<AgentConnection>& connection) {
  std::erase(connections, connection);
  std::vector<std::string> over;
  for (const auto& [name, entry] : waiting)
    if (entry.connection.lock() == connection) over.push_back(name);
  for (const std::string& name : over) {
    (void)forget(name);
    if (callbacks.on_over) callbacks.on_over(name);
  }
}

}  // namespace colibri::supervisor
