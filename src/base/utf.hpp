#pragma once
// Between UTF-8 (files, wire) and UTF-16 (text in a Document, as browsers count it). A lone
// surrogate, which JSON can spell and Unicode can't, is kept: in UTF-8 as its three bytes (WTF-8).
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace colibri {

// Offset of the first byte that is not valid UTF-8 (surrogates count as invalid), or nothing.
[[nodiscard]] std::optional<size_t> find_invalid_utf8(std::string_view text);

// Replaces each invalid sequence by U+FFFD.
[[nodiscard]] std::string make_valid_utf8(std::string_view text);

// Requires valid UTF-8 or WTF-8; an invalid byte becomes U+FFFD.
[[nodiscard]] std::u16string to_utf16(std::string_view text);

// Surrogate pairs join; a lone one becomes its WTF-8 bytes.
[[nodiscard]] std::string to_utf8(std::u16string_view text);

void append_utf8(std::string& out, char32_t code_point);

// Number of UTF-16 units that `text` (UTF-8) takes.
[[nodiscard]] size_t utf16_length(std::string_view text);

// The same place counted in code points instead of UTF-16 units, and back. Past the end: the end.
[[nodiscard]] size_t utf16_to_code_points(std::string_view text, size_t utf16_offset);
[[nodiscard]] size_t code_points_to_utf16(std::string_view text, size_t code_point_offset);

[[nodiscard]] inline bool is_high_surrogate(char32_t c) {
  return c >= 0xD800 && c <= 0xDBFF;
}
[[nodiscard]] inline bool is_low_surrogate(char32_t c) {
  return c >= 0xDC00 && c <= 0xDFFF;
}

}  // namespace colibri
