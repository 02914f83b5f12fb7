#include "auth/token.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/random.hpp"

namespace colibri::auth {

namespace {
constexpr size_t kTokenBytes = 32;
constexpr size_t kTokenCharacters = 43;
}  // namespace

std::string new_token() {
  const std::string bytes = random_bytes(kTokenBytes);
  std::array<char, kTokenCharacters + 1> text{};
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text.data();
}

std::string token_hash(std::string_view token) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(token.data()),
                     token.size());
  std::array<char, crypto_hash_sha256_BYTES * 2 + 1> text{};
  sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
  return text.data();
}

bool is_token(std::string_view text) {
  return text.size() == kTokenCharacters && std::ranges::all_of(text, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '-' || c == '_';
         });
}

}  // namespace colibri::auth
