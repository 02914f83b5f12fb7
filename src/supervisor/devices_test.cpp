// Accelerators in a real container: the assigned node is there and opens, everything else is shut.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "engine/cgroup_mounts.hpp"
#include "supervisor/cgroup.hpp"
#include "supervisor/device_nodes.hpp"
#include "supervisor/sandbox_fixture.hpp"

namespace colibri::supervisor {
namespace {

using fixture::Box;
using fixture::Outcome;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
namespace fs = std::filesystem;

// A misc device that opens harmlessly, that no container has by itself (runc lets through the tun
// of its own accord), and that most kernels have.
constexpr int kMisc = 10;
int misc_minor() {
  std::ifstream file("/proc/misc");
  int number = 0;
  std::string name;
  std::map<std::string, int> known;
  while (file >> number >> name) known[name] = number;
  for (const char* each : {"fuse", "autofs", "vga_arbiter"}) {
    if (known.contains(each)) return known[each];
  }
  ADD_FAILURE() << "this kernel has no harmless device to test with";
  return 0;
}
// Another, the kernel's log.
constexpr int kKmsgMajor = 1, kKmsgMinor = 11;

// Opens a node and says how that went.
std::string try_open(const std::string& path) {
  return "import os\n"
         "try: os.close(os.open('" +
         path +
         "', os.O_RDWR | os.O_NONBLOCK)); print('opened')\n"
         "except OSError as e: print(e.strerror)\n";
}

class DevicesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!Box::can_run("auto")) GTEST_SKIP() << "needs root and COLIBRI_TEST_ROOTFS";
    box_.emplace("auto");
  }

  void lend(const std::string& path) {
    box_->config.edits.devices.push_back({.path = path,
                                          .host_path = "/dev/none",
                                          .type = 'c',
                                          .major = kMisc,
                                          .minor = misc_minor()});
  }
  void start() {
    const auto error = box_->start();
    ASSERT_FALSE(error) << error->detail;
  }
  [[nodiscard]] pid_t inside() const {
    return std::atoi(engine::read_small_file(box_->config.run_dir + "/init.pid").c_str());
  }
  // Puts a node of the host in front of the container, as nobody inside could.
  Result<> smuggle(const std::string& path, int major, int minor) const {
    oci::Edits edits{.devices = {{.path = path, .type = 'c', .major = major, .minor = minor}}};
    const std::string folder = box_->config.run_dir + "/smuggled";
    fs::create_directory(folder);
    if (auto made = make_device_nodes(folder, box_->config.uid_base, edits); !made) return made;
    // Mounted, and not allowed.
    edits.devices.front().permissions = "";
    return inject_device_nodes(inside(), box_->config.uid_base, box_->config.cgroup, edits);
  }

  std::optional<Box> box_;
};

TEST_F(DevicesTest, TheAssignedNodeOpensForAnyUserInside) {
  lend("/dev/npu/0");
  start();
  EXPECT_EQ(box_->python(try_open("/dev/npu/0")).output, "opened\n");
  EXPECT_EQ(box_->shell("stat -c '%U %a %F %Hr:%Lr' /dev/npu/0").output,
            "root 666 character special file 10:" + std::to_string(misc_minor()) + "\n");
  EXPECT_EQ(box_->python("import os; os.setuid(1234)\n" + try_open("/dev/npu/0")).output,
            "opened\n");
}

TEST_F(DevicesTest, AnotherIsNotThereAndCannotBeMade) {
  lend("/dev/npu0");
  start();
  EXPECT_EQ(box_->shell("ls /dev | grep -c -e kmsg -e fuse -e npu1").output, "0\n");
  EXPECT_THAT(box_->shell("mknod /dev/npu1 c 1 11").output, HasSubstr("not permitted"));
  // Not even the one that it may use: a node of its own could be left to somebody.
  EXPECT_THAT(box_->shell("mknod /content/npu0 c 10 " + std::to_string(misc_minor())).output,
              HasSubstr("not permitted"));
}

TEST_F(DevicesTest, TheDeviceCgroupRefusesAnUnassignedDeviceWhoseNodeWasSmuggledIn) {
  lend("/dev/npu0");
  start();
  const auto smuggled = smuggle("/dev/smuggled", kKmsgMajor, kKmsgMinor);
  ASSERT_TRUE(smuggled) << smuggled.error().detail;
  EXPECT_EQ(box_->shell("stat -c '%Hr:%Lr' /dev/smuggled").output, "1:11\n");
  EXPECT_EQ(box_->python(try_open("/dev/smuggled")).output, "Operation not permitted\n");
  EXPECT_EQ(box_->python(try_open("/dev/npu0")).output, "opened\n");
}

TEST_F(DevicesTest, WithoutAcceleratorsTheSameDeviceIsRefused) {
  start();
  const auto smuggled = smuggle("/dev/smuggled", kMisc, misc_minor());
  ASSERT_TRUE(smuggled) << smuggled.error().detail;
  EXPECT_EQ(box_->python(try_open("/dev/smuggled")).output, "Operation not permitted\n");
}

TEST_F(DevicesTest, MountsAreReadOnlyAndHooksRun) {
  const std::string library = box_->config.runtime_dir + "/libnpu.so.1";
  std::ofstream(library) << "library";
  fs::permissions(box_->config.runtime_dir, fs::perms::others_exec, fs::perm_options::add);
  fs::permissions(fs::path(box_->config.runtime_dir).parent_path(), fs::perms::others_exec,
                  fs::perm_options::add);
  const std::string mark = box_->config.runtime_dir + "/hook-ran";
  box_->config.edits.mounts = {
      {library, "/usr/local/npu/libnpu.so.1", {"ro", "nosuid", "nodev", "bind"}}};
  box_->config.edits.hooks = {
      {.name = "createRuntime", .path = "/bin/sh", .args = {"sh", "-c", "cat > " + mark}}};
  start();
  EXPECT_EQ(box_->shell("cat /usr/local/npu/libnpu.so.1").output, "library");
  EXPECT_THAT(box_->shell("echo x > /usr/local/npu/libnpu.so.1").output, HasSubstr("Read-only"));
  EXPECT_THAT(engine::read_small_file(mark), HasSubstr("\"pid\""));
}

TEST_F(DevicesTest, AFailingHookIsToldAndLeavesNothing) {
  lend("/dev/npu0");
  box_->config.edits.hooks = {
      {.name = "createRuntime", .path = "/bin/sh", .args = {"sh", "-c", "exit 3"}}};
  const auto error = box_->start();
  ASSERT_TRUE(error);
  EXPECT_THAT(error->detail, AllOf(HasSubstr("does not start"), HasSubstr("hook")));
  EXPECT_FALSE(fs::exists(box_->config.run_dir));
}

TEST_F(DevicesTest, ADeviceThatVanishedIsNamed) {
  box_->config.edits.devices.push_back({.path = "/dev/npu0", .host_path = "/dev/no-such-npu"});
  const auto error = box_->start();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::not_found);
  EXPECT_THAT(error->detail, HasSubstr("/dev/no-such-npu"));
  EXPECT_FALSE(fs::exists(box_->config.run_dir));
}

TEST_F(DevicesTest, MemoryIsLockedWithoutLimitWhereADevicePinsIt) {
  lend("/dev/vfio/3");
  box_->config.edits.locks_memory = true;
  start();
  // As far as this host lets us go ourselves.
  rlimit own{};
  ::getrlimit(RLIMIT_MEMLOCK, &own);
  const std::string expected =
      own.rlim_max == RLIM_INFINITY ? "unlimited" : std::to_string(own.rlim_max / 1024);
  EXPECT_EQ(box_->shell("ulimit -l").output, expected + "\n");
}

TEST_F(DevicesTest, CanBeGivenToAContainerThatRuns) {
  start();
  oci::Edits edits{
      .devices = {{.path = "/dev/npu/7", .type = 'c', .major = kMisc, .minor = misc_minor()}}};
  const auto made = make_device_nodes(box_->config.run_dir, box_->config.uid_base, edits);
  ASSERT_TRUE(made) << made.error().detail;
  const auto given =
      inject_device_nodes(inside(), box_->config.uid_base, box_->config.cgroup, edits);
  ASSERT_TRUE(given) << given.error().detail;
  EXPECT_EQ(box_->shell("stat -c '%U %Hr:%Lr' /dev/npu/7").output,
            "root 10:" + std::to_string(misc_minor()) + "\n");
  if (!has_only_cgroup2()) {
    EXPECT_EQ(box_->python(try_open("/dev/npu/7")).output, "opened\n");
  }
}

}  // namespace
}  // namespace colibri::supervisor
