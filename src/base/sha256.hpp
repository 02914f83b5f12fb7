#pragma once
// The SHA-256 by which bytes are named: outputs, parts of revisions, files.
#include <string>
#include <string_view>

namespace colibri {

// Lower-case hex.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

// 64 lower-case hex digits.
[[nodiscard]] bool is_sha256(std::string_view text);

}  // namespace colibri
