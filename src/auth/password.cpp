#include "auth/password.hpp"

#include <sodium.h>

#include <array>

#include "base/assert.hpp"

namespace colibri::auth {

namespace {

constexpr size_t kAtOnce = 2;
constexpr size_t kMostWaiting = 16;

std::unexpected<Error> busy() {
  return failure(ErrorCode::unavailable, "too many people sign in at this moment; try again");
}

Result<std::string> hash_now(const std::string& password, const PasswordCost& cost) {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), cost.operations,
                            cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return failure(ErrorCode::unavailable, "there is not enough memory to check a password");
  }
  return std::string(out.data());
}

}  // namespace

Result<> check_password(const std::string& password) {
  if (password.size() < kMinPasswordBytes) {
    return failure(ErrorCode::invalid, "the password must have at least 8 characters");
  }
  if (password.size() > kMaxPasswordBytes) {
    return failure(ErrorCode::invalid, "the password must have at most 1024 characters");
  }
  return {};
}

// Ends the turn however the coroutine is left.
class PasswordHasher::Turn {
 public:
  explicit Turn(PasswordHasher& hasher) : hasher_(hasher) {}
  ~Turn() { hasher_.end_turn(); }
  Turn(const Turn&) = delete;

 private:
  PasswordHasher& hasher_;
};

PasswordHasher::PasswordHasher(async::BlockingPool& pool, PasswordCost cost)
    : pool_(pool), cost_(cost) {
  COLIBRI_ASSERT(sodium_init() >= 0);
  // The parameters of a real hash with a made-up salt and result, so that checking it takes as long
  // and there is nothing to compute at start.
  std::array<char, 23> salt{};
  std::array<char, 44> digest{};
  std::array<unsigned char, 32> random{};
  randombytes_buf(random.data(), random.size());
  sodium_bin2base64(salt.data(), salt.size(), random.data(), 16,
                    sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  sodium_bin2base64(digest.data(), digest.size(), random.data(), random.size(),
                    sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  nobody_ = "$argon2id$v=19$m=" + std::to_string(cost.memory_bytes / 1024) +
            ",t=" + std::to_string(cost.operations) + ",p=1$" + salt.data() + "$" + digest.data();
}

Task<Result<>> PasswordHasher::take_turn() {
  if (running_ >= kAtOnce) {
    if (waiting_ >= kMostWaiting) co_return busy();
    ++waiting_;
    bool waited = true;
    while (running_ >= kAtOnce && waited) {
      free_.reset();
      waited = co_await free_.wait_for(std::chrono::seconds(15));
    }
    --waiting_;
    if (running_ >= kAtOnce) co_return busy();
  }
  ++running_;
  co_return Result<>();
}

void PasswordHasher::end_turn() {
  --running_;
  free_.set();
}

Task<Result<std::string>> PasswordHasher::hash(std::string password) {
  if (auto turn = co_await take_turn(); !turn) co_return std::unexpected(turn.error());
  const Turn turn(*this);
  co_return co_await pool_.run([&] { return hash_now(password, cost_); });
}

Task<Result<bool>> PasswordHasher::verify(std::string hash, std::string password) {
  if (auto turn = co_await take_turn(); !turn) co_return std::unexpected(turn.error());
  const Turn turn(*this);
  const bool somebody = !hash.empty();
  const std::string& against = somebody ? hash : nobody_;
  const bool right = co_await pool_.run([&] {
    return crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
  });
  co_return right&& somebody;
}

}  // namespace colibri::auth
