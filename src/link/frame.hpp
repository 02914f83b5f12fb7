#pragma once
// The frames of the link between a supervisor and the server (docs/protocol.md 3): u32 length | u32
// json_length | JSON | buffers, little-endian. The JSON lists the buffers' lengths in "buffers".
// What comes from the other side is untrusted: every size is checked before it is believed.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace colibri::link {

inline constexpr size_t kMaxFrameBytes = 64u << 20;  // What `length` may say.
inline constexpr size_t kMaxBuffers = 1024;

struct Frame {
  json::Object message;  // Without "buffers": the codec makes and takes it.
  std::vector<std::string> buffers;

  friend bool operator==(const Frame&, const Frame&) = default;
};

// The frame's bytes as they go over the link. `too_large` when it would be over a limit.
[[nodiscard]] Result<std::string> encode(const Frame& frame);

// Takes bytes as they come, gives whole frames.
class FrameDecoder {
 public:
  explicit FrameDecoder(size_t max_frame_bytes = kMaxFrameBytes) : max_(max_frame_bytes) {}

  void feed(std::string_view bytes);

  // The next frame, or nothing while its bytes are not all there. After an error (`too_large`,
  // `invalid`) the stream can't be read further: close the connection.
  [[nodiscard]] Result<std::optional<Frame>> next();

  // Bytes held that belong to no whole frame yet.
  [[nodiscard]] size_t pending() const { return buffer_.size() - start_; }

 private:
  size_t max_;
  std::string buffer_;
  size_t start_ = 0;
};

}  // namespace colibri::link
