#pragma once
// The last of what a terminal printed, each byte by its place in all that it ever printed.
#include <cstdint>
#include <string>
#include <string_view>

namespace colibri::supervisor {

class Scrollback {
 public:
  // At least `kept` bytes are kept, and at most half as many more.
  explicit Scrollback(size_t kept) : kept_(kept) {}

  void append(std::string_view bytes);

  [[nodiscard]] uint64_t begin() const { return begin_; }
  [[nodiscard]] uint64_t end() const { return begin_ + bytes_.size(); }

  struct Piece {
    uint64_t from = 0;
    std::string bytes;
  };
  // At most `most` bytes from `from` on. When that is gone they begin with the first line that is
  // whole, or, when there is none for long, somewhere.
  [[nodiscard]] Piece read(uint64_t from, size_t most) const;

 private:
  size_t kept_;
  uint64_t begin_ = 0;
  std::string bytes_;
};

}  // namespace colibri::supervisor
