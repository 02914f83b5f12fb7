#include "link/frame.hpp"

#include <cstring>

namespace colibri::link {
namespace {

void append_u32(std::string& out, size_t value) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>((value >> shift) & 0xff);
}

size_t read_u32(std::string_view bytes) {
  size_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// Cuts the buffers out of `rest` as the message's "buffers" says; they must fill it exactly.
Result<> take_buffers(Frame& frame, std::string_view rest) {
  if (const json::Value* lengths = frame.message.find("buffers")) {
    const json::Array* list = lengths->if_array();
    if (!list || list->size() > kMaxBuffers) {
      return failure(ErrorCode::invalid, "A link frame has a malformed list of buffers.");
    }
    for (const json::Value& value : *list) {
      const std::optional<int64_t> length = value.if_integer();
      if (!length || *length < 0 || static_cast<uint64_t>(*length) > rest.size()) {
        return failure(ErrorCode::invalid, "A buffer of a link frame is longer than the frame.");
      }
      frame.buffers.emplace_back(rest.substr(0, static_cast<size_t>(*length)));
      rest.remove_prefix(static_cast<size_t>(*length));
    }
    frame.message.erase("buffers");
  }
  if (!rest.empty()) return failure(ErrorCode::invalid, "A link frame has bytes after its end.");
  return {};
}

}  // namespace

Result<std::string> encode(const Frame& frame) {
  if (frame.buffers.size() > kMaxBuffers) {
    return failure(ErrorCode::too_large, "A message has more than 1024 buffers.");
  }
  std::string out(8, '\0');
  json::append(out, frame.message, json::NanAs::python);
  size_t total = 0;
  if (!frame.buffers.empty()) {
    const bool bare = out.back() == '}' && out.size() == 10;  // "{}"
    out.pop_back();
    out += bare ? "\"buffers\":[" : ",\"buffers\":[";
    for (size_t i = 0; i < frame.buffers.size(); ++i) {
      if (i > 0) out += ',';
      out += std::to_string(frame.buffers[i].size());
      total += frame.buffers[i].size();
    }
    out += "]}";
  }
  const size_t json_length = out.size() - 8;
  if (4 + json_length + total > kMaxFrameBytes) {
    return failure(ErrorCode::too_large, "A message is larger than 64 MiB.");
  }
  std::string head;
  append_u32(head, 4 + json_length + total);
  append_u32(head, json_length);
  out.replace(0, 8, head);
  out.reserve(out.size() + total);
  for (const std::string& buffer : frame.buffers) out += buffer;
  return out;
}

void FrameDecoder::feed(std::string_view bytes) {
  if (start_ == buffer_.size()) {
    // A huge frame's memory is given back once it is read.
    if (buffer_.capacity() > (1u << 20)) std::string().swap(buffer_);
    buffer_.clear();
    start_ = 0;
  } else if (start_ > (1u << 16) && start_ > buffer_.size() / 2) {
    buffer_.erase(0, start_);
    start_ = 0;
  }
  buffer_ += bytes;
}

Result<std::optional<Frame>> FrameDecoder::next() {
  const std::string_view rest = std::string_view(buffer_).substr(start_);
  if (rest.size() < 4) return std::nullopt;
  const size_t length = read_u32(rest);
  if (length > max_) return failure(ErrorCode::too_large, "A link frame is over its limit.");
  if (length < 4) return failure(ErrorCode::invalid, "A link frame is too short.");
  if (rest.size() < 4 + length) return std::nullopt;
  const size_t json_length = read_u32(rest.substr(4));
  if (json_length > length - 4) {
    return failure(ErrorCode::invalid, "The JSON of a link frame is longer than the frame.");
  }
  Result<json::Object> message = json::parse_object(rest.substr(8, json_length));
  if (!message) return std::unexpected(message.error());
  Frame frame{std::move(*message), {}};
  if (auto taken = take_buffers(frame, rest.substr(8 + json_length, length - 4 - json_length));
      !taken) {
    return std::unexpected(taken.error());
  }
  start_ += 4 + length;
  return frame;
}

}  // namespace colibri::link
