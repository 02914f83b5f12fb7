#include "notebooks/lower_case.hpp"

#include <locale.h>

#include <algorithm>
#include <cwctype>

#include "base/assert.hpp"
#include "base/utf.hpp"

namespace colibri::notebooks {

std::string lower_case(std::string_view text) {
  // Of glibc, always there; the process's own locale stays as it is.
  static const locale_t unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  COLIBRI_ASSERT(unicode != nullptr);
  const auto is_ascii = [](unsigned char c) { return c < 0x80; };
  std::string out;
  out.reserve(text.size());
  if (std::ranges::all_of(text, is_ascii)) {
    for (const char c : text) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
  }
  const std::u16string wide = to_utf16(text);
  for (size_t i = 0; i < wide.size(); ++i) {
    char32_t c = wide[i];
    if (is_high_surrogate(c) && i + 1 < wide.size() && is_low_surrogate(wide[i + 1]))
      c = 0x10000 + ((c - 0xD800) << 10) + (wide[++i] - 0xDC00);
    append_utf8(out, static_cast<char32_t>(towlower_l(static_cast<wint_t>(c), unicode)));
  }
  return out;
}

}  // namespace colibri::notebooks
