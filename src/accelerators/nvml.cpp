#include "accelerators/nvml.hpp"

#include <dlfcn.h>

#include <array>

namespace colibri::accelerators {
namespace {

// The few of the library's declarations that are used here, as its ABI has them.
enum Status {
  kSuccess = 0,
  kInvalidArgument = 2,
  kNotSupported = 3,
  kNoPermission = 4,
  kNotFound = 6,
  kInsufficientSize = 7,
  kFunctionNotFound = 13,
  kGpuIsLost = 15,
  kResetRequired = 16,
};

struct MemoryV1 {
  unsigned long long total, free, used;
};
struct MemoryV2 {
  unsigned version;
  unsigned long long total, reserved, free, used;
};
constexpr unsigned kMemoryV2 = sizeof(MemoryV2) | 2u << 24;
struct Utilization {
  unsigned gpu, memory;
};
struct ProcessInfo {
  unsigned pid;
  unsigned long long used_memory;
  unsigned gpu_instance, compute_instance;
};

constexpr size_t kTextBytes = 128;

}  // namespace

struct Nvml::Functions {
  int (*init)() = nullptr;
  int (*shutdown)() = nullptr;
  const char* (*error_string)(int) = nullptr;
  int (*driver_version)(char*, unsigned) = nullptr;
  int (*count)(unsigned*) = nullptr;
  int (*by_index)(unsigned, void**) = nullptr;
  int (*by_uuid)(const char*, void**) = nullptr;
  int (*uuid)(void*, char*, unsigned) = nullptr;
  int (*name)(void*, char*, unsigned) = nullptr;
  int (*node_number)(void*, unsigned*) = nullptr;
  int (*memory)(void*, MemoryV1*) = nullptr;
  int (*memory_v2)(void*, MemoryV2*) = nullptr;
  int (*utilization)(void*, Utilization*) = nullptr;
  int (*processes)(void*, unsigned*, ProcessInfo*) = nullptr;
  int (*mig_mode)(void*, unsigned*, unsigned*) = nullptr;
  int (*max_slices)(void*, unsigned*) = nullptr;
  int (*slice)(void*, unsigned, void**) = nullptr;
  int (*gpu_instance)(void*, unsigned*) = nullptr;
  int (*compute_instance)(void*, unsigned*) = nullptr;

  // False when one that all versions have is missing.
  bool find(void* library) {
    const auto take = [library](auto& function, const char* name) {
      function = reinterpret_cast<std::decay_t<decltype(function)>>(::dlsym(library, name));
      return function != nullptr;
    };
    // Younger than the library's first version, or only where there are slices.
    take(driver_version, "nvmlSystemGetDriverVersion");
    take(memory_v2, "nvmlDeviceGetMemoryInfo_v2");
    take(processes, "nvmlDeviceGetComputeRunningProcesses_v3");
    take(mig_mode, "nvmlDeviceGetMigMode");
    take(max_slices, "nvmlDeviceGetMaxMigDeviceCount");
    take(slice, "nvmlDeviceGetMigDeviceHandleByIndex");
    take(gpu_instance, "nvmlDeviceGetGpuInstanceId");
    take(compute_instance, "nvmlDeviceGetComputeInstanceId");
    return take(init, "nvmlInit_v2") && take(shutdown, "nvmlShutdown") &&
           take(error_string, "nvmlErrorString") && take(count, "nvmlDeviceGetCount_v2") &&
           take(by_index, "nvmlDeviceGetHandleByIndex_v2") &&
           take(by_uuid, "nvmlDeviceGetHandleByUUID") && take(uuid, "nvmlDeviceGetUUID") &&
           take(name, "nvmlDeviceGetName") && take(node_number, "nvmlDeviceGetMinorNumber") &&
           take(memory, "nvmlDeviceGetMemoryInfo") &&
           take(utilization, "nvmlDeviceGetUtilizationRates");
  }
};

Nvml::Nvml(void* handle, std::string library)
    : handle_(handle), library_(std::move(library)), call_(std::make_unique<Functions>()) {}

Nvml::~Nvml() {
  if (call_->shutdown != nullptr) (void)call_->shutdown();
  // The library stays loaded: its threads may outlast a dlclose.
}

Result<std::unique_ptr<Nvml>> Nvml::load(const std::string& library) {
  void* handle = nullptr;
  std::string path = library;
  if (!library.empty()) {
    handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  } else {
    for (const char* name : kNvmlLibraries) {
      path = name;
      handle = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
      if (handle != nullptr) break;
    }
  }
  if (handle == nullptr) return failure(ErrorCode::not_found, "there is no NVIDIA driver library");
  std::unique_ptr<Nvml> nvml(new Nvml(handle, path));
  if (!nvml->call_->find(handle)) {
    nvml->call_->shutdown = nullptr;
    return failure(ErrorCode::unavailable, path + " is too old, or of something else");
  }
  const int status = nvml->call_->init();
  if (status != kSuccess) {
    const std::string why = nvml->call_->error_string(status);
    nvml->call_->shutdown = nullptr;
    return failure(ErrorCode::unavailable, "the NVIDIA driver can't be used: " + why);
  }
  return nvml;
}

Result<> Nvml::check(int status, const char* what) const {
  if (status == kSuccess) return {};
  const std::string detail = std::string(what) + ": " + call_->error_string(status);
  switch (status) {
    case kNotSupported:
    case kFunctionNotFound:
      return failure(ErrorCode::unsupported, detail);
    case kNotFound:
    case kInvalidArgument:
      return failure(ErrorCode::not_found, detail);
    case kNoPermission:
      return failure(ErrorCode::denied, detail);
    case kGpuIsLost:
    case kResetRequired:
      return failure(ErrorCode::unavailable, detail);
    default:
      return failure(ErrorCode::io, detail);
  }
}

std::string Nvml::driver_version() const {
  std::array<char, kTextBytes> text{};
  if (call_->driver_version == nullptr || call_->driver_version(text.data(), text.size()) != 0) {
    return {};
  }
  return text.data();
}

Result<unsigned> Nvml::count() const {
  unsigned count = 0;
  if (auto good = check(call_->count(&count), "counting GPUs"); !good) {
    return std::unexpected(good.error());
  }
  return count;
}

Result<NvmlHandle> Nvml::by_index(unsigned index) const {
  void* handle = nullptr;
  if (auto good = check(call_->by_index(index, &handle), "opening a GPU"); !good) {
    return std::unexpected(good.error());
  }
  return handle;
}

Result<NvmlHandle> Nvml::by_uuid(const std::string& uuid) const {
  void* handle = nullptr;
  if (auto good = check(call_->by_uuid(uuid.c_str(), &handle), "opening the GPU"); !good) {
    return std::unexpected(good.error());
  }
  return handle;
}

Result<std::string> Nvml::uuid(NvmlHandle handle) const {
  std::array<char, kTextBytes> text{};
  if (auto good = check(call_->uuid(handle, text.data(), text.size()), "its UUID"); !good) {
    return std::unexpected(good.error());
  }
  return std::string(text.data());
}

Result<std::string> Nvml::name(NvmlHandle handle) const {
  std::array<char, kTextBytes> text{};
  if (auto good = check(call_->name(handle, text.data(), text.size()), "its name"); !good) {
    return std::unexpected(good.error());
  }
  return std::string(text.data());
}

Result<unsigned> Nvml::node_number(NvmlHandle handle) const {
  unsigned minor = 0;
  if (auto good = check(call_->node_number(handle, &minor), "its device node"); !good) {
    return std::unexpected(good.error());
  }
  return minor;
}

Result<NvmlMemory> Nvml::memory(NvmlHandle handle) const {
  // The second version does not count what the driver keeps for itself as used.
  if (call_->memory_v2 != nullptr) {
    MemoryV2 memory{.version = kMemoryV2};
    const int status = call_->memory_v2(handle, &memory);
    if (status == kSuccess) return NvmlMemory{memory.total, memory.used};
    if (status == kGpuIsLost) return std::unexpected(check(status, "its memory").error());
  }
  MemoryV1 memory{};
  if (auto good = check(call_->memory(handle, &memory), "its memory"); !good) {
    return std::unexpected(good.error());
  }
  return NvmlMemory{memory.total, memory.used};
}

Result<double> Nvml::utilization(NvmlHandle handle) const {
  Utilization rates{};
  if (auto good = check(call_->utilization(handle, &rates), "its utilisation"); !good) {
    return std::unexpected(good.error());
  }
  return static_cast<double>(rates.gpu);
}

Result<unsigned> Nvml::processes(NvmlHandle handle) const {
  if (call_->processes == nullptr) {
    return failure(ErrorCode::unsupported, "this driver does not list processes");
  }
  unsigned count = 0;
  const int status = call_->processes(handle, &count, nullptr);
  // Without room for them it says how many there are.
  if (status == kInsufficientSize) return count;
  if (auto good = check(status, "its processes"); !good) return std::unexpected(good.error());
  return count;
}

bool Nvml::is_sliced(NvmlHandle gpu) const {
  unsigned current = 0, pending = 0;
  return call_->mig_mode != nullptr && call_->mig_mode(gpu, &current, &pending) == kSuccess &&
         current == 1;
}

std::vector<NvmlHandle> Nvml::slices(NvmlHandle gpu) const {
  std::vector<NvmlHandle> found;
  unsigned most = 0;
  if (call_->max_slices == nullptr || call_->slice == nullptr ||
      call_->max_slices(gpu, &most) != kSuccess) {
    return found;
  }
  for (unsigned index = 0; index < most; ++index) {
    void* handle = nullptr;
    if (call_->slice(gpu, index, &handle) == kSuccess) found.push_back(handle);
  }
  return found;
}

Result<std::pair<unsigned, unsigned>> Nvml::instances(NvmlHandle slice) const {
  std::pair<unsigned, unsigned> numbers;
  if (call_->gpu_instance == nullptr || call_->compute_instance == nullptr) {
    return failure(ErrorCode::unsupported, "this driver does not number slices");
  }
  if (auto good = check(call_->gpu_instance(slice, &numbers.first), "its instance"); !good) {
    return std::unexpected(good.error());
  }
  if (auto good = check(call_->compute_instance(slice, &numbers.second), "its instance"); !good) {
    return std::unexpected(good.error());
  }
  return numbers;
}

}  // namespace colibri::accelerators
