#pragma once
// The SHA-256 by which bytes are named: outputs, parts of revisions, files.
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace colibri {

// Of bytes that come piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&& other) noexcept;
  Sha256& operator=(Sha256&& other) noexcept;

  void add(std::string_view bytes);
  // Lower-case hex. Once, last.
  [[nodiscard]] std::string finish();

 private:
  evp_md_ctx_st* context_;
};

// Lower-case hex.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

// 64 lower-case hex digits.
[[nodiscard]] bool is_sha256(std::string_view text);

}  // namespace colibri
