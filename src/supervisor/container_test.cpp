// What a container adds: a user's code can neither reach nor exhaust the host.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <filesystem>

#include "engine/cgroup_mounts.hpp"
#include "supervisor/descriptor.hpp"
#include "supervisor/network.hpp"
#include "supervisor/sandbox_fixture.hpp"

namespace colibri::supervisor {
namespace {

using fixture::Box;
using fixture::Outcome;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

class ContainerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!Box::can_run("auto")) GTEST_SKIP() << "needs root and COLIBRI_TEST_ROOTFS";
    box_.emplace("auto");
  }

  void start() {
    const auto error = box_->start();
    ASSERT_FALSE(error) << error->detail;
  }

  std::optional<Box> box_;
};

TEST_F(ContainerTest, IsRootInsideAndNobodyOutside) {
  start();
  EXPECT_EQ(box_->shell("id -u; touch /content/mine; hostname").output, "0\ncolibri\n");
  struct stat status {};
  ASSERT_EQ(::stat(box_->sandbox->host_path("/content/mine").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, box_->config.uid_base);
  EXPECT_EQ(fixture::processes_of(box_->config.uid_base), 1);
}

TEST_F(ContainerTest, WritesItsWholeRootAndNothingOfTheImage) {
  start();
  const Outcome outcome = box_->shell(
      "set -e; touch /usr/bin/new; mv /usr/bin/env /usr/bin/env2; rm /etc/passwd; "
      "chown 42:42 /usr/bin/new; chmod 4755 /usr/bin/new; mkdir -p /opt/x; ln -s x /opt/y; "
      "mkfifo /opt/pipe; echo ok");
  EXPECT_EQ(outcome.output, "ok\n");
  const std::string image = box_->config.image_rootfs;
  EXPECT_TRUE(fs::exists(image + "/usr/bin/env"));
  EXPECT_TRUE(fs::exists(image + "/etc/passwd"));
  EXPECT_FALSE(fs::exists(image + "/usr/bin/new"));
}

TEST_F(ContainerTest, TakesFilesOfTheImageForItsOwn) {
  start();
  EXPECT_EQ(box_->shell("stat -c %u:%g /usr/bin/env /etc/shadow /").output, "0:0\n0:42\n0:0\n");
}

TEST_F(ContainerTest, CanActAsOtherUsers) {
  start();
  EXPECT_THAT(box_->shell("su -s /bin/sh _apt -c 'id -un'").output, HasSubstr("_apt"));
}

TEST_F(ContainerTest, RefusesWaysOut) {
  start();
  // Prints each call that did not end in EPERM.
  const Outcome outcome = box_->python(R"py(
import ctypes, os, platform
libc = ctypes.CDLL(None, use_errno=True)
calls = {"mount": (165, b"x", b"/mnt", b"tmpfs", 0, 0), "unshare": (272, 0x10000000),
         "unshare_mount": (272, 0x20000), "setns": (308, 0, 0), "keyctl": (250, 0, 0, 0),
         "add_key": (248, 0, 0, 0, 0, 0), "bpf": (321, 0, 0, 0), "userfaultfd": (323, 0),
         "io_uring_setup": (425, 1, 0), "perf_event_open": (298, 0, 0, 0, 0, 0),
         "clone_newuser": (56, 0x10000011, 0, 0, 0, 0), "open_by_handle_at": (304, 0, 0, 0),
         "pivot_root": (155, 0, 0), "kexec_load": (246, 0, 0, 0, 0), "fsopen": (430, b"tmpfs", 0),
         "open_tree": (428, -100, b"/", 1), "move_mount": (429, 0, 0, 0, 0, 0),
         "mount_setattr": (442, 0, 0, 0, 0, 0), "init_module": (175, 0, 0, 0),
         "mknod_device": (133, b"/opt/null", 0o20666, 0x103), "reboot": (169, 0, 0, 0, 0),
         "swapon": (167, b"/x", 0), "settimeofday": (164, 0, 0), "syslog": (103, 10, 0, 0)}
assert platform.machine() == "x86_64"
for name, (number, *arguments) in calls.items():
    ctypes.set_errno(0)
    if libc.syscall(number, *arguments) != -1 or ctypes.get_errno() != 1:
        print(name, os.strerror(ctypes.get_errno()))
print("clone3", libc.syscall(435, 0, 0), ctypes.get_errno())
)py");
#if defined(__x86_64__)
  EXPECT_EQ(outcome.output, "clone3 -1 38\n");
#else
  GTEST_SKIP() << "the numbers are those of x86-64";
#endif
}

TEST_F(ContainerTest, OpensNoSocketBelowIp) {
  start();
  const Outcome outcome = box_->python(
      "import socket\n"
      "for family, kind in ((17, 3), (40, 1), (38, 5), (2, 3)):\n"
      "    try: socket.socket(family, kind, 1 if family == 2 else 0); print(family)\n"
      "    except OSError: pass\n"
      "socket.socket(); socket.socket(1, 1); socket.socket(16, 3, 0); print('fine')\n");
  EXPECT_EQ(outcome.output, "fine\n");
}

TEST_F(ContainerTest, CannotTouchTheKernelsKnobsOrItsInit) {
  start();
  const Outcome outcome = box_->shell(
      "for f in /proc/sysrq-trigger /proc/sys/kernel/core_pattern /proc/sys/vm/drop_caches "
      "/sys/kernel/mm/transparent_hugepage/enabled /run/colibri/init /sys/fs/cgroup/cgroup.procs "
      "/sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max; do "
      "(test -e $f && echo 1 > $f && echo written $f) 2>/dev/null; done; "
      "kill -9 1; cat /proc/1/environ 2>/dev/null; ls -l /proc/1/fd 2>/dev/null | grep -c socket; "
      "head -c 1 /proc/kcore /proc/keys /proc/timer_list 2>/dev/null | grep -v '^==>' | tr -d "
      "'\\n'");
  EXPECT_EQ(outcome.output, "0\n");
  EXPECT_EQ(box_->gone, "");
}

TEST_F(ContainerTest, ShowsNoMountOnTheHost) {
  start();
  EXPECT_THAT(engine::read_small_file("/proc/1/mountinfo"), Not(HasSubstr(box_->config.run_dir)));
}

TEST_F(ContainerTest, FollowsNoLinkThatIsPlantedAmongTheSockets) {
  start();
  const KernelDirectory& folder = box_->sandbox->kernel_directory();
  ASSERT_EQ(box_->shell("ln -s /etc/passwd " + folder.inside + "/link").end.status, 0);
  EXPECT_EQ(engine::read_small_file(folder.host + "/link"), "");
}

TEST_F(ContainerTest, HasLoopbackAndNothingElseWithoutANetwork) {
  start();
  const Outcome outcome = box_->python(
      "import socket\n"
      "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()\n"
      "socket.create_connection(s.getsockname()); print('loopback')\n"
      "try: socket.create_connection(('192.0.2.1', 80), 3); print('outside')\n"
      "except OSError as e: print(e.errno)\n");
  EXPECT_EQ(outcome.output, "loopback\n101\n");
}

TEST_F(ContainerTest, ReachesNeitherTheHostNorTheCloudsMetadata) {
  box_->config.network = "slirp4netns";
  start();
  const Descriptor server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in any = {.sin_family = AF_INET, .sin_port = 0, .sin_addr = {INADDR_ANY}};
  socklen_t length = sizeof any;
  ASSERT_EQ(::bind(server.get(), reinterpret_cast<sockaddr*>(&any), length), 0);
  ASSERT_EQ(::listen(server.get(), 8), 0);
  ASSERT_EQ(::getsockname(server.get(), reinterpret_cast<sockaddr*>(&any), &length), 0);
  std::string targets = "['10.0.2.2', '127.0.0.1', '169.254.169.254', '100.100.100.200'";
  for (const link::Prefix& address : host_addresses()) {
    const std::string text = link::to_text(address);
    targets += ", '" + text.substr(0, text.find('/')) + "'";
  }
  const Outcome outcome = box_->python(
      "import socket\n"
      "for host in " +
      targets +
      "]:\n"
      "    try: socket.create_connection((host, " +
      std::to_string(ntohs(any.sin_port)) +
      "), 3); print('reached', host)\n"
      "    except OSError: pass\n"
      "print('done')\n");
  EXPECT_EQ(outcome.output, "done\n");
}

TEST_F(ContainerTest, ResolvesNamesWhereTheHostDoes) {
  addrinfo* found = nullptr;
  if (::getaddrinfo("deb.debian.org", nullptr, nullptr, &found) != 0) {
    GTEST_SKIP() << "this host resolves no names";
  }
  ::freeaddrinfo(found);
  box_->config.network = "slirp4netns";
  start();
  EXPECT_EQ(box_->python("import socket; socket.gethostbyname('deb.debian.org')").end.status, 0);
}

TEST_F(ContainerTest, KillsWhatTakesTooMuchMemoryAndCountsIt) {
  start();
  EXPECT_EQ(box_->sandbox->oom_kills(), 0u);
  const Outcome outcome = box_->python("x = bytearray(1 << 30); print(len(x))");
  EXPECT_EQ(outcome.end.signal, SIGKILL);
  EXPECT_GE(box_->sandbox->oom_kills(), 1u);
  EXPECT_EQ(box_->shell("exit 5").end.status, 5);
  EXPECT_EQ(box_->sandbox->meters().memory_limit, 256u << 20);
}

TEST_F(ContainerTest, BoundsAForkBomb) {
  start();
  const Outcome outcome = box_->python(
      "import os, time\n"
      "count = 0\n"
      "try:\n"
      "    while True:\n"
      "        if os.fork() == 0: time.sleep(60)\n"
      "        count += 1\n"
      "except OSError: print(count)\n");
  EXPECT_GT(std::atoi(outcome.output.c_str()), 0);
  EXPECT_LT(std::atoi(outcome.output.c_str()), 64);
  // Full up to the limit: nothing new can start, and the sandbox says so.
  box_->stop();
  EXPECT_EQ(fixture::processes_of(box_->config.uid_base), 0);
}

TEST_F(ContainerTest, HasADiskThatIsFullForItselfAlone) {
  box_->config.disk_bytes = 128u << 20;
  box_->config.disk_required = true;
  start();
  const uint64_t total = box_->sandbox->meters().disk_total;
  EXPECT_GT(total, 100u << 20);
  EXPECT_LT(total, 128u << 20);
  // Errno 28: no space, in /content as in the rest of the root.
  const Outcome outcome = box_->python(
      "import errno, os\n"
      "for path in ('/content/fill', '/opt/fill'):\n"
      "    try:\n"
      "        with open(path, 'wb') as f:\n"
      "            while True: f.write(b'x' * (1 << 20)); f.flush()\n"
      "    except OSError as e: print(e.errno)\n");
  EXPECT_EQ(outcome.output, "28\n28\n");
  EXPECT_GT(box_->sandbox->meters().disk_used, total * 9 / 10);
  EXPECT_EQ(box_->shell("rm /content/fill /opt/fill && echo fine > /content/fine").end.status, 0);
}

TEST_F(ContainerTest, RunsOutOfFilesByItself) {
  box_->config.disk_bytes = 64u << 20;
  start();
  const Outcome outcome = box_->python(
      "import os\n"
      "try:\n"
      "    for i in range(100_000): os.close(os.open(f'/content/{i}', os.O_CREAT))\n"
      "except OSError as e: print(e.errno, i > 1000)\n");
  EXPECT_EQ(outcome.output, "28 True\n");
}

TEST_F(ContainerTest, GivesTheRoomOfItsDiskBack) {
  box_->config.disk_bytes = 1u << 30;
  start();
  const std::string disk = box_->config.runtime_dir + "/disk.img";
  const auto on_host = [&disk] {
    struct stat status {};
    ::stat(disk.c_str(), &status);
    return status.st_blocks * 512 >> 20;
  };
  EXPECT_LT(on_host(), 8);
  EXPECT_EQ(box_->shell("head -c 300M /dev/zero > /content/big; sync /content/big").end.status, 0);
  (void)box_->sandbox->meters();
  EXPECT_GE(on_host(), 300);
  EXPECT_EQ(box_->shell("rm /content/big").end.status, 0);
  (void)box_->sandbox->meters();
  EXPECT_TRUE(fixture::within(10, [&] { return on_host() < 40; }));
}

TEST_F(ContainerTest, MetersProcessorTime) {
  start();
  (void)box_->sandbox->meters();
  ASSERT_EQ(box_->python("import time\nend = time.process_time() + 0.3\n"
                         "while time.process_time() < end: pass")
                .end.status,
            0);
  EXPECT_GT(box_->sandbox->meters().cpu, 0.05);
}

TEST_F(ContainerTest, TellsWhenItsInitIsGone) {
  start();
  const int init = std::atoi(engine::read_small_file(box_->config.run_dir + "/init.pid").c_str());
  ASSERT_GT(init, 1);
  const auto id = box_->spawn(box_->request({"sleep", "600"}));
  ASSERT_TRUE(id);
  ::kill(init, SIGKILL);
  EXPECT_TRUE(box_->run_until([this] { return !box_->gone.empty(); }));
  EXPECT_EQ(box_->spawn(box_->request({"/bin/true"})).error().code, ErrorCode::unavailable);
}

TEST_F(ContainerTest, LeavesNothingWhenItCannotStart) {
  box_->config.sandbox = "/bin/false";
  const auto error = box_->start();
  ASSERT_TRUE(error);
  EXPECT_THAT(error->detail, HasSubstr("does not start"));
  EXPECT_FALSE(fs::exists(box_->config.run_dir));
  EXPECT_THAT(engine::mount_points_below(engine::read_small_file("/proc/self/mountinfo"),
                                         box_->config.run_dir),
              ::testing::IsEmpty());
}

TEST_F(ContainerTest, SaysWhatIsWrongWithItsConfig) {
  box_->config.image_rootfs = "/no/such/image";
  EXPECT_EQ(box_->start()->code, ErrorCode::unsupported);
  Box low("auto");
  low.config.uid_base = 1000;
  EXPECT_EQ(low.start()->code, ErrorCode::invalid);
  Box bridged("auto");
  bridged.config.network = "host";
  EXPECT_EQ(bridged.start()->code, ErrorCode::invalid);
}

TEST(Network, AvoidsTheSubnetOfTheHost) {
  EXPECT_EQ(choose_subnet({}).cidr, "10.0.2.0/24");
  const Subnet other =
      choose_subnet({*link::parse_prefix("10.0.2.15"), *link::parse_prefix("10.113.77.1")});
  EXPECT_EQ(other.cidr, "172.29.113.0/24");
  EXPECT_EQ(other.name_server, "172.29.113.3");
}

TEST(Network, KeepsTheSearchDomainsOfTheHost) {
  EXPECT_EQ(make_resolv_conf("10.0.2.3", "nameserver 127.0.0.53\nsearch a.example b.example\n"),
            "nameserver 10.0.2.3\nsearch a.example b.example\n");
}

}  // namespace
}  // namespace colibri::supervisor
