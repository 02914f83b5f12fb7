#pragma once
// Writes a ZIP archive, piece by piece, to wherever its bytes shall go. Blocks.
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/result.hpp"

struct archive;

namespace colibri::drive {

class ZipWriter {
 public:
  // Takes the archive's bytes as they come.
  using Sink = std::function<Result<>(std::string_view bytes)>;

  // How hard it tries to make things smaller: much data is better written fast.
  enum class Effort { usual, little };

  explicit ZipWriter(Sink sink, Effort effort = Effort::usual);
  ~ZipWriter();
  ZipWriter(const ZipWriter&) = delete;

  // `path` is UTF-8 with slashes. Errors are the sink's, or `io`.
  Result<> add(std::string_view path, std::string_view bytes, int64_t time_ms);
  // The `size` bytes that the file has from its start; when it became shorter meanwhile, zeros for
  // the rest.
  Result<> add_file(std::string_view path, int file, int64_t size, int64_t time_ms,
                    bool executable = false);
  Result<> add_folder(std::string_view path, int64_t time_ms);
  Result<> add_link(std::string_view path, std::string_view target, int64_t time_ms);
  // Call last; without it there is no archive.
  Result<> finish();

 private:
  struct Target;
  struct Member;
  Result<> begin(const Member& member);
  Result<> write(std::string_view bytes);
  [[nodiscard]] std::unexpected<Error> failed() const;

  std::unique_ptr<Target> target_;
  archive* archive_;
};

}  // namespace colibri::drive
