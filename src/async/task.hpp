#pragma once
// Task<T>: the coroutine type of all asynchronous code. It starts when awaited (or spawned, see
// spawn.hpp) and runs on the executor of whoever awaits it.
//
// Never write co_await in the condition of an if, while or for: g++ 12.2 makes code of it that
// crashes when the awaited task completes without suspending. `if (const bool ok = co_await f();
// !ok)` and `const bool ok = co_await f();` are right.
#include <boost/asio/awaitable.hpp>

namespace colibri {

namespace asio = boost::asio;

namespace async {
template <class T = void>
using Task = asio::awaitable<T>;
}  // namespace async

using async::Task;

}  // namespace colibri
