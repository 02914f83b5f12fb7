#pragma once
// Where `colibri backup` writes: a file that is there when it is whole and not before, or stdout.
#include <string>
#include <string_view>

#include "backup/tar.hpp"
#include "base/result.hpp"

namespace colibri::cli {

class BackupFile {
 public:
  // `path` may be a folder, where the file is called by the time, or "-" for stdout. Mode 0600.
  //
  // conflict  there is such a file, and `overwrite` is not set
  // invalid   stdout is a terminal
  static Result<BackupFile> open(const std::string& path, bool overwrite, int64_t now_ms);
  // Without finish() nothing is left of it.
  ~BackupFile();
  BackupFile(BackupFile&& other) noexcept;
  BackupFile& operator=(BackupFile&&) = delete;

  // By the name: .tar.gz, .tgz and .tar.zst are packed.
  [[nodiscard]] backup::Packing packing() const;
  [[nodiscard]] const std::string& path() const { return path_; }  // "-" for stdout.

  Result<> write(std::string_view bytes);
  // On the disk, under its name.
  Result<> finish();

 private:
  BackupFile() = default;

  int fd_ = -1;
  std::string path_, temporary_;
};

}  // namespace colibri::cli
