#pragma once
// The runs that the server has asked for: one at a time goes to the kernel, the others wait here.
// Remembers which it has taken, because the server repeats itself after a reconnect. Pure.
#include <deque>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "link/messages.hpp"

namespace colibri::supervisor {

class Executions {
 public:
  static constexpr size_t kRemembered = 20'000;

  // False when it was taken before.
  bool take(link::Execute execute);
  // Remembers it as taken without running it. False when it was taken before.
  bool note(const ExecutionId& execution);

  // The next to send, which becomes the running one; nothing while one runs.
  std::optional<link::Execute> start_next();
  // start_next() could not be sent: it waits again, in front.
  void put_back(link::Execute execute);

  [[nodiscard]] const std::optional<ExecutionId>& running() const { return running_; }
  [[nodiscard]] bool waiting() const { return !queue_.empty(); }

  // The running one is over. With `stop` those that wait are taken out and returned.
  std::vector<ExecutionId> finish(bool stop);
  // All are over: the running one first.
  std::vector<ExecutionId> abandon();

 private:
  std::optional<ExecutionId> running_;
  bool running_stops_ = true;
  std::deque<link::Execute> queue_;
  std::unordered_set<std::string> known_;
  std::deque<std::string> order_;
};

}  // namespace colibri::supervisor
