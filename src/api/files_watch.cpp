#include "api/files_watch.hpp"

#include <boost/asio/this_coro.hpp>
#include <deque>
#include <vector>

#include "async/lock.hpp"
#include "async/spawn.hpp"

namespace colibri::api {

using net::CloseCode;
using runtimes::FileLine;

namespace {

using namespace std::chrono_literals;

constexpr auto kTellLimit = 90s;  // The worker answers within 50.
constexpr size_t kLongestMessage = 256u << 10;

using Folders = std::vector<std::string>;

// {"type":"watch","folders":[…]}
Result<Folders> parse_watch(const net::SocketMessage& message) {
  const auto no_watch = [] { return failure(ErrorCode::invalid, "a watch has a list of folders"); };
  if (message.binary || message.payload.size() > kLongestMessage) return no_watch();
  const auto object = json::parse_object(message.payload, {.max_depth = 4, .max_values = 1000});
  const json::Array* list = object ? json::array_at(*object, "folders") : nullptr;
  if (!list || json::string_at(*object, "type") != "watch" ||
      list->size() > link::kMostWatchedFolders)
    return no_watch();
  Folders folders;
  for (const json::Value& each : *list) {
    if (!each.if_string()) return no_watch();
    folders.push_back(*each.if_string());
  }
  return folders;
}

}  // namespace

struct FilesWatch::State {
  // Let go of with the FilesWatch, as a terminal's.
  std::shared_ptr<net::WebSocket> socket;
  std::shared_ptr<runtimes::FileLines::Hold> hold;
  Folders folders;
  std::deque<Folders> asked;  // Of questions that are not answered yet.
  async::Lock asking;
  async::Event wanted;

  [[nodiscard]] bool over() const { return !socket || socket->closing(); }

  // A second question makes the worker answer the first at once.
  static Task<bool> ask(std::shared_ptr<State> self) {
    const auto turn = co_await self->asking.take();
    if (self->over()) co_return false;
    self->asked.push_back(self->folders);
    link::FileRequest question{.op = "watch", .folders = self->folders};
    auto beginning = FileLine::begin(self->hold->line(), std::move(question));
    const auto begun = co_await std::move(beginning);
    co_return begun.has_value();
  }

  static Task<void> tell_loop(std::shared_ptr<State> self) {
    while (!self->over()) {
      if (self->asked.empty()) {
        if (self->folders.empty()) {
          self->wanted.reset();
          (void)co_await self->wanted.wait_for(60s);
          continue;
        }
        if (const bool sent = co_await ask(self); !sent) break;
      }
      auto waiting = FileLine::reply(self->hold->line(), kTellLimit);
      const auto reply = co_await std::move(waiting);
      if (!reply || self->over()) break;
      const Folders told = std::move(self->asked.front());
      self->asked.pop_front();
      self->tell(*reply, told);
    }
    if (!self->over()) self->socket->close(CloseCode::try_again, "the runtime cannot be reached");
  }

  void tell(const json::Object& reply, const Folders& told) const {
    const json::Array* changed = json::array_at(reply, "changed");
    json::Array out;
    for (const json::Value& each : changed ? *changed : json::Array{}) {
      const auto i = each.if_integer();
      if (i && *i >= 0 && static_cast<size_t>(*i) < told.size())
        out.emplace_back(told[static_cast<size_t>(*i)]);
    }
    if (!out.empty())
      socket->send(json::serialize(json::Object{{"type", "changed"}, {"folders", std::move(out)}}));
  }
};

FilesWatch::FilesWatch(std::shared_ptr<net::WebSocket> socket,
                       std::shared_ptr<runtimes::FileLines::Hold> hold)
    : state_(std::make_shared<State>()) {
  state_->socket = std::move(socket);
  state_->hold = std::move(hold);
}

FilesWatch::~FilesWatch() {
  state_->socket->close(CloseCode::going_away, "");
  state_->socket.reset();
  state_->hold->line()->close();
  state_->wanted.set();
}

void FilesWatch::on_sent_away(uint16_t code, const std::string& reason) {
  state_->socket->close(code, reason);
  state_->wanted.set();
}

Task<void> FilesWatch::serve() {
  const auto state = state_;
  async::spawn(co_await asio::this_coro::executor, State::tell_loop(state),
               "telling of changed files");
  for (;;) {
    const auto message = co_await state->socket->receive();
    if (!message) co_return;
    auto folders = parse_watch(*message);
    if (!folders) co_return state->socket->close(CloseCode::malformed, folders.error().detail);
    state->folders = *std::move(folders);
    state->wanted.set();
    if (state->asked.empty()) continue;
    if (const bool sent = co_await State::ask(state); !sent) co_return;
  }
}

}  // namespace colibri::api
