#pragma once
// Passwords as argon2id hashes. Each hash takes 64 MiB and about 100 ms on purpose, so only a few
// run at a time, on the blocking pool.
#include <memory>
#include <string>

#include "async/blocking_pool.hpp"
#include "async/event.hpp"
#include "async/task.hpp"
#include "base/result.hpp"

namespace colibri::auth {

inline constexpr size_t kMinPasswordBytes = 8;
inline constexpr size_t kMaxPasswordBytes = 1024;

// `invalid` with a sentence for the person when it is too short or too long.
[[nodiscard]] Result<> check_password(const std::string& password);

struct PasswordCost {
  unsigned long long operations = 2;
  size_t memory_bytes = 64u << 20;
};

class PasswordHasher {
 public:
  explicit PasswordHasher(async::BlockingPool& pool, PasswordCost cost = {});

  // `unavailable` when too many wait already, or there is no memory.
  [[nodiscard]] Task<Result<std::string>> hash(std::string password);

  // Whether `password` made `hash`. An empty hash (nobody, or no password set) costs the same time
  // and is never right. `unavailable` as above.
  [[nodiscard]] Task<Result<bool>> verify(std::string hash, std::string password);

 private:
  class Turn;
  Task<Result<>> take_turn();
  void end_turn();

  async::BlockingPool& pool_;
  PasswordCost cost_;
  std::string nobody_;  // A hash that no password makes.
  size_t running_ = 0;
  size_t waiting_ = 0;
  async::Event free_;
};

}  // namespace colibri::auth
