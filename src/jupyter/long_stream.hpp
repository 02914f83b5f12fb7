#pragma once
// A stream message too long to be read whole (a kernel that prints faster than it flushes makes
// messages of hundreds of MiB): its head, its tail, and how much lies between.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace colibri::jupyter {

struct LongStream {
  std::string name;
  std::string head, tail;
  uint64_t dropped_lines = 0, dropped_bytes = 0;  // Between head and tail.
};

// From the raw JSON of a stream message's content. Nothing when that is not what ipykernel writes,
// or the text is shorter than head and tail.
[[nodiscard]] std::optional<LongStream> read_long_stream(std::string_view content,
                                                         size_t head_bytes, size_t tail_bytes);

}  // namespace colibri::jupyter
