#include "supervisor/executions.hpp"

namespace colibri::supervisor {

bool Executions::note(const ExecutionId& execution) {
  if (!known_.insert(execution.value).second) return false;
  order_.push_back(execution.value);
  if (order_.size() > kRemembered) {
    known_.erase(order_.front());
    order_.pop_front();
  }
  return true;
}

bool Executions::take(link::Execute execute) {
  if (!note(execute.execution)) return false;
  queue_.push_back(std::move(execute));
  return true;
}

std::optional<link::Execute> Executions::start_next() {
  if (running_ || queue_.empty()) return std::nullopt;
  link::Execute next = std::move(queue_.front());
  queue_.pop_front();
  running_ = next.execution;
  running_stops_ = next.stop_on_error;
  return next;
}

void Executions::put_back(link::Execute execute) {
  running_.reset();
  queue_.push_front(std::move(execute));
}

std::vector<ExecutionId> Executions::finish(bool stop) {
  running_.reset();
  return stop && running_stops_ ? abandon() : std::vector<ExecutionId>{};
}

std::vector<ExecutionId> Executions::abandon() {
  std::vector<ExecutionId> over;
  if (running_) over.push_back(*std::exchange(running_, std::nullopt));
  for (link::Execute& execute : queue_) over.push_back(std::move(execute.execution));
  queue_.clear();
  return over;
}

}  // namespace colibri::supervisor
