#include "net/byte_range.hpp"

#include <algorithm>
#include <charconv>

namespace colibri::net {
namespace {

std::optional<uint64_t> count_in(std::string_view text) {
  uint64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  if (text.empty() || error != std::errc() || stop != end || count > INT64_MAX) return std::nullopt;
  return count;
}

}  // namespace

Result<std::optional<ByteRange>> parse_range(std::string_view header, uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit) || header.find(',') != std::string_view::npos) return std::nullopt;
  header.remove_prefix(kUnit.size());
  const size_t dash = header.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = count_in(header.substr(0, dash));
  const auto last = count_in(header.substr(dash + 1));
  const auto outside = [] { return failure(ErrorCode::invalid, "the file has no such part"); };
  if (dash == 0) {
    if (!last) return std::nullopt;
    if (*last == 0 || size == 0) return outside();
    const uint64_t bytes = std::min(*last, size);
    return ByteRange{size - bytes, bytes};
  }
  const bool open = header.size() == dash + 1;
  if (!first || (!last && !open) || (last && *last < *first)) return std::nullopt;
  if (*first >= size) return outside();
  return ByteRange{*first, open ? size - *first : std::min(*last + 1, size) - *first};
}

}  // namespace colibri::net
