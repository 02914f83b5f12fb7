#pragma once
// An unnamed temporary file, so that what is large costs disk and not memory: a request's body
// while it comes in, an answer that was written first. The file is gone when this is. All calls
// block.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace colibri::net {

class TemporaryFile {
 public:
  static Result<TemporaryFile> create(const std::string& folder);
  ~TemporaryFile();
  TemporaryFile(TemporaryFile&& other) noexcept;
  TemporaryFile& operator=(TemporaryFile&& other) noexcept;

  // `io` when the disk is full.
  Result<> append(std::string_view bytes);
  // Everything that was appended.
  [[nodiscard]] Result<std::string> read_all() const;
  // Fills `into` from that place on, and returns how much there was: less at the end only.
  [[nodiscard]] Result<size_t> read_at(uint64_t offset, std::string& into) const;
  [[nodiscard]] uint64_t size() const { return size_; }
  // For those who read it whole from a descriptor: stands at its beginning. It stays ours.
  [[nodiscard]] Result<int> descriptor() const;

 private:
  explicit TemporaryFile(int fd) : fd_(fd) {}

  int fd_ = -1;
  uint64_t size_ = 0;
};

}  // namespace colibri::net
