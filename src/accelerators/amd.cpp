#include <filesystem>

#include "accelerators/host_files.hpp"
#include "accelerators/kinds.hpp"
#include "accelerators/models.hpp"

namespace colibri::accelerators {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAmd = "0x1002";
// Less is the graphics part of a processor, which nobody wants to be lent.
constexpr uint64_t kLeastMemory = uint64_t{2} << 30;

}  // namespace

std::vector<Found> find_amd(const Settings& settings) {
  const fs::path root = settings.root;
  std::vector<Found> all;
  for (const fs::path& entry : entries_of(root / "sys/class/drm")) {
    const int number = number_behind(entry.filename(), "renderD");
    const fs::path device = entry / "device";
    if (number < 0 || read_trimmed(device / "vendor") != kAmd) continue;
    const std::string memory = read_trimmed(device / "mem_info_vram_total");
    const uint64_t bytes = std::strtoull(memory.c_str(), nullptr, 10);
    if (bytes < kLeastMemory) continue;
    std::string name = read_trimmed(device / "product_name", 200);
    if (name.empty()) name = "AMD GPU " + read_trimmed(device / "device", 20);
    const std::string node = "/dev/dri/" + entry.filename().string();
    const std::string index = std::to_string(all.size());
    Found found{.accelerator = {.id = "amd" + index,
                                .kind = Kind::amd,
                                .model = model_of(name),
                                .title = name,
                                .memory_bytes = bytes,
                                .tflops = tflops_of(name)}};
    found.access.edits.devices = {plain_node("/dev/kfd"), plain_node(node)};
    found.access.cdi = {"amd.com/gpu=" + index};
    found.access.meter_path = device;
    for (const char* needed : {"/dev/kfd", node.c_str()}) {
      if (found.unusable.empty() && !is_there(root / (needed + 1))) {
        found.unusable = std::string(needed) + " is missing: is the amdgpu driver loaded?";
      }
    }
    all.push_back(std::move(found));
  }
  return all;
}

}  // namespace colibri::accelerators
