#include "base/utf.hpp"

namespace colibri {
namespace {

struct Decoded {
  char32_t code_point;
  size_t bytes;
  bool valid;
};

// One code point at `i`; an invalid byte is U+FFFD of length 1. Surrogates decode, marked invalid
// only when `allow_surrogates` is off.
Decoded decode(std::string_view s, size_t i, bool allow_surrogates) {
  const auto byte = [&](size_t k) { return static_cast<unsigned char>(s[k]); };
  const auto continues = [&](size_t k) { return k < s.size() && (byte(k) & 0xC0) == 0x80; };
  const unsigned char b = byte(i);
  if (b < 0x80) return {b, 1, true};
  if (b >= 0xC2 && b <= 0xDF && continues(i + 1))
    return {char32_t((b & 0x1F) << 6 | (byte(i + 1) & 0x3F)), 2, true};
  if (b >= 0xE0 && b <= 0xEF && continues(i + 1) && continues(i + 2)) {
    const char32_t c = (b & 0x0F) << 12 | (byte(i + 1) & 0x3F) << 6 | (byte(i + 2) & 0x3F);
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    if (c >= 0x800 && (allow_surrogates || !surrogate)) return {c, 3, true};
  }
  if (b >= 0xF0 && b <= 0xF4 && continues(i + 1) && continues(i + 2) && continues(i + 3)) {
    const char32_t c = (b & 0x07) << 18 | (byte(i + 1) & 0x3F) << 12 | (byte(i + 2) & 0x3F) << 6 |
                       (byte(i + 3) & 0x3F);
    if (c >= 0x10000 && c <= 0x10FFFF) return {c, 4, true};
  }
  return {0xFFFD, 1, false};
}

}  // namespace

std::optional<size_t> find_invalid_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const Decoded d = decode(text, i, false);
    if (!d.valid) return i;
    i += d.bytes;
  }
  return std::nullopt;
}

std::string make_valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const Decoded d = decode(text, i, false);
    append_utf8(out, d.code_point);
    i += d.bytes;
  }
  return out;
}

std::u16string to_utf16(std::string_view text) {
  std::u16string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const Decoded d = decode(text, i, true);
    if (d.code_point >= 0x10000) {
      out += static_cast<char16_t>(0xD800 + ((d.code_point - 0x10000) >> 10));
      out += static_cast<char16_t>(0xDC00 + ((d.code_point - 0x10000) & 0x3FF));
    } else {
      out += static_cast<char16_t>(d.code_point);
    }
    i += d.bytes;
  }
  return out;
}

std::string to_utf8(std::u16string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    char32_t c = text[i];
    if (is_high_surrogate(c) && i + 1 < text.size() && is_low_surrogate(text[i + 1]))
      c = 0x10000 + ((c - 0xD800) << 10) + (text[++i] - 0xDC00);
    append_utf8(out, c);
  }
  return out;
}

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

size_t utf16_length(std::string_view text) {
  size_t units = 0;
  for (size_t i = 0; i < text.size();) {
    const Decoded d = decode(text, i, true);
    units += d.code_point >= 0x10000 ? 2 : 1;
    i += d.bytes;
  }
  return units;
}

size_t utf16_to_code_points(std::string_view text, size_t utf16_offset) {
  size_t units = 0, points = 0;
  for (size_t i = 0; i < text.size() && units < utf16_offset;) {
    const Decoded d = decode(text, i, true);
    units += d.code_point >= 0x10000 ? 2 : 1;
    i += d.bytes;
    ++points;
  }
  return points;
}

size_t code_points_to_utf16(std::string_view text, size_t code_point_offset) {
  size_t units = 0, points = 0;
  for (size_t i = 0; i < text.size() && points < code_point_offset; ++points) {
    const Decoded d = decode(text, i, true);
    units += d.code_point >= 0x10000 ? 2 : 1;
    i += d.bytes;
  }
  return units;
}

}  // namespace colibri
