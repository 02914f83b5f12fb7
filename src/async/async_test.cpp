#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <stdexcept>
#include <thread>

#include "async/blocking_pool.hpp"
#include "async/both.hpp"
#include "async/event.hpp"
#include "async/process.hpp"
#include "async/reactor.hpp"
#include "async/spawn.hpp"

namespace colibri::async {
namespace {

using namespace std::chrono_literals;

template <class T>
T run(asio::io_context& context, Task<T> task) {
  auto result = asio::co_spawn(context, std::move(task), asio::use_future);
  context.restart();
  context.run();
  return result.get();
}

TEST(BlockingPool, WorksElsewhereAndResumesHere) {
  asio::io_context context;
  BlockingPool pool(2);
  struct Body {
    static Task<bool> go(BlockingPool& pool) {
      const auto here = std::this_thread::get_id();
      const auto there = co_await pool.run([] { return std::this_thread::get_id(); });
      co_return there != here&& std::this_thread::get_id() == here;
    }
  };
  EXPECT_TRUE(run(context, Body::go(pool)));
}

TEST(BlockingPool, CarriesAnExceptionToTheCaller) {
  asio::io_context context;
  BlockingPool pool(1);
  EXPECT_THROW(run(context, pool.run([]() -> int { throw std::runtime_error("x"); })),
               std::runtime_error);
}

TEST(BlockingPool, MovesResultsThatCannotBeCopied) {
  asio::io_context context;
  BlockingPool pool(1);
  EXPECT_EQ(*run(context, pool.run([] { return std::make_unique<int>(7); })), 7);
}

TEST(Spawn, GoesOnAfterAnEscapedException) {
  asio::io_context context;
  struct Body {
    static Task<void> fail() {
      throw std::runtime_error("expected in this test");
      co_return;
    }
    static Task<void> note(bool& done) {
      done = true;
      co_return;
    }
  };
  bool done = false;
  spawn(context.get_executor(), Body::fail(), "a test");
  spawn(context.get_executor(), Body::note(done), "a test");
  context.run();
  EXPECT_TRUE(done);
}

TEST(Both, GoOnAtTheSameTimeAndBothEnd) {
  asio::io_context context;
  struct Body {
    static Task<int> wait(Event& for_this, Event& then) {
      then.set();
      EXPECT_TRUE(co_await for_this.wait_for(1h));
      co_return 1;
    }
    static Task<std::string> fail(bool& ended) {
      co_await sleep_for(1ms);
      ended = true;
      throw std::runtime_error("expected in this test");
      co_return "";
    }
  };
  // Each waits for the other: one after the other they would wait for ever.
  Event a, b;
  const auto got = run(context, both(Body::wait(a, b), Body::wait(b, a)));
  EXPECT_EQ(got, std::pair(1, 1));
  // An exception comes when both have ended, whichever threw.
  Event c;
  bool ended = false;
  c.set();
  EXPECT_THROW(run(context, both(Body::fail(ended), Body::wait(c, a))), std::runtime_error);
  EXPECT_TRUE(ended);
  EXPECT_THROW(run(context, both(Body::wait(c, a), Body::fail(ended))), std::runtime_error);
}

TEST(Event, WakesEveryWaiter) {
  asio::io_context context;
  Event event;
  auto a = asio::co_spawn(context, event.wait_for(1h), asio::use_future);
  auto b = asio::co_spawn(context, event.wait_for(1h), asio::use_future);
  context.poll();
  event.set();
  event.reset();
  context.run();
  EXPECT_TRUE(a.get());
  EXPECT_TRUE(b.get());
}

TEST(Event, TellsThatTheDeadlinePassed) {
  asio::io_context context;
  Event event;
  EXPECT_FALSE(run(context, event.wait_for(1ms)));
}

TEST(Event, IsDoneAtOnceWhenSetBefore) {
  asio::io_context context;
  Event event;
  event.set();
  EXPECT_TRUE(run(context, event.wait_for(0ms)));
}

TEST(Process, CapturesWhatAProgramSays) {
  const auto outcome =
      run_process_now({.argv = {"sh", "-c", "cat; echo problem >&2; exit 3"}, .input = "hello"});
  ASSERT_TRUE(outcome) << outcome.error().detail;
  EXPECT_EQ(outcome->out, "hello");
  EXPECT_EQ(outcome->err, "problem\n");
  EXPECT_EQ(outcome->status, 3);
}

TEST(Process, TellsTheSignalThatEndedIt) {
  const auto outcome = run_process_now({.argv = {"sh", "-c", "kill -TERM $$"}});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->signal, SIGTERM);
  EXPECT_FALSE(outcome->ok());
}

TEST(Process, SaysThatThereIsNoSuchProgram) {
  const auto outcome = run_process_now({.argv = {"no-such-program-anywhere"}});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::not_found);
}

TEST(Reactor, AbandonsWhatWaitsWhileWhatItRefersToLives) {
  Reactor reactor;
  struct Leaving {
    std::string& last;
    ~Leaving() { last = "left"; }
  };
  // As a server does, what it refers to lives shorter than the context.
  auto last = std::make_unique<std::string>("waits");
  auto never = std::make_unique<Event>();
  spawn(
      reactor.get_executor(),
      [](Event& event, std::string& said) -> Task<void> {
        const Leaving leaving{said};
        co_await event.wait_for(1h);
      }(*never, *last),
      "waiting");
  reactor.poll();
  EXPECT_EQ(*last, "waits");
  reactor.abandon();
  EXPECT_EQ(*last, "left");
  never->set();
}

TEST(Process, StopsOneThatTakesTooLong) {
  const auto outcome = run_process_now({.argv = {"sleep", "1000"}, .deadline = 20ms});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::timeout);
}

TEST(Process, StopsOneThatPrintsTooMuch) {
  const auto outcome = run_process_now({.argv = {"yes"}, .output_limit = 1000});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::too_large);
}

TEST(Process, InheritsNoDescriptor) {
  const int leak = dup(STDERR_FILENO);
  const auto outcome = run_process_now({.argv = {"ls", "/proc/self/fd"}});
  close(leak);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->out, "0\n1\n2\n3\n");  // 3 is ls reading the folder.
}

TEST(Process, TakesTheEnvironmentAndFolderItIsGiven) {
  const auto outcome = run_process_now(
      {.argv = {"/bin/sh", "-c", "echo $A; pwd"}, .environment = {{"A=b"}}, .directory = "/"});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->out, "b\n/\n");
}

TEST(Process, DoesNotStallOnAProgramThatReadsNothing) {
  const auto outcome = run_process_now({.argv = {"true"}, .input = std::string(1 << 20, 'x')});
  ASSERT_TRUE(outcome) << outcome.error().detail;
  EXPECT_TRUE(outcome->ok());
}

}  // namespace
}  // namespace colibri::async
