#include "notebooks/packing.hpp"

#include <zstd.h>

#include "base/assert.hpp"
#include "nbformat/base64.hpp"

namespace colibri::notebooks {

std::string pack(std::string_view text) {
  constexpr int kLevel = 3;
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  const size_t size = ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), kLevel);
  COLIBRI_ASSERT(ZSTD_isError(size) == 0);
  packed.resize(size);
  return nbformat::base64_encode(packed);
}

Result<std::string> unpack(std::string_view packed) {
  constexpr unsigned long long kMost = 1ull << 30;
  const auto bytes = nbformat::base64_decode(packed);
  const auto size = bytes ? ZSTD_getFrameContentSize(bytes->data(), bytes->size()) : kMost + 1;
  if (size > kMost) return failure(ErrorCode::corrupt, "A stored part is damaged.");
  std::string text(size, '\0');
  const size_t got = ZSTD_decompress(text.data(), text.size(), bytes->data(), bytes->size());
  if (ZSTD_isError(got) != 0 || got != size)
    return failure(ErrorCode::corrupt, "A stored part is damaged.");
  return text;
}

}  // namespace colibri::notebooks
