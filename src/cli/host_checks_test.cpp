#include "cli/host_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

namespace colibri::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::string_view kPure =
    "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
constexpr std::string_view kHybrid =
    "30 23 0:26 / /sys/fs/cgroup ro - tmpfs tmpfs ro,mode=755\n"
    "31 30 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
    "32 30 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "33 30 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
    "34 30 0:30 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n";

// A host made of files.
class Host : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = fs::temp_directory_path() / "colibri-host-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& path, std::string_view text = "") {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  Check accelerator(const std::string& name) {
    for (Check& check : check_accelerators(root_)) {
      if (check.name == name) return check;
    }
    return {};
  }

  fs::path root_;
};

TEST(Kernel, MustBeNewEnough) {
  EXPECT_EQ(check_kernel("5.18.19").state, CheckState::failed);
  EXPECT_EQ(check_kernel("4.20.0-rc1").state, CheckState::failed);
  EXPECT_EQ(check_kernel("5.19.0").state, CheckState::ok);
  EXPECT_EQ(check_kernel("6.1.0-18-amd64").state, CheckState::ok);
  EXPECT_EQ(check_kernel("unknown").state, CheckState::failed);
}

TEST_F(Host, PureCgroupsAreOk) {
  write("sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n");
  const Check check = check_cgroups(kPure, root_);
  EXPECT_EQ(check.state, CheckState::ok);
  EXPECT_EQ(check.text, "v2 with memory, cpu, pids");
}

TEST_F(Host, HybridCgroupsAreOk) {
  const Check check = check_cgroups(kHybrid, root_);
  EXPECT_EQ(check.state, CheckState::ok);
  EXPECT_THAT(check.text, HasSubstr("hybrid"));
}

TEST_F(Host, AMissingControllerIsNamed) {
  write("sys/fs/cgroup/cgroup.controllers", "cpu pids\n");
  const Check check = check_cgroups(kPure, root_);
  EXPECT_EQ(check.state, CheckState::failed);
  EXPECT_THAT(check.text, HasSubstr("memory"));
  EXPECT_FALSE(check.mend.empty());
}

TEST_F(Host, NoCgroupsAtAll) {
  EXPECT_EQ(check_cgroups("", root_).state, CheckState::failed);
}

TEST_F(Host, HasNoAccelerators) {
  for (const Check& check : check_accelerators(root_)) {
    EXPECT_EQ(check.state, CheckState::absent) << check.name;
  }
}

TEST_F(Host, CountsNvidiaGpusAndReadsTheDriver) {
  write("dev/nvidia0");
  write("dev/nvidia1");
  write("dev/nvidiactl");
  write("proc/driver/nvidia/version",
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024\n"
        "GCC version:  gcc version 12.2.0\n");
  write("proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: \t\t NVIDIA H200\nIRQ: 1\n");
  const Check check = accelerator("nvidia");
  EXPECT_EQ(check.state, CheckState::ok);
  EXPECT_EQ(check.text, "2 NVIDIA GPUs (NVIDIA H200), driver 550.54.15");
}

TEST_F(Host, NvidiaDriverWithoutNodesSaysSo) {
  write("proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX  550.54.15\n");
  EXPECT_THAT(accelerator("nvidia").text, HasSubstr("missing"));
}

TEST_F(Host, ANetworkCardOfTheTpuVendorIsNoTpu) {
  write("sys/bus/pci/devices/0000:00:04.0/vendor", "0x1ae0\n");
  write("sys/bus/pci/devices/0000:00:04.0/device", "0x0042\n");
  EXPECT_EQ(accelerator("tpu").state, CheckState::absent);
  write("sys/bus/pci/devices/0000:00:05.0/vendor", "0x1ae0\n");
  write("sys/bus/pci/devices/0000:00:05.0/device", "0x0063\n");
  EXPECT_EQ(accelerator("tpu").text, "1 TPU chips (v5e)");
}

TEST_F(Host, SeesAnAmdGpu) {
  write("dev/kfd");
  EXPECT_EQ(accelerator("amd").state, CheckState::ok);
}

TEST_F(Host, ListsAcceleratorsAndSaysWhyOneIsUnusable) {
  const accelerators::Found good{.accelerator = {.id = "GPU-1",
                                                 .model = "T4",
                                                 .title = "Tesla T4",
                                                 .memory_bytes = uint64_t{16} << 30,
                                                 .tflops = 65}};
  accelerators::Found bad = good;
  bad.unusable = "GPU is lost";
  const auto checks = check_found({good, bad}, {"/etc/cdi/x.yaml: line 3: unknown key \"y\""});
  ASSERT_EQ(checks.size(), 3u);
  EXPECT_EQ(checks[0].state, CheckState::ok);
  EXPECT_THAT(checks[0].text, HasSubstr("GPU-1: Tesla T4, model T4, 16"));
  EXPECT_THAT(checks[0].text, HasSubstr("65 TFLOPS"));
  EXPECT_EQ(checks[1].state, CheckState::absent);
  EXPECT_THAT(checks[1].text, HasSubstr("GPU is lost"));
  EXPECT_THAT(checks[2].text, HasSubstr("line 3"));
}

TEST_F(Host, NoTunDeviceFails) {
  const auto checks = check_network(root_);
  EXPECT_EQ(checks.back().state, CheckState::failed);
  EXPECT_THAT(checks.back().mend, HasSubstr("modprobe tun"));
}

TEST_F(Host, AMissingImageIsNoFailure) {
  const Check check = check_image(root_ / "images");
  EXPECT_EQ(check.state, CheckState::absent);
  EXPECT_THAT(check.text, HasSubstr("colibri image build default"));
}

TEST(Memory, IsReadFromMeminfo) {
  const Check check =
      check_memory("MemTotal:  8388608 kB\nMemFree: 1 kB\nMemAvailable: 4194304 kB\n");
  EXPECT_EQ(check.state, CheckState::ok);
  EXPECT_EQ(check.text, "4.0 GiB of 8.0 GiB available");
  EXPECT_FALSE(check_memory("MemTotal: 8388608 kB\nMemAvailable: 1024 kB\n").mend.empty());
}

TEST(Probe, NamesTheStepThatFailed) {
  const auto shifted = check_probe({ProbeStep::shifted_mount, EINVAL}, "/srv/data");
  EXPECT_EQ(shifted.front().state, CheckState::ok);
  EXPECT_EQ(shifted.back().state, CheckState::failed);
  EXPECT_THAT(shifted.back().text, HasSubstr("/srv/data"));
  const auto refused = check_probe({ProbeStep::user_namespace, EPERM}, "/");
  EXPECT_FALSE(can_run(refused));
  EXPECT_THAT(refused.back().mend, HasSubstr("chroot"));
  EXPECT_THAT(check_probe({ProbeStep::user_namespace, ENOSPC}, "/").back().mend,
              HasSubstr("max_user_namespaces"));
  EXPECT_TRUE(can_run(check_probe({}, "/")));
}

TEST_F(Host, TheProbeLeavesNothingBehind) {
  if (::geteuid() != 0) GTEST_SKIP() << "the probe needs root";
  std::ifstream before_file("/proc/self/mountinfo");
  const std::string before(std::istreambuf_iterator<char>(before_file), {});
  const ProbeOutcome outcome = probe_container_root(root_);
  EXPECT_NE(outcome.failed_at, ProbeStep::internal) << outcome.error;
  EXPECT_TRUE(fs::is_empty(root_));
  std::ifstream after_file("/proc/self/mountinfo");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(after_file), {}), before);
}

TEST(Report, LinesAndJson) {
  const std::vector<Check> checks = {{"kernel", CheckState::ok, "Linux 6.1", ""},
                                     {"overlay", CheckState::failed, "no", "modprobe overlay"}};
  EXPECT_EQ(to_line(checks[0]), "✓ kernel: Linux 6.1");
  EXPECT_EQ(to_line(checks[1]), "✗ overlay: no → modprobe overlay");
  EXPECT_EQ(json::serialize(to_json(checks)),
            R"({"can_run":false,"checks":[{"name":"kernel","state":"ok","text":"Linux 6.1",)"
            R"("mend":""},{"name":"overlay","state":"failed","text":"no",)"
            R"("mend":"modprobe overlay"}]})");
}

TEST_F(Host, MustHaveWhatARuntimesDiskNeeds) {
  EXPECT_THAT(check_disk_limit(root_).mend, HasSubstr("e2fsprogs"));
  write("usr/sbin/mkfs.ext4", "");
  fs::permissions(root_ / "usr/sbin/mkfs.ext4", fs::perms::owner_all);
  const Check check = check_disk_limit(root_);
  EXPECT_EQ(check.state, CheckState::absent);
  EXPECT_THAT(check.mend, HasSubstr("loop"));
}

}  // namespace
}  // namespace colibri::cli
