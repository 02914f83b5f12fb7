#pragma once
// Task<T>: the coroutine type of all asynchronous code. It starts when awaited (or spawned, see
// spawn.hpp) and runs on the executor of whoever awaits it.
//
// Two traps of g++ 12.2, both found the hard way; tools/tidy looks for them:
//
// - No bare co_await as the condition of an if, while or switch: it crashes when the awaited task
//   completes without suspending. `if (const bool ok = co_await f(); !ok)` is right.
// - No temporary inside an awaited expression that is a lambda with captures to destroy, is made by
//   braces, or comes out of `?:` with a class type: it is destroyed twice. Name it first:
//   `auto work = [id] {…}; co_await pool.run(std::move(work));`. Captures by reference are fine.
#include <boost/asio/awaitable.hpp>

namespace colibri {

namespace asio = boost::asio;

namespace async {
template <class T = void>
using Task = asio::awaitable<T>;
}  // namespace async

using async::Task;

}  // namespace colibri
