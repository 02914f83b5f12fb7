#include "runtimes/lines.hpp"

#include "base/random.hpp"
#include "runtimes/runtime.hpp"
#include "runtimes/token_hash.hpp"

namespace colibri::runtimes {

namespace {
constexpr auto kDialLimit = std::chrono::seconds(10);
}  // namespace

Task<Result<channel::Stream>> Lines::dial(std::shared_ptr<Runtime> runtime, Order order) {
  const auto self = runtime->lines();
  if (!runtime->linked() || runtime->local())
    co_return failure(ErrorCode::unavailable, "The runtime cannot be reached now.");
  const std::string token = random_id("l_");
  const std::string hash = token_hash(token);
  const auto awaited = std::make_shared<Awaited>();
  self->awaited_[hash] = awaited;
  runtime->order(order(token));
  (void)co_await awaited->came.wait_for(kDialLimit);
  self->awaited_.erase(hash);
  if (!awaited->stream)
    co_return failure(ErrorCode::unavailable, "The runtime cannot be reached now.");
  co_return *std::move(awaited->stream);
}

bool Lines::admit(const std::string& token, channel::Stream stream) {
  const auto found = awaited_.find(token_hash(token));
  if (found == awaited_.end() || found->second->stream || closed_) return false;
  found->second->stream.emplace(std::move(stream));
  found->second->came.set();
  return true;
}

}  // namespace colibri::runtimes
