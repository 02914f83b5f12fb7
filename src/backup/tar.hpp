#pragma once
// Reads and writes tar archives (POSIX pax, by libarchive) piece by piece. Everything blocks.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct archive;

namespace colibri::backup {

// What was written or read of one file.
struct Summed {
  int64_t bytes = 0;
  std::string sha256;
  bool padded = false;  // It became shorter while it was read; zeros stand for the rest.
};

enum class Packing { none, gzip, zstd };

class TarWriter {
 public:
  // Takes the archive's bytes as they come.
  using Sink = std::function<Result<>(std::string_view bytes)>;

  TarWriter(Sink sink, Packing packing);
  ~TarWriter();
  TarWriter(const TarWriter&) = delete;
  TarWriter& operator=(const TarWriter&) = delete;

  struct Attributes {
    unsigned mode = 0600;
    int64_t mtime_ns = 0;
  };

  // `path` is UTF-8 with slashes. Errors of all are the sink's, or `io`.
  Result<Summed> add(const std::string& path, std::string_view bytes, const Attributes& attributes);
  // The `size` bytes from where the descriptor stands.
  Result<Summed> add_file(const std::string& path, int file, int64_t size,
                          const Attributes& attributes);
  Result<> add_folder(const std::string& path);
  // Call last; without it there is no archive.
  Result<> finish();

 private:
  struct Target;
  Result<> begin(const std::string& path, int64_t size, const Attributes& attributes, bool folder);
  Result<> write(std::string_view bytes);
  [[nodiscard]] std::unexpected<Error> failed() const;

  std::unique_ptr<Target> target_;
  archive* archive_;
};

class TarReader {
 public:
  // Reads from the descriptor, which may be a pipe; plain, gzip or zstd.
  explicit TarReader(int file);
  ~TarReader();
  TarReader(const TarReader&) = delete;
  TarReader& operator=(const TarReader&) = delete;

  struct Entry {
    std::string path;  // As it stands there: unchecked. Of a folder without the last slash.
    bool folder = false;
    int64_t size = 0;
    unsigned mode = 0600;
    int64_t mtime_ns = 0;
  };

  // `corrupt` for what is no archive, a damaged one, or has anything but files and folders in it
  // (links, devices). False at the end.
  Result<bool> next(Entry& entry);
  // The bytes of the file that next() gave, piece by piece. Errors are `corrupt`, or the sink's.
  Result<Summed> read(const TarWriter::Sink& sink);

 private:
  [[nodiscard]] std::unexpected<Error> failed() const;

  archive* archive_;
};

}  // namespace colibri::backup
