#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "oci/spec.hpp"

namespace colibri::oci {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

Spec example() {
  return Spec{.rootfs = "/run/colibri/x/root",
              .hostname = "colibri",
              .args = {"/run/colibri/init"},
              .env = {"PATH=/usr/bin"},
              .uid_base = 1'000'000,
              .uid_count = 65536,
              .user_namespace = "/proc/7/fd/8",
              .network_namespace = "/proc/7/fd/9",
              .cgroup = "/colibri/r_1",
              .memory_bytes = 1u << 30,
              .cpus = 1.5,
              .pids = 512,
              .limit_swap = true,
              .open_files = 4096,
              .shm_bytes = 1u << 29};
}

// The value at a path of member names.
const json::Value* at(const json::Object& object, std::initializer_list<const char*> path) {
  const json::Object* here = &object;
  const json::Value* value = nullptr;
  for (const char* name : path) {
    if (here == nullptr) return nullptr;
    value = here->find(name);
    here = value == nullptr ? nullptr : value->if_object();
  }
  return value;
}

std::string text(const json::Value* value) {
  return value ? json::serialize(*value) : "(absent)";
}

std::set<std::string> strings(const json::Value* value) {
  std::set<std::string> all;
  if (value == nullptr || value->if_array() == nullptr) return all;
  for (const json::Value& item : *value->if_array()) {
    if (item.if_string()) all.insert(*item.if_string());
  }
  return all;
}

// Names that any rule of the profile lets through, under whatever condition.
std::set<std::string> allowed_calls(const json::Object& profile) {
  std::set<std::string> names;
  for (const json::Value& rule : *profile.find("syscalls")->if_array()) {
    if (*rule.find("action")->if_string() != "SCMP_ACT_ALLOW") continue;
    names.merge(strings(rule.find("names")));
  }
  return names;
}

std::vector<std::string> rules_for(const json::Object& profile, const std::string& call) {
  std::vector<std::string> rules;
  for (const json::Value& rule : *profile.find("syscalls")->if_array()) {
    if (!strings(rule.find("names")).contains(call)) continue;
    rules.push_back(json::serialize(rule));
  }
  return rules;
}

TEST(Config, GivesRootInsideAnUnprivilegedRangeOutside) {
  const json::Object config = build_config(example());
  EXPECT_EQ(text(at(config, {"linux", "uidMappings"})),
            R"([{"containerID":0,"hostID":1000000,"size":65536}])");
  EXPECT_EQ(text(at(config, {"linux", "gidMappings"})),
            R"([{"containerID":0,"hostID":1000000,"size":65536}])");
}

TEST(Config, HasANamespaceOfEveryKind) {
  EXPECT_EQ(text(at(build_config(example()), {"linux", "namespaces"})),
            R"([{"type":"pid"},{"type":"mount"},{"type":"ipc"},{"type":"uts"},{"type":"cgroup"},)"
            R"({"type":"user","path":"/proc/7/fd/8"},{"type":"network","path":"/proc/7/fd/9"}])");
}

TEST(Config, MakesNewNamespacesWhenNoneAreGiven) {
  Spec spec = example();
  spec.user_namespace.clear();
  spec.network_namespace.clear();
  EXPECT_EQ(text(at(build_config(spec), {"linux", "namespaces"})),
            R"([{"type":"pid"},{"type":"mount"},{"type":"ipc"},{"type":"uts"},{"type":"cgroup"},)"
            R"({"type":"user"},{"type":"network"}])");
}

TEST(Config, GivesNoWayToNewPrivileges) {
  const json::Object config = build_config(example());
  EXPECT_EQ(text(at(config, {"process", "noNewPrivileges"})), "true");
  EXPECT_EQ(text(at(config, {"process", "capabilities", "ambient"})), "[]");
  EXPECT_EQ(text(at(config, {"process", "capabilities", "inheritable"})), "[]");
}

TEST(Config, KeepsTheCapabilitiesThatReachTheHostOut) {
  const json::Object config = build_config(example());
  for (const char* set : {"bounding", "effective", "permitted"}) {
    const std::set<std::string> held = strings(at(config, {"process", "capabilities", set}));
    EXPECT_EQ(held,
              (std::set<std::string>{"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID",
                                     "CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_SETFCAP",
                                     "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT"}))
        << set;
  }
}

TEST(Config, LimitsWhatTheSpecLimits) {
  EXPECT_EQ(text(at(build_config(example()), {"linux", "resources"})),
            R"({"devices":[{"allow":false,"access":"rwm"}],)"
            R"("memory":{"limit":1073741824,"swap":1073741824},)"
            R"("cpu":{"quota":150000,"period":100000},"pids":{"limit":512}})");
}

TEST(Config, LeavesOutLimitsThatAreZero) {
  Spec spec = example();
  spec.memory_bytes = 0;
  spec.cpus = 0;
  spec.pids = 0;
  EXPECT_EQ(text(at(build_config(spec), {"linux", "resources"})),
            R"({"devices":[{"allow":false,"access":"rwm"}]})");
}

TEST(Config, AsksForNoLessProcessorTimeThanTheKernelAccepts) {
  Spec spec = example();
  spec.cpus = 0.000001;
  EXPECT_EQ(text(at(build_config(spec), {"linux", "resources", "cpu", "quota"})), "1000");
}

TEST(Config, LimitsOpenFilesAndWritesNoCoreFiles) {
  EXPECT_EQ(text(at(build_config(example()), {"process", "rlimits"})),
            R"([{"type":"RLIMIT_NOFILE","soft":4096,"hard":4096},)"
            R"({"type":"RLIMIT_CORE","soft":0,"hard":0}])");
}

TEST(Config, MasksAndLocksTheKernelsKnobs) {
  const json::Object config = build_config(example());
  const std::set<std::string> masked = strings(at(config, {"linux", "maskedPaths"}));
  for (const char* path : {"/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"}) {
    EXPECT_THAT(masked, Contains(path));
  }
  const std::set<std::string> locked = strings(at(config, {"linux", "readonlyPaths"}));
  for (const char* path : {"/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus"}) {
    EXPECT_THAT(locked, Contains(path));
  }
}

TEST(Config, MountsNothingOfTheHost) {
  const json::Object config = build_config(example());
  for (const json::Value& mount : *config.find("mounts")->if_array()) {
    EXPECT_NE(*mount.find("type")->if_string(), "bind");
    const std::set<std::string> options = strings(mount.find("options"));
    EXPECT_THAT(options, Not(Contains("rbind"))) << json::serialize(mount);
    EXPECT_THAT(options, Contains("nosuid")) << json::serialize(mount);
  }
}

TEST(Seccomp, RefusesWhatItDoesNotName) {
  const json::Object profile = seccomp();
  EXPECT_EQ(text(profile.find("defaultAction")), R"("SCMP_ACT_ERRNO")");
  EXPECT_EQ(text(profile.find("defaultErrnoRet")), "1");
}

TEST(Seccomp, NamesNoneOfTheKnownWaysOut) {
  const std::set<std::string> allowed = allowed_calls(seccomp());
  for (const char* call : {"mount",
                           "umount",
                           "umount2",
                           "pivot_root",
                           "move_mount",
                           "open_tree",
                           "open_tree_attr",
                           "fsopen",
                           "fsconfig",
                           "fsmount",
                           "fspick",
                           "mount_setattr",
                           "unshare",
                           "setns",
                           "bpf",
                           "userfaultfd",
                           "perf_event_open",
                           "add_key",
                           "keyctl",
                           "request_key",
                           "io_uring_setup",
                           "io_uring_enter",
                           "io_uring_register",
                           "kexec_load",
                           "kexec_file_load",
                           "init_module",
                           "finit_module",
                           "delete_module",
                           "reboot",
                           "swapon",
                           "swapoff",
                           "acct",
                           "quotactl",
                           "open_by_handle_at",
                           "fanotify_init",
                           "syslog",
                           "vhangup",
                           "iopl",
                           "ioperm",
                           "settimeofday",
                           "clock_settime",
                           "sethostname",
                           "setdomainname",
                           "lookup_dcookie",
                           "nfsservctl",
                           "clone3",
                           "move_pages",
                           "migrate_pages"}) {
    EXPECT_FALSE(allowed.contains(call)) << call;
  }
}

TEST(Seccomp, LetsProgramsRun) {
  const std::set<std::string> allowed = allowed_calls(seccomp());
  for (const char* call : {"execve", "openat", "read", "write", "mmap", "clone", "vfork", "futex",
                           "socket", "connect", "chown", "setgroups", "rename", "renameat2"}) {
    EXPECT_TRUE(allowed.contains(call)) << call;
  }
}

TEST(Seccomp, LetsCloneMakeNoNamespace) {
  EXPECT_THAT(rules_for(seccomp(), "clone"),
              ElementsAre(R"({"names":["clone"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,)"
                          R"("value":2114060288,"valueTwo":0,"op":"SCMP_CMP_MASKED_EQ"}]})"));
}

TEST(Seccomp, SendsTheCLibraryFromClone3ToClone) {
  EXPECT_THAT(rules_for(seccomp(), "clone3"),
              ElementsAre(R"({"names":["clone3"],"action":"SCMP_ACT_ERRNO","errnoRet":38})"));
}

TEST(Seccomp, OpensOnlyOrdinarySockets) {
  std::vector<std::string> rules;
  for (const int family : {1, 2, 10, 16}) {
    rules.push_back(R"({"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":)" +
                    std::to_string(family) + R"(,"op":"SCMP_CMP_EQ"}]})");
  }
  EXPECT_EQ(rules_for(seccomp(), "socket"), rules);
}

}  // namespace
}  // namespace colibri::oci
