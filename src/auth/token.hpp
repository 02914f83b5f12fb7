#pragma once
// Secrets that stand for a person: random, handed out once, kept only as their hash.
#include <string>
#include <string_view>

namespace colibri::auth {

// 256 random bits, base64url without padding: 43 characters.
[[nodiscard]] std::string new_token();

// SHA-256 in lower-case hex: what the store keeps. A plain hash is enough for 256 random bits.
[[nodiscard]] std::string token_hash(std::string_view token);

// Whether it could be one of ours; anything else needs no look into the store.
[[nodiscard]] bool is_token(std::string_view text);

}  // namespace colibri::auth
