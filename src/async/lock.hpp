#pragma once
// Lets one coroutine at a time into a stretch that suspends. All use is on the reactor thread.
#include <utility>

#include "async/event.hpp"

namespace colibri::async {

class Lock {
 public:
  // Holds the lock until it goes. The Lock must outlive it.
  class Hold {
   public:
    explicit Hold(Lock& lock) : lock_(&lock) {}
    Hold(Hold&& other) noexcept : lock_(std::exchange(other.lock_, nullptr)) {}
    Hold& operator=(Hold&&) = delete;
    ~Hold() {
      if (!lock_) return;
      lock_->held_ = false;
      lock_->free_.set();
    }

   private:
    Lock* lock_;
  };

  Task<Hold> take() {
    while (held_) {
      free_.reset();
      co_await free_.wait_for(std::chrono::seconds(60));
    }
    held_ = true;
    co_return Hold(*this);
  }
  [[nodiscard]] bool is_held() const { return held_; }

 private:
  bool held_ = false;
  Event free_;
};

}  // namespace colibri::async
