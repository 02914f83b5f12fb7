#pragma once
// Two things at a time, of which the one who wants them waits for both.
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "async/event.hpp"
#include "async/spawn.hpp"
#include "async/task.hpp"

namespace colibri::async {

namespace detail {

template <class T>
struct Half {
  std::optional<T> value;
  std::exception_ptr escaped;
  Event over;
};

template <class T>
Task<void> carry_out(std::shared_ptr<Half<T>> half, Task<T> task) {
  try {
    half->value.emplace(co_await std::move(task));
  } catch (...) {
    half->escaped = std::current_exception();
  }
  half->over.set();
}

}  // namespace detail

// What both return, after both have ended: they may refer to what the caller has. An exception of
// either is thrown then. On the reactor thread.
template <class A, class B>
Task<std::pair<A, B>> both(Task<A> first, Task<B> second) {
  const auto one = std::make_shared<detail::Half<A>>();
  const auto other = std::make_shared<detail::Half<B>>();
  auto carrying = detail::carry_out(one, std::move(first));
  spawn(co_await asio::this_coro::executor, std::move(carrying), "one of two");
  auto carrying_too = detail::carry_out(other, std::move(second));
  co_await std::move(carrying_too);
  while (!one->over.is_set()) (void)co_await one->over.wait_for(std::chrono::hours(1));
  for (const auto& escaped : {one->escaped, other->escaped})
    if (escaped) std::rethrow_exception(escaped);
  co_return std::pair<A, B>(*std::move(one->value), *std::move(other->value));
}

}  // namespace colibri::async
