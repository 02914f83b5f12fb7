#pragma once
// The server's key for what people keep secret: in a file of its own (0600) beside the database,
// never in it, so that a copy of the database tells no secret.
#include <array>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace colibri::secrets {

class Key {
 public:
  // Reads the file, or makes it.
  //
  // denied   others may read it
  // corrupt  it holds no key
  // io       the operating system said no
  static Result<Key> open(const std::string& file);
  ~Key();
  Key(const Key&) = default;
  Key& operator=(const Key&) = default;

  // Text that only this key opens, and only for the same `owner` (who and what it belongs to).
  [[nodiscard]] std::string seal(std::string_view text, std::string_view owner) const;
  // `corrupt` when it was sealed with another key or for another owner.
  [[nodiscard]] Result<std::string> open_sealed(std::string_view sealed,
                                                std::string_view owner) const;

 private:
  Key() = default;

  std::array<unsigned char, 32> bytes_{};
};

}  // namespace colibri::secrets
