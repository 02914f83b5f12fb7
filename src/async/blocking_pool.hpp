#pragma once
// Threads for calls that block or compute for long (files, argon2id, parsing, compression), so that
// the reactor never waits for them.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "async/task.hpp"

namespace colibri::async {

class BlockingPool {
 public:
  explicit BlockingPool(size_t threads) : pool_(threads) {}
  // Finishes what has been handed in. Destroy it before the io_context that its callers run on.
  ~BlockingPool() { join(); }
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  // Finishes what has been handed in; nothing may be handed in after it. Blocks.
  void join() { pool_.join(); }

  // Calls `work` on a thread of the pool and resumes on the caller's executor with what it returned
  // or threw. What `work` refers to must be its own or outlive the await: cancelling the awaiting
  // coroutine does not stop it.
  template <class F>
  Task<std::invoke_result_t<F&>> run(F work) {
    using T = std::invoke_result_t<F&>;
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    Outcome<T> outcome;
    auto initiate = [this, executor, &work, &outcome](auto handler) {
      asio::post(pool_, [guard = asio::make_work_guard(executor), &work, &outcome,
                         handler = std::move(handler)]() mutable {
        outcome.take(work);
        asio::post(guard.get_executor(), std::move(handler));
      });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(std::move(initiate),
                                                                         asio::use_awaitable);
    if (outcome.escaped) std::rethrow_exception(outcome.escaped);
    if constexpr (!std::is_void_v<T>) co_return std::move(*outcome.value);
  }

 private:
  template <class T>
  struct Outcome {
    std::conditional_t<std::is_void_v<T>, char, std::optional<T>> value{};
    std::exception_ptr escaped;

    template <class F>
    void take(F& work) noexcept {
      try {
        if constexpr (std::is_void_v<T>) {
          work();
        } else {
          value.emplace(work());
        }
      } catch (...) {
        escaped = std::current_exception();
      }
    }
  };

  asio::thread_pool pool_;
};

}  // namespace colibri::async
