#include "runtimes/questions.hpp"

namespace colibri::runtimes {

Task<Result<link::Reply>> Questions::answer(std::shared_ptr<Questions> self, std::string request,
                                            async::Duration limit) {
  const auto waiting = std::make_shared<Waiting>();
  self->waiting_[request] = waiting;
  (void)co_await waiting->answered.wait_for(limit);
  self->waiting_.erase(request);
  co_return std::move(waiting->reply);
}

bool Questions::take(link::Reply& reply) {
  const auto found = waiting_.find(reply.request);
  if (found == waiting_.end()) return reply.request.starts_with("runtime_");
  if (reply.error) {
    found->second->reply = std::unexpected(*reply.error);
  } else {
    found->second->reply = std::move(reply);
  }
  found->second->answered.set();
  return true;
}

void Questions::give_up() {
  for (auto& [request, waiting] : waiting_) {
    if (waiting->answered.is_set()) continue;
    waiting->reply = failure(ErrorCode::unavailable, "The runtime cannot be reached now.");
    waiting->answered.set();
  }
}

}  // namespace colibri::runtimes
