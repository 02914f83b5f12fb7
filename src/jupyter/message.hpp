#pragma once
// Messages of the Jupyter protocol and their frames on a ZeroMQ socket: [identities…] "<IDS|MSG>"
// hmac header parent_header metadata content [buffers…]. The signature is checked on the raw bytes,
// before anything is parsed. No sockets here.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "jupyter/long_stream.hpp"

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX.

namespace colibri::jupyter {

struct Header {
  std::string msg_id, msg_type, session;
};

struct Message {
  Header header;
  json::Object raw_header;  // As it came, to be sent back as a parent; empty in a message to send.
  json::Object parent_header;  // Empty when there is no parent.
  json::Object metadata;
  json::Object content;
  std::vector<std::string> buffers;
  uint64_t left_out_bytes = 0;  // Content and buffers were over the limit and are not here.
  std::optional<LongStream> long_stream;  // What there is instead, for a stream.

  // msg_id of the parent, empty without one.
  [[nodiscard]] std::string parent_id() const;
};

// HMAC-SHA256 over the four JSON frames, lower-case hex; an empty key means no signature.
class Signer {
 public:
  explicit Signer(std::string_view key);

  [[nodiscard]] std::string sign(std::span<const std::string_view> frames) const;
  // In constant time for signatures of the right length.
  [[nodiscard]] bool verify(std::string_view signature,
                            std::span<const std::string_view> frames) const;

 private:
  // Keyed and never changed: each signature starts from a copy, for setting a key up costs OpenSSL
  // more than the signature. Null without a key.
  std::shared_ptr<const evp_md_ctx_st> keyed_;
};

// Frames from "<IDS|MSG>" on, for a message made by Session.
[[nodiscard]] std::vector<std::string> encode(const Message& message, const Signer& signer);

// Reads what comes from one kernel. Messages of a kernel are untrusted.
class Reader {
 public:
  static constexpr size_t kMaxContentBytes = 48u << 20;  // Content and buffers together.
  static constexpr size_t kRemembered = 8192;

  explicit Reader(Signer signer, size_t max_content_bytes = kMaxContentBytes)
      : signer_(std::move(signer)), max_content_bytes_(max_content_bytes) {}

  // denied     the signature is wrong
  // conflict   this very message came before (its signature is known)
  // invalid    no message of Jupyter; the detail says why
  // A message whose content is too large is no error: see left_out_bytes. Invalid UTF-8, which
  // ipykernel sends for lone surrogates, becomes U+FFFD.
  [[nodiscard]] Result<Message> read(std::span<const std::string_view> frames);

 private:
  bool seen(std::string_view signature);

  Signer signer_;
  size_t max_content_bytes_;
  // The first 64 bits of each signature: enough to tell messages apart, little to keep.
  std::unordered_set<uint64_t> known_;
  std::vector<uint64_t> order_;
  size_t oldest_ = 0;
};

// Our side of the conversation: makes requests with ids that count up.
class Session {
 public:
  // `id` must be unlike any other session's.
  Session(std::string id, std::string username)
      : id_(std::move(id)), username_(std::move(username)) {}

  [[nodiscard]] Message request(std::string type, json::Object content, int64_t time_ms,
                                json::Object parent_header = {});
  [[nodiscard]] const std::string& id() const { return id_; }

 private:
  std::string id_, username_;
  uint64_t count_ = 0;
};

// "2026-11-23T10:00:00.123Z"
[[nodiscard]] std::string iso_time(int64_t time_ms);

}  // namespace colibri::jupyter
