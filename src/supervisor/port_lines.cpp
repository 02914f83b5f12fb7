#include "supervisor/port_lines.hpp"

#include <sched.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <set>
#include <thread>

#include "async/quiet.hpp"
#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "link/frame.hpp"
#include "supervisor/descriptor.hpp"
#include "supervisor/server_dial.hpp"

namespace colibri::supervisor {
namespace {

using async::kQuiet;
using tcp = asio::ip::tcp;

constexpr size_t kPiece = 64u << 10;
constexpr auto kConnectLimit = std::chrono::seconds(5);

// A socket belongs to the network in which it was made: a thread goes there to make it.
Result<Descriptor> make_socket(int container, const tcp& protocol) {
  int made = -1, why = 0;
  const auto make = [&] {
    if (container >= 0 && ::setns(container, CLONE_NEWNET) != 0) {
      why = errno;
      return;
    }
    made = ::socket(protocol.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (made < 0) why = errno;
  };
  try {
    std::thread(make).join();
  } catch (const std::system_error& e) {
    return failure(ErrorCode::unavailable, e.what());
  }
  if (made < 0) return errno_failure("a socket of the runtime", why);
  return Descriptor(made);
}

}  // namespace

struct PortLines::State {
  asio::any_io_executor executor;
  link::SupervisorConfig config;
  Sandbox& sandbox;
  bool stopped = false;
  size_t count = 0;
  std::set<std::shared_ptr<Line>> lines;

  Task<Result<tcp::socket>> connect(uint16_t port);
  Task<Result<tcp::socket>> connect(asio::ip::address address, uint16_t port);
};

struct PortLines::Line {
  Line(channel::Stream dialled, tcp::socket connected)
      : server(std::move(dialled)), port(std::move(connected)) {}

  channel::Stream server;
  tcp::socket port;

  void close() {
    boost::system::error_code ignored;
    server.close();
    port.close(ignored);
  }
};

PortLines::PortLines(asio::any_io_executor executor, const link::SupervisorConfig& config,
                     Sandbox& sandbox)
    : executor_(executor), state_(std::make_shared<State>(executor, config, sandbox)) {}

PortLines::~PortLines() {
  state_->stopped = true;
  for (const auto& line : state_->lines) line->close();
}

void PortLines::on(const link::PortWanted& message) {
  if (state_->count >= kMost) return log::warn("too many lines to ports are wanted");
  ++state_->count;
  async::spawn(executor_, serve(state_, message), "a line to a port");
}

Task<Result<tcp::socket>> PortLines::State::connect(asio::ip::address address, uint16_t port) {
  const tcp protocol = address.is_v6() ? tcp::v6() : tcp::v4();
  auto made = make_socket(sandbox.file_place().container, protocol);
  if (!made) co_return std::unexpected(made.error());
  tcp::socket socket(executor, protocol, made->release());
  asio::steady_timer limit(executor, kConnectLimit);
  limit.async_wait([&socket](const boost::system::error_code& cancelled) {
    boost::system::error_code ignored;
    if (!cancelled) socket.close(ignored);
  });
  const tcp::endpoint place(address, port);
  const auto [error] = co_await socket.async_connect(place, kQuiet);
  limit.cancel();
  if (error == asio::error::connection_refused)
    co_return failure(ErrorCode::not_found,
                      "Nothing listens on port " + std::to_string(port) + " of the runtime.");
  if (error)
    co_return failure(ErrorCode::unavailable,
                      "Port " + std::to_string(port) +
                          " of the runtime cannot be reached: " + error.message() + ".");
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  co_return socket;
}

// Some programs listen on one of the two loopback addresses only.
Task<Result<tcp::socket>> PortLines::State::connect(uint16_t port) {
  auto first = connect(asio::ip::address_v4::loopback(), port);
  auto socket = co_await std::move(first);
  if (socket || socket.error().code != ErrorCode::not_found) co_return socket;
  auto second = connect(asio::ip::address_v6::loopback(), port);
  auto other = co_await std::move(second);
  if (other) co_return other;
  co_return socket;
}

Task<void> PortLines::serve(std::shared_ptr<State> state, link::PortWanted wanted) {
  struct Counted {
    State& state;
    ~Counted() { --state.count; }
  } const counted{*state};
  auto dialled =
      co_await dial_server(state->executor, state->config.link, state->config.link_certificate);
  if (!dialled) co_return log::warn("a line to a port: {}", dialled.error().detail);
  const auto hello = link::encode(
      link::to_frame(link::FromSupervisor(link::LineHello{state->config.runtime, wanted.token})));
  if (!hello) co_return;
  const auto unheard = co_await dialled->write(asio::buffer(*hello));
  if (unheard) co_return;
  // Nothing more is said before the server has taken the line over: it says so by a frame.
  std::array<char, 256> said{};
  link::FrameDecoder decoder(said.size());
  for (;;) {
    const auto [error, bytes] = co_await dialled->read_some(asio::buffer(said));
    if (error) co_return;
    decoder.feed({said.data(), bytes});
    const auto frame = decoder.next();
    if (!frame) co_return;
    if (*frame) break;
  }
  if (state->stopped) co_return;
  Result<tcp::socket> port = failure(ErrorCode::invalid, "There is no such port.");
  if (wanted.port >= 1 && wanted.port <= 65535) {
    auto connecting = state->connect(static_cast<uint16_t>(wanted.port));
    port = co_await std::move(connecting);
  }
  link::Reply reply{.request = "", .content = {}, .error = {}};
  if (port) reply.content = json::Object{};
  if (!port) reply.error = port.error();
  const auto answer = link::encode(link::to_frame(link::FromSupervisor(std::move(reply))));
  if (!answer) co_return;
  const auto unanswered = co_await dialled->write(asio::buffer(*answer));
  if (unanswered || !port || state->stopped) co_return;
  const auto line = std::make_shared<Line>(*std::move(dialled), *std::move(port));
  state->lines.insert(line);
  async::spawn(state->executor, to_port(line), "bytes to a port");
  co_await to_server(line);
  line->close();
  state->lines.erase(line);
}

Task<void> PortLines::to_port(std::shared_ptr<Line> line) {
  std::string piece(kPiece, '\0');
  for (;;) {
    const auto [error, bytes] = co_await line->server.read_some(asio::buffer(piece));
    if (error) break;
    const auto [failed, written] =
        co_await asio::async_write(line->port, asio::buffer(piece.data(), bytes), kQuiet);
    if (failed) break;
  }
  line->close();
}

Task<void> PortLines::to_server(std::shared_ptr<Line> line) {
  std::string piece(kPiece, '\0');
  for (;;) {
    const auto [error, bytes] = co_await line->port.async_read_some(asio::buffer(piece), kQuiet);
    if (error) break;
    const auto lost = co_await line->server.write(asio::buffer(piece.data(), bytes));
    if (lost) break;
  }
}

}  // namespace colibri::supervisor
