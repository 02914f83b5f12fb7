#include "async/event.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <vector>

namespace colibri::async {

namespace {
struct Waiter {
  asio::steady_timer timer;
  bool woken = false;
};
}  // namespace

struct Event::State {
  bool set = false;
  std::vector<Waiter*> waiters;  // Each lives in the frame of its wait_for.

  static Task<bool> wait(std::shared_ptr<State> state, Duration limit);
};

Event::Event() : state_(std::make_shared<State>()) {}
Event::~Event() = default;
Event::Event(Event&&) noexcept = default;
Event& Event::operator=(Event&&) noexcept = default;

void Event::set() {
  state_->set = true;
  for (Waiter* waiter : state_->waiters) {
    waiter->woken = true;
    waiter->timer.cancel();
  }
  state_->waiters.clear();
}

void Event::reset() {
  state_->set = false;
}

bool Event::is_set() const {
  return state_->set;
}

Task<bool> Event::wait_for(Duration limit) {
  return State::wait(state_, limit);
}

Task<bool> Event::State::wait(std::shared_ptr<State> state, Duration limit) {
  if (state->set) co_return true;

  // Takes itself off the list however the frame ends: woken, timed out or destroyed unfinished.
  struct Registered {
    State& state;
    Waiter& waiter;
    Registered(State& s, Waiter& w) : state(s), waiter(w) { state.waiters.push_back(&waiter); }
    ~Registered() { std::erase(state.waiters, &waiter); }
  };
  Waiter waiter{asio::steady_timer(co_await asio::this_coro::executor)};
  const Registered registered(*state, waiter);
  // A limit of hours::max() must not overflow the clock.
  waiter.timer.expires_after(std::min<Duration>(limit, std::chrono::hours(24 * 365)));
  const auto [error] = co_await waiter.timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (waiter.woken) co_return true;
  if (error) throw boost::system::system_error(error);
  co_return false;
}

}  // namespace colibri::async
