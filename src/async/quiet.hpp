#pragma once
// How an asynchronous operation of Asio is awaited: errors come back as values, first of a tuple,
// and nothing throws: `const auto [error, n] = co_await socket.async_read_some(buffer, kQuiet);`.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace colibri::async {

inline constexpr auto kQuiet = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace colibri::async
