#pragma once
// What a supervisor is asked and answers with a `reply`: who waits for which. On the reactor
// thread.
#include <map>
#include <memory>
#include <string>

#include "async/event.hpp"
#include "async/task.hpp"
#include "base/result.hpp"
#include "link/messages.hpp"

namespace colibri::runtimes {

class Questions {
 public:
  // The name of the next question, unlike any that a document gives.
  [[nodiscard]] std::string next() { return "runtime_" + std::to_string(++last_); }

  // The answer to the question of this name, which was just sent.
  //
  // unavailable  the link was lost
  // timeout      no answer came
  // or what the supervisor says
  static Task<Result<link::Reply>> answer(std::shared_ptr<Questions> self, std::string request,
                                          async::Duration limit);

  // False when nobody of ours has asked.
  bool take(link::Reply& reply);
  // The link is lost: no answer will come.
  void give_up();

 private:
  struct Waiting {
    async::Event answered;
    Result<link::Reply> reply = failure(ErrorCode::timeout, "The runtime does not answer.");
  };

  uint64_t last_ = 0;
  std::map<std::string, std::shared_ptr<Waiting>> waiting_;
};

}  // namespace colibri::runtimes
