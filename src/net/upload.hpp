#pragma once
// A request body that went to an unnamed temporary file while it came in, so that a large upload
// costs disk and not memory. The file is gone when the Upload is.
#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace colibri::net {

class Upload {
 public:
  // Makes the file in `folder`. Blocks.
  static Result<Upload> create(const std::string& folder);
  ~Upload();
  Upload(Upload&& other) noexcept;
  Upload& operator=(Upload&& other) noexcept;

  // Blocks. `io` when the disk is full.
  Result<> append(std::string_view bytes);
  // Everything that was appended. Blocks.
  [[nodiscard]] Result<std::string> read_all() const;
  [[nodiscard]] uint64_t size() const { return size_; }

 private:
  explicit Upload(int fd) : fd_(fd) {}

  int fd_ = -1;
  uint64_t size_ = 0;
};

}  // namespace colibri::net
