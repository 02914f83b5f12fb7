#include "api/terminal_socket.hpp"

#include <boost/asio/this_coro.hpp>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "wire/terminal_message.hpp"

namespace colibri::api {

using net::CloseCode;

namespace {

using namespace std::chrono_literals;

constexpr auto kAttachLimit = 15s;
constexpr auto kOutputLimit = 40s;  // The supervisor answers within 20.
constexpr auto kInputLimit = 60s;   // A program that takes nothing for so long loses what comes.
constexpr auto kLinkLimit = 30s;    // For a supervisor to dial a server that was started again.
constexpr uint64_t kUnderWay = 256u << 10;

}  // namespace

struct TerminalSocket::State {
  // Let go of with the TerminalSocket: a coroutine that is never resumed, at the server's end, must
  // not be the last to hold it.
  std::shared_ptr<net::WebSocket> socket;
  std::shared_ptr<runtimes::Runtime> runtime;
  std::string terminal;
  bool attached = false;
  uint64_t sent = 0, taken = 0;  // Up to where.
  async::Event taken_more;
  async::Event decided;  // Attached, or over.

  [[nodiscard]] bool over() const { return !socket || socket->closing(); }

  static Task<Result<link::Reply>> read(std::shared_ptr<State> self, bool wait);
  static Task<bool> attach(std::shared_ptr<State> self, wire::TerminalAttach wish);
  static Task<void> output_loop(std::shared_ptr<State> self);
  static Task<void> type(std::shared_ptr<State> self, std::string bytes);
  static Task<void> close_unattached(std::shared_ptr<State> self);
  // False when that was the last.
  bool bring(const link::Reply& reply);
  // Whether the page's text message is one that it may send now.
  [[nodiscard]] Result<> take(const wire::TerminalMessage& message);
  void resize(int64_t columns, int64_t rows) {
    runtime->order(link::TerminalResize{terminal, link::clamped(columns, rows)});
  }
};

TerminalSocket::TerminalSocket(std::shared_ptr<net::WebSocket> socket,
                               std::shared_ptr<runtimes::Runtime> runtime, std::string terminal)
    : state_(std::make_shared<State>()) {
  state_->socket = std::move(socket);
  state_->runtime = std::move(runtime);
  state_->terminal = std::move(terminal);
}

TerminalSocket::~TerminalSocket() {
  state_->socket->close(CloseCode::going_away, "");
  state_->socket.reset();
  state_->taken_more.set();
  state_->decided.set();
}

void TerminalSocket::on_sent_away(uint16_t code, const std::string& reason) {
  state_->socket->close(code, reason);
  state_->taken_more.set();
}

Task<void> TerminalSocket::State::close_unattached(std::shared_ptr<State> self) {
  const bool decided = co_await self->decided.wait_for(kAttachLimit);
  if (!decided && !self->over()) self->socket->close(CloseCode::malformed, "no attach came");
}

Task<void> TerminalSocket::serve() {
  const auto state = state_;
  const auto executor = co_await asio::this_coro::executor;
  async::spawn(executor, State::close_unattached(state), "waiting for a terminal's page");
  for (;;) {
    auto message = co_await state->socket->receive();
    if (!message) {
      if (message.error().code == ErrorCode::too_large)
        state->socket->close(CloseCode::too_large, message.error().detail);
      co_return;
    }
    if (message->binary) {
      if (!state->attached || message->payload.size() > kMostTyped)
        co_return state->socket->close(CloseCode::malformed, "too much at a time, or too early");
      state->runtime->touch();
      co_await State::type(state, std::move(message->payload));
      continue;
    }
    const auto parsed = wire::parse_terminal_message(message->payload);
    const Result<> fits = parsed ? state->take(*parsed) : std::unexpected(parsed.error());
    if (!fits) co_return state->socket->close(CloseCode::malformed, fits.error().detail);
    const auto* wish = std::get_if<wire::TerminalAttach>(&*parsed);
    if (!wish) continue;
    if (const bool there = co_await State::attach(state, *wish); !there) co_return;
    async::spawn(executor, State::output_loop(state), "bringing a terminal's output");
  }
}

Result<> TerminalSocket::State::take(const wire::TerminalMessage& message) {
  if (std::holds_alternative<wire::TerminalAttach>(message)) {
    if (attached) return failure(ErrorCode::invalid, "a second attach");
    return {};
  }
  if (!attached) return failure(ErrorCode::invalid, "attach comes first");
  if (const auto* now = std::get_if<wire::TerminalTaken>(&message)) {
    if (now->to > sent) return failure(ErrorCode::invalid, "taken what was not sent");
    taken = std::max(taken, now->to);
    taken_more.set();
  } else if (const auto* size = std::get_if<wire::TerminalResized>(&message)) {
    resize(size->columns, size->rows);
  }
  return {};
}

Task<Result<link::Reply>> TerminalSocket::State::read(std::shared_ptr<State> self, bool wait) {
  link::TerminalRead question{.terminal = self->terminal, .from = self->sent, .wait = wait};
  auto asking = runtimes::Runtime::ask(self->runtime, std::move(question), kOutputLimit);
  co_return co_await std::move(asking);
}

Task<bool> TerminalSocket::State::attach(std::shared_ptr<State> self, wire::TerminalAttach wish) {
  self->sent = wish.from;
  const auto until = async::Clock::now() + kLinkLimit;
  for (;;) {
    const auto reply = co_await read(self, false);
    if (self->over()) co_return false;
    if (reply && reply->content) {
      const json::Object& content = *reply->content;
      const auto place = [&](const char* key) {
        return static_cast<uint64_t>(
            std::max<int64_t>(0, json::integer_at(content, key).value_or(0)));
      };
      self->attached = true;
      self->decided.set();
      self->sent = self->taken = place("from");
      self->resize(wish.columns, wish.rows);
      self->socket->send(wire::terminal_attached(self->sent, place("end")));
      co_return true;
    }
    const bool lasting = reply || reply.error().code == ErrorCode::not_found;
    if (lasting || !self->runtime->alive()) {
      self->socket->close(CloseCode::runtime_gone, "there is no such terminal");
      co_return false;
    }
    if (async::Clock::now() > until) {
      self->socket->close(CloseCode::try_again, "the runtime cannot be reached");
      co_return false;
    }
    co_await async::sleep_for(200ms);
  }
}

bool TerminalSocket::State::bring(const link::Reply& reply) {
  const int64_t from = reply.content ? json::integer_at(*reply.content, "from").value_or(-1) : -1;
  if (from < 0) return true;
  const std::string bytes = reply.buffers.empty() ? "" : reply.buffers.front();
  if (!bytes.empty()) {
    const auto place = static_cast<uint64_t>(from);
    if (place != sent) taken = std::max(taken, place);  // What was not kept is not awaited.
    socket->send_binary(wire::terminal_output(place, bytes));
    sent = place + bytes.size();
  }
  if (!json::bool_at(*reply.content, "ended").value_or(false)) return true;
  socket->send(wire::terminal_ended(json::integer_at(*reply.content, "status").value_or(0),
                                    json::integer_at(*reply.content, "signal").value_or(0)));
  socket->close(CloseCode::runtime_gone, "the terminal has ended");
  return false;
}

Task<void> TerminalSocket::State::output_loop(std::shared_ptr<State> self) {
  while (!self->over()) {
    if (self->sent > self->taken + kUnderWay) {
      self->taken_more.reset();
      (void)co_await self->taken_more.wait_for(60s);
      continue;
    }
    const auto reply = co_await read(self, true);
    if (self->over()) co_return;
    if (reply) {
      if (!self->bring(*reply)) co_return;
      continue;
    }
    if (reply.error().code == ErrorCode::not_found || !self->runtime->alive())
      co_return self->socket->close(CloseCode::runtime_gone, "the terminal has ended");
    co_await async::sleep_for(300ms);  // The link is lost; its supervisor dials again.
  }
}

Task<void> TerminalSocket::State::type(std::shared_ptr<State> self, std::string bytes) {
  link::TerminalInput question{.terminal = self->terminal, .bytes = std::move(bytes)};
  // Refused, it was typed into what is gone, which the output tells.
  auto asking = runtimes::Runtime::ask(self->runtime, std::move(question), kInputLimit);
  (void)co_await std::move(asking);
}

}  // namespace colibri::api
