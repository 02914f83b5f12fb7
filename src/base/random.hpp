#pragma once
// Randomness from the kernel, for ids and secrets. Not for the pure modules: there ids arrive
// inside commands.
#include <cstddef>
#include <string>
#include <string_view>

namespace colibri {

// `prefix` followed by 26 lower-case base-32 characters (130 random bits): "u_4hq…".
[[nodiscard]] std::string random_id(std::string_view prefix);

// `bytes` random bytes.
[[nodiscard]] std::string random_bytes(size_t bytes);

}  // namespace colibri
