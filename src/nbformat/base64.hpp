#pragma once
// Base64 as image payloads have it: standard alphabet, padded, no line breaks.
#include <optional>
#include <string>
#include <string_view>

namespace colibri::nbformat {

[[nodiscard]] std::string base64_encode(std::string_view bytes);
// Nothing when `text` is not exactly that.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

}  // namespace colibri::nbformat
