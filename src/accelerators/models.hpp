#pragma once
// What is known of accelerators by their names: what people call them, how fast they are. Internal
// to this module.
#include <string>
#include <string_view>

namespace colibri::accelerators {

// "NVIDIA H100 80GB HBM3" → "H100", "Tesla T4" → "T4", "NVIDIA A100-SXM4-40GB MIG 1g.5gb" →
// "A100-1g.5gb", "NVIDIA GeForce RTX 4090" → "RTX-4090", "AMD Instinct MI300X OAM" → "MI300X".
[[nodiscard]] std::string model_of(std::string_view name);

// Dense bf16 (fp16 where there is none) in 10^12 operations a second, as its maker says; for a MIG
// slice its share. 0: unknown.
[[nodiscard]] double tflops_of(std::string_view name);

// TPUs by their PCI device id.
struct TpuModel {
  const char* device;  // "0x0063"
  const char* model;   // "v5e"
  const char* type;    // As in TPU_ACCELERATOR_TYPE: "v5litepod"
  int cores_per_unit;  // How much one chip counts in that type's number.
  unsigned memory_gib;
  double tflops;
};
// Nothing for a device that is no TPU. The subsystem tells v2 from v3.
[[nodiscard]] const TpuModel* tpu_model(std::string_view device, std::string_view subsystem);

}  // namespace colibri::accelerators
