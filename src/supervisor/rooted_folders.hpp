#pragma once
// The files of a runtime's root file system, read from outside. They are untrusted: every path is
// resolved by the kernel inside the root (openat2, RESOLVE_IN_ROOT), so no symbolic link leads out.
#include <string>

#include "jupyter/kernelspec.hpp"

namespace colibri::supervisor {

class RootedFolders : public jupyter::Folders {
 public:
  static constexpr size_t kMaxNames = 1000;

  // `root` is trusted, and opened now; where that fails every folder is empty.
  explicit RootedFolders(const std::string& root);
  ~RootedFolders() override;
  RootedFolders(const RootedFolders&) = delete;
  RootedFolders& operator=(const RootedFolders&) = delete;

  [[nodiscard]] std::vector<std::string> list(const std::string& path) const override;
  [[nodiscard]] std::optional<std::string> read(const std::string& path,
                                                size_t limit) const override;
  [[nodiscard]] bool is_executable(const std::string& path) const override;
  // When names in the folder changed last, in nanoseconds since 1970; nothing: there is none.
  [[nodiscard]] std::optional<int64_t> changed_ns(const std::string& path) const;

 private:
  [[nodiscard]] int open_inside(const std::string& path, int flags) const;

  int root_ = -1;
};

}  // namespace colibri::supervisor
