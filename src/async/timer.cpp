#include "async/timer.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace colibri::async {

Task<void> sleep_for(Duration duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(asio::use_awaitable);
}

int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

int64_t lasting_ms() {
  using namespace std::chrono;
  struct Start {
    int64_t wall_ms = now_ms();
    Clock::time_point steady = Clock::now();
  };
  static const Start start;
  return start.wall_ms + duration_cast<milliseconds>(Clock::now() - start.steady).count();
}

int64_t wall_shift_ms() {
  const int64_t shift_ms = now_ms() - lasting_ms();
  // The two are not read at the same moment, and clocks are slewed: that is no jump.
  return shift_ms > -1000 && shift_ms < 1000 ? 0 : shift_ms;
}

}  // namespace colibri::async
