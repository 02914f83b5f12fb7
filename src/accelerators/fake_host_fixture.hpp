#pragma once
// For tests: a made-up host in a temporary folder, and a made-up NVIDIA driver.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace colibri::accelerators {

class FakeHost {
 public:
  FakeHost() {
    char pattern[] = "/tmp/colibri-host-XXXXXX";
    root_ = ::mkdtemp(pattern);
    setenv("FAKE_NVML", (root_ / "gpus").c_str(), 1);
  }
  ~FakeHost() {
    unsetenv("FAKE_NVML");
    std::error_code error;
    std::filesystem::remove_all(root_, error);
  }
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  void write(const std::string& path, const std::string& text = "") const {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  // A node that is a device: every one is the null device.
  void node(const std::string& path) const { link(path, "/dev/null"); }
  void link(const std::string& path, const std::string& to) const {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::filesystem::create_symlink(to, root_ / path);
  }
  // The lines that fake_nvml.c reads.
  void gpus(const std::string& lines) const { write("gpus", lines); }

  [[nodiscard]] std::string root() const { return root_.string(); }

 private:
  std::filesystem::path root_;
};

}  // namespace colibri::accelerators
