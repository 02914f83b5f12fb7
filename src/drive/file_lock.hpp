#pragma once
// A lock between processes: an flock on a file that is only there for it. Given back when this
// goes, or the process does.
#include <string>

#include "base/result.hpp"

namespace colibri::drive {

class FileLock {
 public:
  enum class Kind { shared, exclusive };

  // Waits for those who hold it otherwise. Makes the file (mode 0600) and its folder. Blocks.
  static Result<FileLock> take(const std::string& path, Kind kind);
  // `conflict` at once when somebody holds it otherwise.
  static Result<FileLock> try_take(const std::string& path, Kind kind);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int file) : file_(file) {}
  int file_ = -1;
};

}  // namespace colibri::drive
