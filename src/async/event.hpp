#pragma once
// A flag that coroutines can wait for. All use is on the reactor thread.
#include <memory>

#include "async/timer.hpp"

namespace colibri::async {

class Event {
 public:
  Event();
  // Waiters of a destroyed Event go on waiting until their deadline.
  ~Event();
  Event(Event&&) noexcept;
  Event& operator=(Event&&) noexcept;

  // Wakes all waiters; stays set until reset(). Waiters run later, never inside this call.
  void set();
  void reset();
  [[nodiscard]] bool is_set() const;

  // True as soon as the event is set (also when it was reset before the waiter came to run), false
  // when `limit` has passed. Throws operation_aborted when the awaiting coroutine is cancelled.
  [[nodiscard]] Task<bool> wait_for(Duration limit);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace colibri::async
