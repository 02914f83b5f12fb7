#pragma once
// Task<T>: the coroutine type of all asynchronous code. It starts when awaited (or spawned, see
// spawn.hpp) and runs on the executor of whoever awaits it.
#include <boost/asio/awaitable.hpp>

namespace colibri {

namespace asio = boost::asio;

namespace async {
template <class T = void>
using Task = asio::awaitable<T>;
}  // namespace async

using async::Task;

}  // namespace colibri
