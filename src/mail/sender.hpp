#pragma once
// Sends mail in the background: send() queues and forgets, one mail at a time goes out, and one
// that the server does not take now is tried again a few times. What fails for good stands in the
// log. The queue is in memory: a mail that waits when the server ends is lost, and its link with
// it.
#include <atomic>
#include <deque>
#include <memory>
#include <vector>

#include "async/blocking_pool.hpp"
#include "async/event.hpp"
#include "mail/smtp.hpp"

namespace colibri::mail {

// All use is on the reactor thread.
class Sender {
 public:
  // Without a server nothing can be sent. `pool` must outlive this; a delivery keeps one of its
  // threads for up to a minute, so it should not be the one that files are read with.
  Sender(asio::any_io_executor executor, async::BlockingPool& pool, std::optional<Server> server,
         std::vector<async::Duration> retries = {std::chrono::seconds(10), std::chrono::minutes(1),
                                                 std::chrono::minutes(5)});
  ~Sender();
  Sender(const Sender&) = delete;

  [[nodiscard]] bool configured() const;

  // Queues the mail. `invalid` for what is no address, `unavailable` when mail is not configured or
  // too much waits already.
  Result<> send(Message message);

  // Ends what is under way and drops what waits, which is told in the log.
  void stop();

  static constexpr size_t kMostWaiting = 500;

 private:
  struct State;
  static Task<void> run(std::shared_ptr<State> state);

  asio::any_io_executor executor_;
  std::shared_ptr<State> state_;
};

}  // namespace colibri::mail
