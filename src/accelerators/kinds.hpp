#pragma once
// How each kind of accelerator is found, and what several of one kind need in common. Internal to
// this module.
#include <vector>

#include "accelerators/inventory.hpp"

namespace colibri::accelerators {

// By the driver's library; with slices (MIG) in place of the GPU that is cut into them. One that
// the library can't open is listed as unusable when the kernel knows it.
[[nodiscard]] std::vector<Found> find_nvidia(const Settings& settings);
// By their PCI ids, with /dev/accelN or /dev/vfio.
[[nodiscard]] std::vector<Found> find_tpus(const Settings& settings);
// By /dev/dri/renderD*, with /dev/kfd.
[[nodiscard]] std::vector<Found> find_amd(const Settings& settings);
[[nodiscard]] std::vector<Found> find_declared(const Settings& settings);

// What a runtime needs of the driver itself where no CDI specification says it: common nodes, and
// the driver's libraries.
[[nodiscard]] oci::Edits nvidia_driver_edits(const std::string& root);

// The variables that tell frameworks which of these they may use.
[[nodiscard]] oci::Edits nvidia_environment(const std::vector<Found>& lent);
[[nodiscard]] oci::Edits tpu_environment(const std::vector<Found>& lent);

// A node of the host under the same path inside.
[[nodiscard]] inline oci::DeviceNode plain_node(const std::string& path) {
  return {.path = path, .host_path = path};
}

}  // namespace colibri::accelerators
