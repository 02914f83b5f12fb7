#include <algorithm>
#include <filesystem>
#include <map>

#include "accelerators/host_files.hpp"
#include "accelerators/kinds.hpp"
#include "accelerators/models.hpp"

namespace colibri::accelerators {
namespace {

namespace fs = std::filesystem;

constexpr const char* kGoogle = "0x1ae0";

// The PCI address of each /dev/accelN, as far as the kernel tells it.
std::map<std::string, int> accel_numbers(const fs::path& root) {
  std::map<std::string, int> numbers;
  for (const fs::path& entry : entries_of(root / "sys/class/accel")) {
    const int number = number_behind(entry.filename(), "accel");
    std::error_code error;
    const fs::path device = fs::read_symlink(entry / "device", error);
    if (number >= 0 && !error) numbers[device.filename()] = number;
  }
  return numbers;
}

// The nodes of one chip: /dev/accelN, or that of its group for vfio.
std::string find_nodes(const fs::path& root, const fs::path& device, int number, Access& access) {
  const std::string accel = "/dev/accel" + std::to_string(number);
  if (is_there(root / accel.substr(1))) {
    access.edits.devices.push_back(plain_node(accel));
    return {};
  }
  std::error_code error;
  const fs::path group = fs::read_symlink(device / "iommu_group", error);
  const std::string vfio = "/dev/vfio/" + group.filename().string();
  if (!error && is_there(root / vfio.substr(1))) {
    access.edits.devices.push_back(plain_node("/dev/vfio/vfio"));
    access.edits.devices.push_back(plain_node(vfio));
    access.edits.locks_memory = true;  // vfio pins what the chip may reach.
    return {};
  }
  return "there is neither " + accel + " nor a node for it in /dev/vfio";
}

// How so many chips lie beside each other on a board.
const char* bounds_of(size_t chips) {
  switch (chips) {
    case 1:
      return "1,1,1";
    case 2:
      return "1,2,1";
    case 4:
      return "2,2,1";
    case 8:
      return "2,4,1";
    default:
      return "";
  }
}

}  // namespace

std::vector<Found> find_tpus(const Settings& settings) {
  const fs::path root = settings.root;
  const auto numbers = accel_numbers(root);
  std::vector<Found> all;
  for (const fs::path& device : entries_of(root / "sys/bus/pci/devices")) {
    if (read_trimmed(device / "vendor") != kGoogle) continue;
    // Google makes network cards and disks too.
    const TpuModel* model =
        tpu_model(read_trimmed(device / "device"), read_trimmed(device / "subsystem_device"));
    if (model == nullptr) continue;
    const int order = static_cast<int>(all.size());
    const auto known = numbers.find(device.filename());
    const int number = known == numbers.end() ? order : known->second;
    Found found{.accelerator = {.id = "tpu" + std::to_string(number),
                                .kind = Kind::tpu,
                                .model = model->model,
                                .title = std::string("Google TPU ") + model->model,
                                .memory_bytes = uint64_t{model->memory_gib} << 30,
                                .tflops = model->tflops}};
    found.access.number = std::to_string(number);
    found.access.type = model->type;
    found.access.units = model->cores_per_unit;
    found.access.cdi = {"google.com/tpu=" + std::to_string(number)};
    found.unusable = find_nodes(root, device, number, found.access);
    all.push_back(std::move(found));
  }
  std::ranges::stable_sort(all, {}, [](const Found& found) {
    return std::pair(found.access.number.size(), found.access.number);
  });
  return all;
}

oci::Edits tpu_environment(const std::vector<Found>& lent) {
  if (lent.empty()) return {};
  std::string visible;
  int units = 0;
  for (const Found& found : lent) {
    visible += (visible.empty() ? "" : ",") + found.access.number;
    units += found.access.units;
  }
  // All of these, or the library asks a metadata server, which nobody reaches from a container, or
  // waits for chips that are somebody else's.
  oci::Edits edits{
      .env = {{"PJRT_DEVICE", "TPU"},
              {"JAX_PLATFORMS", "tpu,cpu"},
              {"TPU_SKIP_MDS_QUERY", "true"},
              {"TPU_ACCELERATOR_TYPE", lent.front().access.type + "-" + std::to_string(units)},
              {"TPU_WORKER_ID", "0"},
              {"TPU_WORKER_HOSTNAMES", "localhost"},
              {"CLOUD_TPU_TASK_ID", "0"},
              {"TPU_PROCESS_BOUNDS", "1,1,1"},
              {"TPU_HOST_BOUNDS", "1,1,1"},
              {"TPU_PROCESS_PORT", "8476"},
              {"TPU_PROCESS_ADDRESSES", "localhost:8476"},
              {"TPU_VISIBLE_CHIPS", visible},
              {"TPU_VISIBLE_DEVICES", visible}}};
  if (const std::string bounds = bounds_of(lent.size()); !bounds.empty()) {
    edits.env["TPU_CHIPS_PER_PROCESS_BOUNDS"] = bounds;
    edits.env["TPU_CHIPS_PER_HOST_BOUNDS"] = bounds;
  }
  return edits;
}

}  // namespace colibri::accelerators
