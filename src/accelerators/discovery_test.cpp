#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "accelerators/fake_host_fixture.hpp"
#include "accelerators/inventory.hpp"
#include "accelerators/models.hpp"

namespace colibri::accelerators {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr const char* kTwo =
    "GPU-aaaa|Tesla T4|0|16106127360|0|0|0|ok\n"
    "GPU-bbbb|NVIDIA H100 80GB HBM3|1|85520809984|5242880|37|2|ok\n";
constexpr const char* kSliced =
    "GPU-cccc|NVIDIA A100-SXM4-40GB|0|42949672960|0|-|0|ok\n"
    "MIG-1111|NVIDIA A100-SXM4-40GB MIG 1g.5gb|7|5100273664|0|-|0|ok\n"
    "MIG-2222|NVIDIA A100-SXM4-40GB MIG 3g.20gb|1|20937965568|0|-|0|ok\n";

class Discovery : public ::testing::Test {
 protected:
  Inventory look(std::string nvml = FAKE_NVML_LIBRARY) const {
    return Inventory({.root = host.root(), .nvml = std::move(nvml)});
  }
  static std::vector<std::string> ids(const Inventory& inventory) {
    std::vector<std::string> list;
    for (const Accelerator& each : inventory.usable()) list.push_back(each.id);
    return list;
  }
  static std::vector<std::string> nodes(const oci::Edits& edits) {
    std::vector<std::string> list;
    for (const oci::DeviceNode& node : edits.devices) list.push_back(node.path);
    return list;
  }
  static std::vector<std::string> mounts(const oci::Edits& edits) {
    std::vector<std::string> list;
    for (const oci::BindMount& mount : edits.mounts) {
      list.push_back(mount.host_path + ":" + mount.path);
    }
    return list;
  }
  void nvidia_nodes() const {
    for (const char* name : {"nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia0", "nvidia1"}) {
      host.node("dev/" + std::string(name));
    }
  }

  FakeHost host;
};

TEST(Models, AreNamedAsPeopleDo) {
  EXPECT_EQ(model_of("Tesla T4"), "T4");
  EXPECT_EQ(model_of("NVIDIA H100 80GB HBM3"), "H100");
  EXPECT_EQ(model_of("NVIDIA H100 PCIe"), "H100");
  EXPECT_EQ(model_of("NVIDIA A100-SXM4-40GB"), "A100");
  EXPECT_EQ(model_of("NVIDIA A100-SXM4-40GB MIG 1g.5gb"), "A100-1g.5gb");
  EXPECT_EQ(model_of("NVIDIA L4"), "L4");
  EXPECT_EQ(model_of("Tesla V100-SXM2-16GB"), "V100");
  EXPECT_EQ(model_of("NVIDIA GeForce RTX 4090"), "RTX-4090");
  EXPECT_EQ(model_of("NVIDIA GeForce RTX 2080 Ti"), "RTX-2080-Ti");
  EXPECT_EQ(model_of("NVIDIA RTX A6000"), "RTX-A6000");
  EXPECT_EQ(model_of("NVIDIA RTX 6000 Ada Generation"), "RTX-6000-Ada");
  EXPECT_EQ(model_of("AMD Instinct MI300X OAM"), "MI300X");
  EXPECT_EQ(model_of(""), "GPU");
}

TEST(Models, AreAsFastAsTheirMakersSay) {
  EXPECT_EQ(tflops_of("Tesla T4"), 65);
  EXPECT_EQ(tflops_of("NVIDIA H100 80GB HBM3"), 989);
  EXPECT_EQ(tflops_of("NVIDIA H100 PCIe"), 756);
  EXPECT_EQ(tflops_of("NVIDIA A10"), 125);
  EXPECT_EQ(tflops_of("NVIDIA A100-SXM4-40GB"), 312);
  EXPECT_NEAR(tflops_of("NVIDIA A100-SXM4-40GB MIG 1g.5gb"), 44.57, 0.01);
  EXPECT_EQ(tflops_of("NVIDIA T400 4GB"), 0);
}

TEST_F(Discovery, OfAHostWithoutAnyIsQuiet) {
  Inventory inventory = look("/no/such/libnvidia-ml.so.1");
  inventory.look();
  EXPECT_THAT(inventory.all(), IsEmpty());
}

TEST_F(Discovery, FindsSeveralGpus) {
  host.gpus(kTwo);
  Inventory inventory = look();
  inventory.look();
  EXPECT_THAT(ids(inventory), ElementsAre("GPU-aaaa", "GPU-bbbb"));
  const auto gpu = inventory.find("GPU-bbbb");
  EXPECT_EQ(gpu->kind, Kind::nvidia);
  EXPECT_EQ(gpu->model, "H100");
  EXPECT_EQ(gpu->title, "NVIDIA H100 80GB HBM3");
  EXPECT_EQ(gpu->memory_bytes, 85520809984u);
  EXPECT_EQ(gpu->tflops, 989);
}

TEST_F(Discovery, SlicesStandForTheGpuThatIsCut) {
  host.gpus(kSliced);
  Inventory inventory = look();
  inventory.look();
  EXPECT_THAT(ids(inventory), ElementsAre("MIG-1111", "MIG-2222"));
  EXPECT_EQ(inventory.find("MIG-2222")->model, "A100-3g.20gb");
  EXPECT_EQ(inventory.find("MIG-2222")->memory_bytes, 20937965568u);
}

TEST_F(Discovery, AGpuInMigModeWithoutSlicesSaysSo) {
  host.gpus("GPU-cccc|NVIDIA A100|0|42949672960|0|-|0|mig\n");
  Inventory inventory = look();
  inventory.look();
  EXPECT_THAT(ids(inventory), IsEmpty());
  EXPECT_THAT(inventory.all()[0].unusable, HasSubstr("no slices"));
}

TEST_F(Discovery, ADriverThatCannotBeUsedIsToldWithTheGpusThatTheKernelKnows) {
  host.gpus("init 18\n");
  host.write("proc/driver/nvidia/gpus/0000:01:00.0/information",
             "Model: \t\t Tesla T4\nIRQ:   \t\t 11\nGPU UUID: \t GPU-aaaa\n");
  Inventory inventory = look();
  inventory.look();
  ASSERT_THAT(inventory.all(), SizeIs(1));
  EXPECT_EQ(inventory.all()[0].accelerator.title, "Tesla T4");
  EXPECT_THAT(inventory.all()[0].unusable, HasSubstr("version mismatch"));
  EXPECT_EQ(inventory.lend({"GPU-aaaa"}).error().code, ErrorCode::unavailable);
}

TEST_F(Discovery, AGpuThatVanishesStaysInTheListAsUnusable) {
  host.gpus(kTwo);
  Inventory inventory = look();
  inventory.look();
  host.gpus(
      "GPU-aaaa|Tesla T4|0|16106127360|0|0|0|lost\n"
      "GPU-bbbb|NVIDIA H100 80GB HBM3|1|85520809984|0|0|0|gone\n");
  inventory.look();
  EXPECT_THAT(ids(inventory), IsEmpty());
  ASSERT_THAT(inventory.all(), SizeIs(2));
  EXPECT_THAT(inventory.all()[0].unusable, HasSubstr("lost"));
  EXPECT_THAT(inventory.all()[1].unusable, HasSubstr("not found"));
  host.gpus(kTwo);
  inventory.look();
  EXPECT_THAT(ids(inventory), SizeIs(2));
}

TEST_F(Discovery, WithoutCdiAGpuComesWithItsNodesAndTheDriversLibraries) {
  host.gpus(kTwo);
  nvidia_nodes();
  for (const char* name : {"libcuda.so.1", "libnvidia-ml.so.1", "libnvidia-gpucomp.so.550.54.15"}) {
    host.write("usr/lib/x86_64-linux-gnu/" + std::string(name));
  }
  host.write("usr/bin/nvidia-smi");
  Inventory inventory = look();
  inventory.look();
  const auto lent = inventory.lend({"GPU-bbbb"});
  ASSERT_TRUE(lent) << lent.error().detail;
  EXPECT_THAT(nodes(lent->edits), ElementsAre("/dev/nvidiactl", "/dev/nvidia-uvm",
                                              "/dev/nvidia-uvm-tools", "/dev/nvidia1"));
  EXPECT_EQ(lent->edits.devices[3].type, 'c');
  EXPECT_EQ(lent->edits.devices[3].major, 1);
  EXPECT_THAT(
      mounts(lent->edits),
      Contains("/usr/lib/x86_64-linux-gnu/libcuda.so.1:/usr/local/nvidia/lib64/libcuda.so.1"));
  EXPECT_THAT(mounts(lent->edits),
              Contains("/usr/lib/x86_64-linux-gnu/libnvidia-gpucomp.so.550.54.15:"
                       "/usr/local/nvidia/lib64/libnvidia-gpucomp.so.550.54.15"));
  EXPECT_THAT(mounts(lent->edits), Contains("/usr/bin/nvidia-smi:/usr/bin/nvidia-smi"));
  for (const auto& mount : lent->edits.mounts) EXPECT_THAT(mount.options, Contains("ro"));
  EXPECT_THAT(lent->edits.env, Contains(Pair("CUDA_VISIBLE_DEVICES", "GPU-bbbb")));
  EXPECT_THAT(lent->edits.env, Contains(Pair("LD_LIBRARY_PATH", "/usr/local/nvidia/lib64")));
  ASSERT_THAT(lent->accelerators, SizeIs(1));
  EXPECT_EQ(lent->accelerators[0].meter_path, FAKE_NVML_LIBRARY);
}

TEST_F(Discovery, ASliceComesWithTheNodesOfItsCapabilities) {
  host.gpus(kSliced);
  nvidia_nodes();
  host.node("dev/nvidia-caps/nvidia-cap66");
  host.node("dev/nvidia-caps/nvidia-cap67");
  const std::string slice = "proc/driver/nvidia/capabilities/gpu0/mig/gi7/";
  host.write(slice + "access", "DeviceFileMinor: 66\nDeviceFileMode: 292\n");
  host.write(slice + "ci0/access", "DeviceFileMinor: 67\nDeviceFileMode: 292\n");
  Inventory inventory = look();
  inventory.look();
  const auto lent = inventory.lend({"MIG-1111"});
  ASSERT_TRUE(lent) << lent.error().detail;
  EXPECT_THAT(nodes(lent->edits), Contains("/dev/nvidia0"));
  EXPECT_THAT(nodes(lent->edits), Contains("/dev/nvidia-caps/nvidia-cap66"));
  EXPECT_THAT(nodes(lent->edits), Contains("/dev/nvidia-caps/nvidia-cap67"));
  EXPECT_EQ(lent->edits.env.at("CUDA_VISIBLE_DEVICES"), "MIG-1111");
}

TEST_F(Discovery, WithCdiTheSpecificationCounts) {
  host.gpus(kTwo);
  nvidia_nodes();
  host.write("usr/lib/x86_64-linux-gnu/libcuda.so.1");
  host.write("etc/cdi/nvidia.yaml",
             "cdiVersion: 0.5.0\nkind: nvidia.com/gpu\ndevices:\n"
             "- name: '0'\n  containerEdits: {deviceNodes: [{path: /dev/nvidia0}], env: [A=etc]}\n"
             "- name: '1'\n  containerEdits: {deviceNodes: [{path: /dev/nvidia1}]}\n");
  host.write("var/run/cdi/nvidia.json",
             R"({"cdiVersion":"0.5.0","kind":"nvidia.com/gpu","devices":[{"name":"0",)"
             R"("containerEdits":{"deviceNodes":[{"path":"/dev/nvidia0"}],"env":["A=run"]}}]})");
  Inventory inventory = look();
  inventory.look();
  const auto lent = inventory.lend({"GPU-aaaa", "GPU-bbbb"});
  ASSERT_TRUE(lent) << lent.error().detail;
  EXPECT_THAT(nodes(lent->edits), ElementsAre("/dev/nvidia0", "/dev/nvidia1"));
  EXPECT_THAT(lent->edits.mounts, IsEmpty());
  EXPECT_EQ(lent->edits.env.at("A"), "run");
  EXPECT_EQ(lent->edits.env.at("CUDA_VISIBLE_DEVICES"), "GPU-aaaa,GPU-bbbb");
}

TEST_F(Discovery, ANodeThatIsNotThereIsNamed) {
  host.gpus(kTwo);
  Inventory inventory = look();
  inventory.look();
  const auto lent = inventory.lend({"GPU-aaaa"});
  ASSERT_FALSE(lent);
  EXPECT_THAT(lent.error().detail, HasSubstr("/dev/nvidia0"));
}

TEST_F(Discovery, FindsTpusAndTellsFrameworksWhichAreTheirs) {
  for (const int chip : {4, 5, 6, 7}) {
    const std::string device = "sys/bus/pci/devices/0000:00:0" + std::to_string(chip) + ".0/";
    host.write(device + "vendor", "0x1ae0\n");
    host.write(device + "device", "0x0063\n");
    host.node("dev/accel" + std::to_string(chip - 4));
  }
  host.write("sys/bus/pci/devices/0000:00:03.0/vendor", "0x1ae0\n");
  host.write("sys/bus/pci/devices/0000:00:03.0/device", "0x0042\n");  // A network card.
  Inventory inventory = look("/none");
  inventory.look();
  EXPECT_THAT(ids(inventory), ElementsAre("tpu0", "tpu1", "tpu2", "tpu3"));
  EXPECT_EQ(inventory.find("tpu3")->model, "v5e");
  EXPECT_EQ(inventory.find("tpu3")->memory_bytes, uint64_t{16} << 30);
  const auto one = inventory.lend({"tpu2"});
  ASSERT_TRUE(one) << one.error().detail;
  EXPECT_THAT(nodes(one->edits), ElementsAre("/dev/accel2"));
  EXPECT_EQ(one->edits.env.at("TPU_VISIBLE_CHIPS"), "2");
  EXPECT_EQ(one->edits.env.at("TPU_CHIPS_PER_PROCESS_BOUNDS"), "1,1,1");
  EXPECT_EQ(one->edits.env.at("TPU_ACCELERATOR_TYPE"), "v5litepod-1");
  EXPECT_EQ(one->edits.env.at("PJRT_DEVICE"), "TPU");
  EXPECT_EQ(one->edits.env.at("TPU_SKIP_MDS_QUERY"), "true");
  const auto all = inventory.lend({"tpu0", "tpu1", "tpu2", "tpu3"});
  ASSERT_TRUE(all);
  EXPECT_EQ(all->edits.env.at("TPU_CHIPS_PER_PROCESS_BOUNDS"), "2,2,1");
  EXPECT_EQ(all->edits.env.at("TPU_ACCELERATOR_TYPE"), "v5litepod-4");
}

TEST_F(Discovery, ATpuBehindVfioPinsMemory) {
  const std::string device = "sys/bus/pci/devices/0000:00:05.0/";
  host.write(device + "vendor", "0x1ae0\n");
  host.write(device + "device", "0x006f\n");
  host.link(device + "iommu_group", "../../../kernel/iommu_groups/3");
  Inventory inventory = look("/none");
  inventory.look();
  EXPECT_THAT(inventory.all()[0].unusable, HasSubstr("/dev/vfio"));
  host.node("dev/vfio/vfio");
  host.node("dev/vfio/3");
  inventory.look();
  const auto lent = inventory.lend({"tpu0"});
  ASSERT_TRUE(lent) << lent.error().detail;
  EXPECT_THAT(nodes(lent->edits), ElementsAre("/dev/vfio/vfio", "/dev/vfio/3"));
  EXPECT_TRUE(lent->edits.locks_memory);
}

TEST_F(Discovery, FindsAmdGpusButNotTheGraphicsOfAProcessor) {
  const auto card = [&](int number, const char* memory) {
    const std::string device = "sys/class/drm/renderD" + std::to_string(number) + "/device/";
    host.write(device + "vendor", "0x1002\n");
    host.write(device + "device", "0x74a1\n");
    host.write(device + "product_name", "AMD Instinct MI300X OAM\n");
    host.write(device + "mem_info_vram_total", memory);
    host.node("dev/dri/renderD" + std::to_string(number));
  };
  card(128, "536870912\n");
  card(129, "206141652992\n");
  Inventory inventory = look("/none");
  inventory.look();
  ASSERT_THAT(inventory.all(), SizeIs(1));
  EXPECT_THAT(inventory.all()[0].unusable, HasSubstr("/dev/kfd"));
  host.node("dev/kfd");
  inventory.look();
  EXPECT_THAT(ids(inventory), ElementsAre("amd0"));
  EXPECT_EQ(inventory.find("amd0")->model, "MI300X");
  EXPECT_THAT(nodes(inventory.lend({"amd0"})->edits),
              ElementsAre("/dev/kfd", "/dev/dri/renderD129"));
}

TEST_F(Discovery, WhatIsDeclaredMayNameCdiDevices) {
  host.node("dev/npu0");
  Inventory inventory({.root = host.root(),
                       .nvml = "/none",
                       .declared = {{.model = "npu",
                                     .devices = {"/dev/null"},
                                     .cdi = {"example.com/npu={n}"},
                                     .env = {{"NPU", "{n}"}},
                                     .meter_file = "/run/npu{n}"}}});
  inventory.look();
  const auto unknown = inventory.lend({"npu-0"});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::unavailable);
  EXPECT_THAT(unknown.error().detail, HasSubstr("example.com/npu=0"));
  EXPECT_TRUE(inventory.usable().empty());  // Nobody is offered it.
  host.write("etc/cdi/npu.json",
             R"({"cdiVersion":"1.0.0","kind":"example.com/npu","devices":[{"name":"0",)"
             R"("containerEdits":{"deviceNodes":[{"path":"/dev/npu0"}],"env":["B=1"]}}]})");
  host.node("dev/null");
  inventory.look();
  const auto lent = inventory.lend({"npu-0"});
  ASSERT_TRUE(lent) << lent.error().detail;
  EXPECT_THAT(nodes(lent->edits), ElementsAre("/dev/null", "/dev/npu0"));
  EXPECT_EQ(lent->edits.env.at("NPU"), "0");
  EXPECT_EQ(lent->edits.env.at("B"), "1");
  EXPECT_EQ(lent->accelerators[0].meter_path, "/run/npu0");
}

TEST_F(Discovery, NobodyGetsWhatIsNotThere) {
  Inventory inventory = look("/none");
  EXPECT_EQ(inventory.lend({"GPU-zzzz"}).error().code, ErrorCode::not_found);
  EXPECT_TRUE(inventory.lend({})->edits.empty());
}

}  // namespace
}  // namespace colibri::accelerators
