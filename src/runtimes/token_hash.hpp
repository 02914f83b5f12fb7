#pragma once
// Internal to this module.
#include <string>
#include <string_view>

namespace colibri::runtimes {

// sha-256 in hex: what the store keeps of a runtime's token, so that reading it gives no access.
[[nodiscard]] std::string token_hash(std::string_view token);

}  // namespace colibri::runtimes
