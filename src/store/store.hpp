#pragma once
// The database: accounts, document logs, leases. A SQLite file in WAL mode or a PostgreSQL
// database; one writer thread, one reader thread. Works that wait for the writer together share
// one commit, so a record costs a fraction of an fsync when many are busy.
#include <soci/session.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "async/task.hpp"
#include "base/result.hpp"
#include "store/address.hpp"

namespace colibri::store {

// What callers pass, as in `co_await store.write<int>([id](soci::session& sql) -> Result<int>
// {…})`: runs on a thread of the store, with the connection inside a transaction. It must not
// begin, commit or roll back, nor go on after an exception of SOCI. Its SQL is what SQLite and
// PostgreSQL both know, and its texts have no zero byte. May be called once. Owns what it refers
// to.
template <class T = void>
using Work = std::move_only_function<Result<T>(soci::session&)>;

// Who opens a store. A database of PostgreSQL takes one server; for a file it is the data folder's
// lock that sees to it.
enum class Opener { server, command };

class Store {
 public:
  // Opens the database (makes the file, mode 0600) and brings its tables up to date.
  //
  // unsupported  a newer Colibri has written it, or its server is too old
  // corrupt      it is no database, or a damaged one
  // conflict     another server uses it
  // unavailable  it cannot be reached
  // io           the operating system said no
  static Result<std::unique_ptr<Store>> open(const Address& address,
                                             Opener opener = Opener::command);
  // Finishes the works that wait.
  ~Store();

  // Runs `work` in a transaction on the writer thread and resumes, on the caller's executor, after
  // the commit is on the disk (synchronous=FULL, synchronous_commit=on). A work that returns an
  // error, or throws, is undone without harm to its neighbours in the same commit. If the commit
  // fails, all of them get its error.
  //
  // conflict     a constraint of the table (a duplicate key)
  // io           disk full or unwritable; nothing of the work is there
  // unavailable  the database was lost on the way, and did not come back within seconds
  template <class T = void>
  Task<Result<T>> write(std::type_identity_t<Work<T>> work) {
    return submit<T>(writer(), std::move(work));
  }

  // Runs `work` on the reader's connection; it sees one consistent, committed state.
  template <class T = void>
  Task<Result<T>> read(std::type_identity_t<Work<T>> work) {
    return submit<T>(reader(), std::move(work));
  }

  // The same for threads other than the reactor's (the command line); block until done.
  template <class T = void>
  Result<T> write_now(std::type_identity_t<Work<T>> work) {
    return submit_now<T>(writer(), std::move(work));
  }
  template <class T = void>
  Result<T> read_now(std::type_identity_t<Work<T>> work) {
    return submit_now<T>(reader(), std::move(work));
  }

 private:
  class Worker;
  struct Job {
    std::move_only_function<Result<>(soci::session&)> run;
    // Called once, after commit: the error of run or of the commit, if any.
    std::move_only_function<void(std::optional<Error>)> finish;
  };

  Store(std::unique_ptr<Worker> writer, std::unique_ptr<Worker> reader);
  Worker& writer() { return *writer_; }
  Worker& reader() { return *reader_; }
  static void post(Worker& worker, Job job);

  template <class T>
  static Job make_job(Work<T> work, std::shared_ptr<std::optional<Result<T>>> outcome,
                      std::move_only_function<void()> done) {
    return Job{[work = std::move(work), outcome](soci::session& sql) mutable -> Result<> {
                 outcome->emplace(work(sql));
                 if (!outcome->value()) return std::unexpected(outcome->value().error());
                 return {};
               },
               [outcome, done = std::move(done)](std::optional<Error> error) mutable {
                 if (error) outcome->emplace(std::unexpect, *std::move(error));
                 done();
               }};
  }

  template <class T>
  static Task<Result<T>> submit(Worker& worker, Work<T> work) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    auto outcome = std::make_shared<std::optional<Result<T>>>();
    auto initiate = [&worker, &work, &outcome, executor](auto handler) {
      post(worker, make_job<T>(std::move(work), outcome,
                               [guard = asio::make_work_guard(executor),
                                handler = std::move(handler)]() mutable {
                                 asio::post(guard.get_executor(), std::move(handler));
                               }));
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(std::move(initiate),
                                                                         asio::use_awaitable);
    co_return std::move(**outcome);
  }

  template <class T>
  static Result<T> submit_now(Worker& worker, Work<T> work) {
    auto outcome = std::make_shared<std::optional<Result<T>>>();
    std::promise<void> finished;
    auto future = finished.get_future();
    post(worker, make_job<T>(std::move(work), outcome,
                             [finished = std::move(finished)]() mutable { finished.set_value(); }));
    future.wait();
    return std::move(**outcome);
  }

  std::unique_ptr<Worker> writer_;
  std::unique_ptr<Worker> reader_;
};

}  // namespace colibri::store
