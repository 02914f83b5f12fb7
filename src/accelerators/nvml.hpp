#pragma once
// NVIDIA's management library, loaded when it is there: nothing of it is needed to build, and a
// host without it is a host without NVIDIA GPUs. Internal to this module.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace colibri::accelerators {

// Looked up in order. The later ones are where some systems keep drivers, outside of the loader's
// own folders.
inline constexpr const char* kNvmlLibraries[] = {
    "libnvidia-ml.so.1", "/usr/lib/wsl/lib/libnvidia-ml.so.1",
    "/run/opengl-driver/lib/libnvidia-ml.so.1", "/usr/local/nvidia/lib64/libnvidia-ml.so.1",
    "/home/kubernetes/bin/nvidia/lib64/libnvidia-ml.so.1"};

struct NvmlMemory {
  uint64_t total = 0, used = 0;  // bytes
};

// A GPU or MIG slice as the library knows it. Good as long as its Nvml.
using NvmlHandle = void*;

// All calls may block for as long as the driver likes. One thread at a time.
class Nvml {
 public:
  // Loads `library` (empty: the first of kNvmlLibraries that is there) and starts it.
  //
  // not_found    no such library
  // unavailable  it is there, and can't speak to a driver; the detail says why
  static Result<std::unique_ptr<Nvml>> load(const std::string& library);
  ~Nvml();
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;

  [[nodiscard]] const std::string& library() const { return library_; }
  // "550.54.15"; empty when it isn't told.
  [[nodiscard]] std::string driver_version() const;

  // In all below: `unavailable` when the GPU is lost or needs a reset, `not_found` when there is no
  // such thing, `unsupported` when this GPU can't tell.
  [[nodiscard]] Result<unsigned> count() const;
  [[nodiscard]] Result<NvmlHandle> by_index(unsigned index) const;
  [[nodiscard]] Result<NvmlHandle> by_uuid(const std::string& uuid) const;
  [[nodiscard]] Result<std::string> uuid(NvmlHandle handle) const;
  [[nodiscard]] Result<std::string> name(NvmlHandle handle) const;
  [[nodiscard]] Result<unsigned> node_number(NvmlHandle handle) const;  // Of /dev/nvidiaN.
  [[nodiscard]] Result<NvmlMemory> memory(NvmlHandle handle) const;
  // Percent of the time in which something was computed.
  [[nodiscard]] Result<double> utilization(NvmlHandle handle) const;
  // How many processes have it open for computing.
  [[nodiscard]] Result<unsigned> processes(NvmlHandle handle) const;

  // Whether the GPU is cut into slices, and those that there are.
  [[nodiscard]] bool is_sliced(NvmlHandle gpu) const;
  [[nodiscard]] std::vector<NvmlHandle> slices(NvmlHandle gpu) const;
  // The numbers of a slice's GPU instance and compute instance.
  [[nodiscard]] Result<std::pair<unsigned, unsigned>> instances(NvmlHandle slice) const;

 private:
  struct Functions;

  Nvml(void* handle, std::string library);
  [[nodiscard]] Result<> check(int status, const char* what) const;

  void* handle_;
  std::string library_;
  std::unique_ptr<Functions> call_;
};

}  // namespace colibri::accelerators
