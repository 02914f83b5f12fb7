#include "jupyter/message.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>

#include "base/assert.hpp"
#include "base/utf.hpp"

namespace colibri::jupyter {
namespace {

constexpr std::string_view kDelimiter = "<IDS|MSG>";
constexpr size_t kMaxHeadBytes = 1u << 20;  // Header, parent header and metadata, each.
constexpr size_t kSignatureLength = 64;
constexpr size_t kLongHeadBytes = 1u << 20;  // Of a stream that is not read whole.
constexpr size_t kLongTailBytes = 64u << 10;

Result<json::Object> parse_part(std::string_view bytes, const char* what) {
  auto object = json::parse_object(bytes);
  if (!object && find_invalid_utf8(bytes)) object = json::parse_object(make_valid_utf8(bytes));
  if (!object) {
    return failure(ErrorCode::invalid,
                   fmt::format("The {} of a kernel's message: {}", what, object.error().detail));
  }
  return object;
}

Result<Header> read_header(const json::Object& object) {
  const auto id = json::string_at(object, "msg_id");
  const auto type = json::string_at(object, "msg_type");
  if (!id || !type) {
    return failure(ErrorCode::invalid, "A kernel's message has no msg_id or msg_type.");
  }
  return Header{*id, *type, json::string_at(object, "session").value_or("")};
}

}  // namespace

std::string Message::parent_id() const {
  return json::string_at(parent_header, "msg_id").value_or("");
}

Signer::Signer(std::string_view key) {
  if (key.empty()) return;
  const std::shared_ptr<EVP_MD_CTX> keyed(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> secret(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, nullptr,
                                   reinterpret_cast<const unsigned char*>(key.data()), key.size()),
      EVP_PKEY_free);
  COLIBRI_ASSERT(keyed && secret);
  COLIBRI_ASSERT(EVP_DigestSignInit(keyed.get(), nullptr, EVP_sha256(), nullptr, secret.get()) ==
                 1);
  keyed_ = keyed;
}

std::string Signer::sign(std::span<const std::string_view> frames) const {
  if (!keyed_) return {};
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  COLIBRI_ASSERT(context && EVP_MD_CTX_copy_ex(context.get(), keyed_.get()) == 1);
  for (const std::string_view frame : frames) {
    COLIBRI_ASSERT(EVP_DigestSignUpdate(context.get(), frame.data(), frame.size()) == 1);
  }
  std::array<unsigned char, 32> digest{};
  size_t length = digest.size();
  COLIBRI_ASSERT(EVP_DigestSignFinal(context.get(), digest.data(), &length) == 1);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(kSignatureLength);
  for (const unsigned char byte : digest) {
    hex += kHex[byte >> 4];
    hex += kHex[byte & 15];
  }
  return hex;
}

bool Signer::verify(std::string_view signature, std::span<const std::string_view> frames) const {
  const std::string expected = sign(frames);
  return signature.size() == expected.size() &&
         CRYPTO_memcmp(signature.data(), expected.data(), expected.size()) == 0;
}

std::vector<std::string> encode(const Message& message, const Signer& signer) {
  std::vector<std::string> frames{std::string(kDelimiter),
                                  "",
                                  json::serialize(message.raw_header),
                                  json::serialize(message.parent_header),
                                  json::serialize(message.metadata),
                                  json::serialize(message.content)};
  const std::array<std::string_view, 4> parts{frames[2], frames[3], frames[4], frames[5]};
  frames[1] = signer.sign(parts);
  frames.insert(frames.end(), message.buffers.begin(), message.buffers.end());
  return frames;
}

bool Reader::seen(std::string_view signature) {
  uint64_t head = 0;
  for (const char c : signature.substr(0, 16)) {
    head = head << 4 | static_cast<uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  }
  if (!known_.insert(head).second) return true;
  if (order_.size() < kRemembered) {
    order_.push_back(head);
  } else {
    known_.erase(order_[oldest_]);
    order_[oldest_] = head;
    oldest_ = (oldest_ + 1) % kRemembered;
  }
  return false;
}

Result<Message> Reader::read(std::span<const std::string_view> frames) {
  const auto delimiter = std::ranges::find(frames, kDelimiter);
  if (frames.end() - delimiter < 6) {
    return failure(ErrorCode::invalid, "A kernel's message has too few frames.");
  }
  const std::string_view signature = delimiter[1];
  const std::span<const std::string_view> parts(delimiter + 2, 4);
  if (!signer_.verify(signature, parts)) {
    return failure(ErrorCode::denied, "A kernel's message has a wrong signature.");
  }
  if (!signature.empty() && seen(signature)) {
    return failure(ErrorCode::conflict, "A kernel's message came twice.");
  }
  for (int i = 0; i < 3; ++i) {
    if (parts[i].size() > kMaxHeadBytes) {
      return failure(ErrorCode::too_large, "A kernel's message has a header over 1 MiB.");
    }
  }
  auto raw = parse_part(parts[0], "header");
  if (!raw) return std::unexpected(raw.error());
  auto header = read_header(*raw);
  if (!header) return std::unexpected(header.error());
  auto parent = parse_part(parts[1], "parent header");
  if (!parent) return std::unexpected(parent.error());
  auto metadata = parse_part(parts[2], "metadata");
  if (!metadata) return std::unexpected(metadata.error());

  Message message{
      std::move(*header), std::move(*raw), std::move(*parent), std::move(*metadata), {}, {}};
  const std::span<const std::string_view> buffers(delimiter + 6, frames.end());
  uint64_t bytes = parts[3].size();
  for (const std::string_view buffer : buffers) bytes += buffer.size();
  if (bytes > max_content_bytes_ || buffers.size() > 1024) {
    message.left_out_bytes = bytes;
    if (message.header.msg_type == "stream") {
      message.long_stream = read_long_stream(parts[3], kLongHeadBytes, kLongTailBytes);
    }
    return message;
  }
  auto content = parse_part(parts[3], "content");
  if (!content) return std::unexpected(content.error());
  message.content = std::move(*content);
  message.buffers.assign(buffers.begin(), buffers.end());
  return message;
}

Message Session::request(std::string type, json::Object content, int64_t time_ms,
                         json::Object parent_header) {
  Message message;
  message.header = {id_ + "_" + std::to_string(++count_), std::move(type), id_};
  message.raw_header = {
      {"msg_id", message.header.msg_id}, {"msg_type", message.header.msg_type}, {"session", id_},
      {"username", username_},           {"date", iso_time(time_ms)},           {"version", "5.3"}};
  message.parent_header = std::move(parent_header);
  message.content = std::move(content);
  return message;
}

std::string iso_time(int64_t time_ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds(time_ms)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss<milliseconds> clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

}  // namespace colibri::jupyter
