#include "mail/sender.hpp"

#include <algorithm>

#include "async/spawn.hpp"
#include "base/log.hpp"

namespace colibri::mail {

namespace {

struct Waiting {
  Message message;
  size_t tries = 0;
  async::Clock::time_point due;
};

// Whom it was for, without telling the log a whole address.
std::string receiver(const Message& message) {
  return "somebody" + message.to.substr(std::min(message.to.find('@'), message.to.size()));
}

}  // namespace

struct Sender::State {
  async::BlockingPool& pool;
  std::optional<Server> server;
  std::vector<async::Duration> retries;
  std::deque<Waiting> queue;
  async::Event wake;
  std::atomic<bool> stopping = false;
  bool running = false;

  // The one that is due first.
  [[nodiscard]] auto next() { return std::ranges::min_element(queue, {}, &Waiting::due); }
  void take_outcome(Waiting waiting, const Result<>& outcome);
};

void Sender::State::take_outcome(Waiting waiting, const Result<>& outcome) {
  if (outcome) {
    log::info("mail to {} sent", receiver(waiting.message));
  } else if (outcome.error().code == ErrorCode::unavailable && waiting.tries < retries.size()) {
    const async::Duration wait = retries[waiting.tries++];
    waiting.due = async::Clock::now() + wait;
    log::warn("mail to {} waits: {}", receiver(waiting.message), outcome.error().detail);
    queue.push_back(std::move(waiting));
  } else {
    log::error("mail to {} was not sent: {}", receiver(waiting.message), outcome.error().detail);
  }
}

Sender::Sender(asio::any_io_executor executor, async::BlockingPool& pool,
               std::optional<Server> server, std::vector<async::Duration> retries)
    : executor_(std::move(executor)),
      state_(std::make_shared<State>(pool, std::move(server), std::move(retries))) {}

Sender::~Sender() {
  stop();
}

bool Sender::configured() const {
  return state_->server.has_value();
}

Result<> Sender::send(Message message) {
  if (!state_->server) return failure(ErrorCode::unavailable, "this server sends no mail");
  if (!is_address(message.to)) {
    return failure(ErrorCode::invalid, "that is no address that mail can be sent to");
  }
  if (state_->stopping || state_->queue.size() >= kMostWaiting) {
    return failure(ErrorCode::unavailable, "too many mails wait to be sent; try again later");
  }
  state_->queue.push_back({.message = std::move(message), .due = async::Clock::now()});
  state_->wake.set();
  if (!state_->running) {
    state_->running = true;
    async::spawn(executor_, run(state_), "sending mail");
  }
  return {};
}

void Sender::stop() {
  if (!state_->queue.empty()) log::warn("{} mails were not sent", state_->queue.size());
  state_->stopping = true;
  state_->queue.clear();
  state_->wake.set();
}

// Until the queue is empty; send() starts it again.
Task<void> Sender::run(std::shared_ptr<State> state) {
  while (!state->queue.empty()) {
    const auto next = state->next();
    const auto wait = next->due - async::Clock::now();
    if (wait > async::Duration::zero()) {
      state->wake.reset();
      co_await state->wake.wait_for(wait);
      continue;
    }
    Waiting waiting = std::move(*next);
    state->queue.erase(next);
    auto work = [&] { return deliver(*state->server, waiting.message, state->stopping); };
    const Result<> outcome = co_await state->pool.run(std::move(work));
    if (state->stopping) co_return;
    state->take_outcome(std::move(waiting), outcome);
  }
  state->running = false;
}

}  // namespace colibri::mail
