#pragma once
// The Range header of a request (RFC 9110) for a part of something that has a size.
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"

namespace colibri::net {

struct ByteRange {
  uint64_t from = 0, bytes = 0;

  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

// Of "bytes=2-5", "bytes=2-" and "bytes=-4". Nothing for what is no single range of these forms: it
// is passed over. `invalid`: the range is of none of the `size` bytes.
[[nodiscard]] Result<std::optional<ByteRange>> parse_range(std::string_view header, uint64_t size);

}  // namespace colibri::net
