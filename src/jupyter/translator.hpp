#pragma once
// From a kernel's messages to what the link tells the server: knows which request belongs to which
// execution, and when an execution is over. Pure, so that every order of messages can be tested.
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "jupyter/message.hpp"
#include "link/messages.hpp"

namespace colibri::jupyter {

class Translator {
 public:
  static constexpr size_t kRemembered = 1000;  // Executions whose late outputs find their cell.

  // From now on messages with the parent `msg_id` belong to `execution`.
  void begin(std::string msg_id, ExecutionId execution);

  // What a message of the iopub, shell or stdin channel means for the server, in order. Empty for
  // what does not concern it. Status messages, and replies to other requests than execute, are the
  // caller's to read too.
  //
  // Done comes when both the reply and the parent's `idle` are here, so nothing of the run follows
  // it but the output of threads that it left.
  [[nodiscard]] std::vector<link::Event> on_iopub(Message message);
  [[nodiscard]] std::vector<link::Event> on_shell(const Message& message);
  [[nodiscard]] std::vector<link::Event> on_stdin(const Message& message);

  // Its KeyboardInterrupt will be told as reason `interrupted`.
  void note_interrupt(const ExecutionId& execution);

  // True when one of reply and idle came, and the other did not.
  [[nodiscard]] bool half_done(const ExecutionId& execution);
  // Ends an execution by what is known, for when its other half was lost.
  [[nodiscard]] std::optional<link::Event> settle(const ExecutionId& execution);

  // The header of the input request that `execution` waits for, once. A new request replaces it.
  [[nodiscard]] std::optional<json::Object> take_input(const ExecutionId& execution);

 private:
  struct Run {
    ExecutionId execution;
    bool replied = false, idle = false, done = false;
    bool counted = false, interrupted = false, raised = false;
    std::string status, ename;
  };
  struct Input {
    ExecutionId execution;
    json::Object header;
  };

  Run* find(const Message& message);
  Run* find(const ExecutionId& execution);
  std::optional<link::Event> done_if_complete(Run& run);
  link::Event finish(Run& run);

  std::unordered_map<std::string, Run> runs_;  // By msg_id of the request.
  std::deque<std::string> order_;
  std::optional<Input> input_;
};

}  // namespace colibri::jupyter
