#include "store/store.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "store/connection.hpp"
#include "store/migrate.hpp"

namespace colibri::store {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// How long works wait for a database that went away, a restarted one mostly.
constexpr auto kReconnectWait = 5s;
constexpr auto kFirstPause = 50ms;
constexpr auto kLongestPause = 1s;

}  // namespace

// One connection on one thread; takes all jobs that wait into one transaction.
class Store::Worker {
 public:
  using Connect = std::function<Result<std::unique_ptr<Connection>>()>;

  // `connect` makes another connection when this one is lost.
  Worker(std::unique_ptr<Connection> connection, Connect connect)
      : connection_(std::move(connection)),
        connect_(std::move(connect)),
        thread_([this] { loop(); }) {}

  ~Worker() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  void post(Job job) {
    {
      const std::lock_guard lock(mutex_);
      jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
  }

 private:
  void loop() {
    for (;;) {
      std::vector<Job> batch;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        batch.swap(jobs_);
      }
      carry_out(batch);
    }
  }

  void carry_out(std::vector<Job>& batch) {
    std::vector<std::optional<Error>> errors(batch.size());
    if (const auto failed = run_batch(batch, errors); !failed) {
      connection_->roll_back();
      // A job that failed by itself keeps its own error.
      for (auto& error : errors) {
        if (!error) error = failed.error();
      }
    }
    for (size_t i = 0; i < batch.size(); ++i) batch[i].finish(std::move(errors[i]));
  }

  // An error here is one of the whole batch: nothing of it is in the database.
  Result<> run_batch(std::vector<Job>& batch, std::vector<std::optional<Error>>& errors) {
    if (auto begun = begin(); !begun) return begun;
    if (batch.size() == 1) {  // The usual case: what fails takes nobody with it.
      errors[0] = run_job(batch[0]);
      if (!connection_->in_transaction()) return std::unexpected(lost(errors[0]));
      if (!errors[0]) return commit();
      connection_->roll_back();
      return {};
    }
    for (size_t i = 0; i < batch.size(); ++i) {
      if (auto marked = connection_->mark(); !marked) return marked;
      errors[i] = run_job(batch[i]);
      if (!connection_->in_transaction()) return std::unexpected(lost(errors[i]));
      if (errors[i]) {
        if (auto undone = connection_->undo(); !undone) return undone;
      }
      if (auto released = connection_->release(); !released) return released;
    }
    return commit();
  }

  std::optional<Error> run_job(Job& job) {
    try {
      if (auto done = job.run(connection_->sql()); !done) return done.error();
      if (!connection_->must_undo()) return std::nullopt;
      return Error{ErrorCode::io, "a change of the database went on after an error"};
    } catch (const soci::soci_error& e) {
      return connection_->describe(e);
    } catch (const std::exception& e) {
      return Error{ErrorCode::io, e.what()};
    }
  }

  // A connection may have been lost since the last batch. Nothing of this one has run, so it may
  // begin on another.
  Result<> begin() {
    auto begun = connection_->begin();
    if (begun || !connection_->is_lost()) return begun;
    if (auto again = reconnect(); !again) return again;
    return connection_->begin();
  }

  Result<> commit() {
    auto committed = connection_->commit();
    if (committed || !connection_->is_lost()) return committed;
    // Only the database knows whether the word came through.
    const std::string transaction = connection_->transaction();
    if (transaction.empty() || !reconnect()) return committed;
    if (connection_->was_committed(transaction)) return {};
    return committed;
  }

  Result<> reconnect() {
    const auto until = Clock::now() + kReconnectWait;
    for (auto pause = std::chrono::milliseconds(kFirstPause);;
         pause = std::min<std::chrono::milliseconds>(2 * pause, kLongestPause)) {
      auto made = connect_();
      if (made) {
        connection_ = *std::move(made);
        log::info("connected to the database again");
        return {};
      }
      std::unique_lock lock(mutex_);
      if (stopping_ || Clock::now() + pause > until) return std::unexpected(made.error());
      wake_.wait_for(lock, pause, [this] { return stopping_; });
    }
  }

  static Error lost(const std::optional<Error>& cause) {
    return cause.value_or(Error{ErrorCode::io, "the database gave the transaction up"});
  }

  std::unique_ptr<Connection> connection_;
  Connect connect_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Job> jobs_;  // Guarded by mutex_, as is stopping_.
  bool stopping_ = false;
  std::thread thread_;  // Last: it uses the others.
};

Result<std::unique_ptr<Store>> Store::open(const Address& address, Opener opener) {
  const bool exclusive = opener == Opener::server;
  Worker::Connect connect_writer = [address, exclusive] {
    return connect(address, Access::write, exclusive);
  };
  Worker::Connect connect_reader = [address] { return connect(address, Access::read, false); };
  auto writer = connect_writer();
  if (!writer) return std::unexpected(writer.error());
  if (auto migrated = migrate(**writer); !migrated) return std::unexpected(migrated.error());
  auto reader = connect_reader();
  if (!reader) return std::unexpected(reader.error());
  return std::unique_ptr<Store>(
      new Store(std::make_unique<Worker>(*std::move(writer), std::move(connect_writer)),
                std::make_unique<Worker>(*std::move(reader), std::move(connect_reader))));
}

Store::Store(std::unique_ptr<Worker> writer, std::unique_ptr<Worker> reader)
    : writer_(std::move(writer)), reader_(std::move(reader)) {}

Store::~Store() = default;

void Store::post(Worker& worker, Job job) {
  worker.post(std::move(job));
}

}  // namespace colibri::store
