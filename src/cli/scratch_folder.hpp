#pragma once
// An empty folder for the time of a command, which one command has at a time; what a killed one has
// left in it goes with the next.
#include <string>
#include <utility>

#include "base/result.hpp"
#include "drive/file_lock.hpp"

namespace colibri::cli {

class ScratchFolder {
 public:
  // `conflict` when another command has it.
  static Result<ScratchFolder> make(const std::string& path);
  ~ScratchFolder();
  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  ScratchFolder(std::string path, drive::FileLock lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  drive::FileLock lock_;
};

}  // namespace colibri::cli
