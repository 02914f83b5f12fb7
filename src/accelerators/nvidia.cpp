#include <algorithm>
#include <filesystem>
#include <map>

#include "accelerators/host_files.hpp"
#include "accelerators/kinds.hpp"
#include "accelerators/models.hpp"
#include "accelerators/nvml.hpp"

namespace colibri::accelerators {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLibrariesInside = "/usr/local/nvidia/lib64";

constexpr const char* kLibraryFolders[] = {
    "usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/lib64",
    "usr/lib/wsl/lib",          "usr/local/nvidia/lib64",    "usr/lib"};

// What CUDA programs load of the driver. The rest of CUDA comes with the frameworks.
constexpr const char* kLibraryNames[] = {
    "libcuda.so.1",          "libnvidia-ml.so.1",     "libnvidia-ptxjitcompiler.so.1",
    "libnvidia-nvvm.so.4",   "libnvidia-opencl.so.1", "libcudadebugger.so.1",
    "libnvidia-encode.so.1", "libnvcuvid.so.1"};

// One of them has no short name: only the version of the driver.
constexpr std::string_view kCompiler = "libnvidia-gpucomp.so.";

// The value of "Name: value" lines as those of /proc/driver/nvidia.
std::string line_value(const std::string& text, std::string_view name) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (line.starts_with(name) && line.size() > name.size() && line[name.size()] == ':') {
      const size_t value = line.find_first_not_of(" \t", name.size() + 1);
      return value == line.npos ? "" : line.substr(value);
    }
    at = end + 1;
  }
  return {};
}

// Nodes of the capabilities that a slice consists of.
void add_slice_nodes(const std::string& root, unsigned minor, unsigned instance, unsigned part,
                     oci::Edits& edits) {
  const std::string slice = "proc/driver/nvidia/capabilities/gpu" + std::to_string(minor) +
                            "/mig/gi" + std::to_string(instance);
  for (const std::string& file :
       {slice + "/access", slice + "/ci" + std::to_string(part) + "/access"}) {
    const std::string number = line_value(read_trimmed(fs::path(root) / file), "DeviceFileMinor");
    if (number.empty()) continue;
    edits.devices.push_back(plain_node("/dev/nvidia-caps/nvidia-cap" + number));
  }
}

Found describe(const Nvml& nvml, NvmlHandle handle, const std::string& uuid) {
  const std::string name = nvml.name(handle).value_or("NVIDIA GPU");
  Found found{.accelerator = {.id = uuid,
                              .kind = Kind::nvidia,
                              .model = model_of(name),
                              .title = name,
                              .tflops = tflops_of(name)}};
  found.access.number = uuid;
  found.access.meter_path = nvml.library();
  found.access.cdi = {"nvidia.com/gpu=" + uuid};
  if (const auto memory = nvml.memory(handle)) {
    found.accelerator.memory_bytes = memory->total;
  } else if (memory.error().code == ErrorCode::unavailable) {
    found.unusable = memory.error().detail;
  }
  return found;
}

void find_slices(const Nvml& nvml, const Settings& settings, NvmlHandle gpu, unsigned index,
                 std::vector<Found>& all) {
  const auto minor = nvml.node_number(gpu);
  unsigned number = 0;
  for (const NvmlHandle slice : nvml.slices(gpu)) {
    const auto uuid = nvml.uuid(slice);
    if (!uuid) continue;
    Found found = describe(nvml, slice, *uuid);
    found.access.cdi.push_back("nvidia.com/gpu=" + std::to_string(index) + ":" +
                               std::to_string(number++));
    if (minor) {
      found.access.edits.devices.push_back(plain_node("/dev/nvidia" + std::to_string(*minor)));
      if (const auto parts = nvml.instances(slice)) {
        add_slice_nodes(settings.root, *minor, parts->first, parts->second, found.access.edits);
      }
    }
    all.push_back(std::move(found));
  }
  if (number > 0) return;
  Found whole = describe(nvml, gpu, nvml.uuid(gpu).value_or("GPU-" + std::to_string(index)));
  whole.unusable = "it is in MIG mode and has no slices: make some with nvidia-smi mig -cgi";
  all.push_back(std::move(whole));
}

// GPUs that the kernel's part of the driver knows: "GPU-…" by the model.
std::map<std::string, std::string> known_to_kernel(const std::string& root) {
  std::map<std::string, std::string> known;
  for (const fs::path& folder : entries_of(fs::path(root) / "proc/driver/nvidia/gpus")) {
    const std::string text = read_trimmed(folder / "information");
    const std::string uuid = line_value(text, "GPU UUID");
    const bool told = uuid.starts_with("GPU-") && uuid.find('?') == uuid.npos;
    known[told ? uuid : "GPU-" + folder.filename().string()] = line_value(text, "Model");
  }
  return known;
}

std::vector<Found> all_unusable(const std::string& root, const std::string& why) {
  std::vector<Found> all;
  for (const auto& [uuid, name] : known_to_kernel(root)) {
    all.push_back({.accelerator = {.id = uuid,
                                   .kind = Kind::nvidia,
                                   .model = model_of(name),
                                   .title = name.empty() ? "NVIDIA GPU" : name,
                                   .tflops = tflops_of(name)},
                   .unusable = why});
  }
  return all;
}

}  // namespace

std::vector<Found> find_nvidia(const Settings& settings) {
  const auto nvml = Nvml::load(settings.nvml);
  if (!nvml) return all_unusable(settings.root, nvml.error().detail);
  std::vector<Found> all;
  const unsigned count = (*nvml)->count().value_or(0);
  for (unsigned index = 0; index < count; ++index) {
    const auto gpu = (*nvml)->by_index(index);
    if (!gpu) {
      all.push_back({.accelerator = {.id = "GPU-" + std::to_string(index),
                                     .kind = Kind::nvidia,
                                     .model = "GPU",
                                     .title = "NVIDIA GPU " + std::to_string(index)},
                     .unusable = gpu.error().detail});
      continue;
    }
    if ((*nvml)->is_sliced(*gpu)) {
      find_slices(**nvml, settings, *gpu, index, all);
      continue;
    }
    const auto uuid = (*nvml)->uuid(*gpu);
    Found found = describe(**nvml, *gpu, uuid.value_or("GPU-" + std::to_string(index)));
    if (!uuid && found.unusable.empty()) found.unusable = uuid.error().detail;
    found.access.cdi.push_back("nvidia.com/gpu=" + std::to_string(index));
    if (const auto minor = (*nvml)->node_number(*gpu)) {
      found.access.edits.devices.push_back(plain_node("/dev/nvidia" + std::to_string(*minor)));
    }
    all.push_back(std::move(found));
  }
  return all;
}

oci::Edits nvidia_driver_edits(const std::string& root) {
  oci::Edits edits;
  for (const char* node : {"/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools"}) {
    if (is_there(root + node)) edits.devices.push_back(plain_node(node));
  }
  const auto bind = [&](const fs::path& file, const std::string& inside) {
    edits.mounts.push_back(
        {"/" + file.lexically_relative(root).string(), inside, {"ro", "nosuid", "nodev", "bind"}});
  };
  for (const char* folder : kLibraryFolders) {
    const fs::path libraries = fs::path(root) / folder;
    if (!is_there(libraries / kLibraryNames[0])) continue;
    for (const char* name : kLibraryNames) {
      if (is_there(libraries / name))
        bind(libraries / name, kLibrariesInside + ("/" + std::string(name)));
    }
    for (const fs::path& file : entries_of(libraries)) {
      const std::string name = file.filename();
      if (name.starts_with(kCompiler)) bind(file, kLibrariesInside + ("/" + name));
    }
    // Some programs look for it under the name that linkers use.
    bind(libraries / kLibraryNames[0], std::string(kLibrariesInside) + "/libcuda.so");
    edits.env["LD_LIBRARY_PATH"] = kLibrariesInside;
    break;
  }
  const fs::path program = fs::path(root) / "usr/bin/nvidia-smi";
  if (is_there(program)) bind(program, "/usr/bin/nvidia-smi");
  return edits;
}

oci::Edits nvidia_environment(const std::vector<Found>& lent) {
  std::string visible;
  for (const Found& found : lent) visible += (visible.empty() ? "" : ",") + found.access.number;
  // By UUID, since numbers change their meaning. It is a help for frameworks; what keeps others
  // out are the nodes and the device cgroup.
  return {.env = {{"CUDA_VISIBLE_DEVICES", visible}}};
}

}  // namespace colibri::accelerators
