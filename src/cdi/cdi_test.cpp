#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "cdi/registry.hpp"

namespace colibri::cdi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// As NVIDIA's generator writes it, shortened.
constexpr const char* kNvidia = R"(---
cdiVersion: 0.5.0
containerEdits:
  deviceNodes:
  - path: /dev/nvidia-uvm
  - path: /dev/nvidiactl
    permissions: rwm
  env:
  - NVIDIA_VISIBLE_DEVICES=void
  hooks:
  - args:
    - nvidia-cdi-hook
    - update-ldcache
    - --folder
    - /usr/lib/x86_64-linux-gnu
    hookName: createContainer
    path: /usr/bin/nvidia-cdi-hook
  mounts:
  - containerPath: /usr/lib/x86_64-linux-gnu/libcuda.so.550.54
    hostPath: /usr/lib/x86_64-linux-gnu/libcuda.so.550.54
    options:
    - ro
    - nosuid
    - nodev
    - bind
devices:
- containerEdits:
    deviceNodes:
    - path: /dev/nvidia0
      major: 195
      minor: 0
      type: c
      fileMode: 438
      uid: 0
  name: "0"
- containerEdits:
    deviceNodes:
    - path: /dev/nvidia0
    - path: /dev/nvidia-caps/nvidia-cap21
      hostPath: /dev/nvidia-caps/nvidia-cap21
  name: "0:1"
- containerEdits:
    deviceNodes:
    - path: /dev/nvidia0
    - path: /dev/nvidia1
  name: all
kind: nvidia.com/gpu
)";

constexpr const char* kJson = R"({
	"cdiVersion": "1.1.0", "kind": "example.com/npu", "annotations": {"a": "b"},
	"devices": [{"name": "x\u0031", "annotations": {}, "containerEdits": {
		"env": ["A=b=c", "E="], "additionalGids": [44, 109],
		"hooks": [{"hookName": "createRuntime", "path": "/bin/true", "env": ["X=1"], "timeout": 5}]}}]
})";

std::string with_edits(const std::string& edits) {
  return R"({"cdiVersion":"0.6.0","kind":"a.b/c","devices":[{"name":"d","containerEdits":)" +
         edits + "}]}";
}

std::string problem(const std::string& text) {
  const auto spec = parse_spec(text);
  return spec ? "(none)" : spec.error().detail;
}

TEST(Spec, ReadsTheYamlOfNvidia) {
  Registry registry;
  registry.add("nvidia.yaml", kNvidia, 0);
  EXPECT_THAT(registry.problems(), IsEmpty());
  EXPECT_THAT(registry.devices(),
              ElementsAre("nvidia.com/gpu=0", "nvidia.com/gpu=0:1", "nvidia.com/gpu=all"));
  const auto edits = registry.edits({"nvidia.com/gpu=0"});
  ASSERT_TRUE(edits);
  ASSERT_THAT(edits->devices, SizeIs(3));
  EXPECT_EQ(edits->devices[1].permissions, "rw");
  EXPECT_EQ(edits->devices[1].type, 0);
  EXPECT_EQ(edits->devices[2],
            (oci::DeviceNode{"/dev/nvidia0", "/dev/nvidia0", 'c', 195, 0, "rw"}));
  EXPECT_EQ(edits->env.at("NVIDIA_VISIBLE_DEVICES"), "void");
  ASSERT_THAT(edits->hooks, SizeIs(1));
  EXPECT_EQ(edits->hooks[0].args[1], "update-ldcache");
  ASSERT_THAT(edits->mounts, SizeIs(1));
  EXPECT_THAT(edits->mounts[0].options, ElementsAre("ro", "nosuid", "nodev", "bind"));
}

TEST(Spec, ReadsJson) {
  const auto spec = parse_spec(kJson);
  ASSERT_TRUE(spec) << spec.error().detail;
  EXPECT_EQ(spec->devices[0].name, "x1");
  EXPECT_EQ(spec->devices[0].edits.env.at("A"), "b=c");
  EXPECT_EQ(spec->devices[0].edits.env.at("E"), "");
  EXPECT_THAT(spec->devices[0].edits.gids, ElementsAre(44u, 109u));
  EXPECT_EQ(spec->devices[0].edits.hooks[0].timeout_s, 5);
}

TEST(Spec, WhatIsSharedComesOnceForSeveralDevices) {
  Registry registry;
  registry.add("nvidia.yaml", kNvidia, 0);
  const auto edits = registry.edits({"nvidia.com/gpu=0", "nvidia.com/gpu=all"});
  ASSERT_TRUE(edits);
  EXPECT_THAT(edits->devices, SizeIs(4));
  EXPECT_THAT(edits->mounts, SizeIs(1));
  EXPECT_THAT(edits->hooks, SizeIs(1));
}

TEST(Spec, SaysWhatIsWrong) {
  EXPECT_THAT(problem(""), HasSubstr("must be a map"));
  EXPECT_THAT(problem("[1,2"), HasSubstr("line 1"));
  EXPECT_THAT(problem(R"({"kind":"a.b/c","devices":[]})"), HasSubstr("no cdiVersion"));
  EXPECT_THAT(problem(R"({"cdiVersion":"2.0.0"})"), HasSubstr("not known here"));
  EXPECT_THAT(problem(R"({"cdiVersion":"0.5.0","kind":"gpu"})"), HasSubstr("vendor.com/class"));
  EXPECT_THAT(problem(R"({"cdiVersion":"0.5.0","kind":"a.b/c"})"), HasSubstr("no devices"));
  EXPECT_THAT(problem("cdiVersion: 0.5.0\nkind: a.b/c\nextra: 1\n"),
              AllOf(HasSubstr("line 3"), HasSubstr("extra")));
  EXPECT_THAT(problem(with_edits(R"({"env":["novalue"]})")), HasSubstr("NAME=value"));
  EXPECT_THAT(problem(with_edits(R"({"env":"A=b"})")), HasSubstr("must be a list"));
  EXPECT_THAT(problem(with_edits(R"({"deviceNodes":[{}]})")), HasSubstr("needs a path"));
  EXPECT_THAT(problem(with_edits(R"({"deviceNodes":[{"path":"dev/x"}]})")), HasSubstr("absolute"));
  EXPECT_THAT(problem(with_edits(R"({"deviceNodes":[{"path":"/dev/../etc/x"}]})")),
              HasSubstr("without \"..\""));
  EXPECT_THAT(problem(with_edits(R"({"deviceNodes":[{"path":"/dev/x","permissions":"q"}]})")),
              HasSubstr("r, w and m"));
  EXPECT_THAT(problem(with_edits(R"({"deviceNodes":[{"path":"/dev/x","type":"p"}]})")),
              HasSubstr("b, c or u"));
  EXPECT_THAT(problem(with_edits(R"({"deviceNodes":[{"path":"/dev/x","major":-1}]})")),
              HasSubstr("number"));
  EXPECT_THAT(problem(with_edits(R"({"mounts":[{"hostPath":"/","containerPath":"//"}]})")),
              HasSubstr("over the root"));
  EXPECT_THAT(problem(with_edits(R"({"mounts":[{"hostPath":"/a"}]})")), HasSubstr("containerPath"));
  EXPECT_THAT(
      problem(with_edits(R"({"mounts":[{"hostPath":"/a","containerPath":"/a","type":"tmpfs"}]})")),
      HasSubstr("bind"));
  EXPECT_THAT(problem(with_edits(R"({"hooks":[{"hookName":"onFire","path":"/x"}]})")),
              HasSubstr("onFire"));
  EXPECT_THAT(problem(with_edits(R"({"additionalGids":[99999999999]})")), HasSubstr("number"));
  EXPECT_THAT(problem(with_edits(R"({"env":["A=b\u0000c"]})")), HasSubstr("zero byte"));
  EXPECT_EQ(parse_spec(std::string(kMaxSpecBytes + 1, ' ')).error().code, ErrorCode::too_large);
}

TEST(Registry, UnknownDevicesAreNamed) {
  Registry registry;
  registry.add("/etc/cdi/broken.json", "{", 0);
  const auto edits = registry.edits({"nvidia.com/gpu=7"});
  ASSERT_FALSE(edits);
  EXPECT_EQ(edits.error().code, ErrorCode::not_found);
  EXPECT_THAT(edits.error().detail,
              AllOf(HasSubstr("nvidia.com/gpu=7"), HasSubstr("/etc/cdi/broken.json")));
}

TEST(Registry, TheLaterFolderWins) {
  Registry registry;
  registry.add("run", with_edits(R"({"env":["A=run"]})"), 1);
  registry.add("etc", with_edits(R"({"env":["A=etc"]})"), 0);
  EXPECT_EQ(registry.edits({"a.b/c=d"})->env.at("A"), "run");
}

TEST(Registry, TwoOfOneFolderCannotBeUsed) {
  Registry registry;
  registry.add("one", with_edits("{}"), 0);
  registry.add("two", with_edits("{}"), 0);
  EXPECT_EQ(registry.edits({"a.b/c=d"}).error().code, ErrorCode::conflict);
  EXPECT_THAT(registry.problems(), SizeIs(1));
  // A folder above settles it.
  registry.add("three", with_edits("{}"), 1);
  EXPECT_TRUE(registry.edits({"a.b/c=d"}));
}

TEST(Registry, EditsThatCannotBeMadeAreAnErrorOfTheirDeviceAlone) {
  Registry registry;
  registry.add("net", with_edits(R"({"netDevices":[{"hostInterfaceName":"e0","name":"e1"}]})"), 0);
  const auto edits = registry.edits({"a.b/c=d"});
  ASSERT_FALSE(edits);
  EXPECT_EQ(edits.error().code, ErrorCode::unsupported);
  EXPECT_THAT(edits.error().detail, HasSubstr("netDevices"));
}

TEST(Spec, SurvivesDepthAndAliases) {
  for (const char* open : {"[", "{a: ", "- "}) {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += open;
    EXPECT_FALSE(parse_spec(deep));
  }
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int n = 0; n < 9; ++n) laughs += before + ", ";
    laughs += before + "]\n";
  }
  EXPECT_FALSE(parse_spec(laughs));
  EXPECT_FALSE(parse_spec("cdiVersion: 0.5.0\nkind: a.b/c\ncontainerEdits: &e\n  env: *e\n"));
}

// Bytes changed, cut and doubled at random: never a crash, and what is accepted is well formed.
TEST(Spec, SurvivesDamage) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&random](size_t limit) { return random() % limit; };
  const std::string whole[] = {kNvidia, kJson};
  for (int round = 0; round < 3000; ++round) {
    std::string text = whole[round % 2];
    for (size_t change = below(6) + 1; change > 0; --change) {
      const size_t at = below(text.size());
      switch (below(4)) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, below(40));
          break;
        case 2:
          text.insert(at, text.substr(below(text.size()), below(60)));
          break;
        default:
          text.insert(at, 1, "{}[]:,\"'&*!|>-#%@`\n\t 0"[below(22)]);
      }
      if (text.empty()) text = " ";
    }
    Registry registry;
    registry.add("damaged", text, 0);
    for (const std::string& name : registry.devices()) {
      const auto edits = registry.edits({name});
      if (!edits) continue;
      for (const auto& node : edits->devices) {
        EXPECT_TRUE(node.path.starts_with('/') && node.permissions.find('m') == std::string::npos);
      }
      for (const auto& mount : edits->mounts) EXPECT_TRUE(mount.path.starts_with('/'));
      const auto again = oci::edits_from_json(oci::to_json(*edits));
      ASSERT_TRUE(again);
      EXPECT_EQ(*again, *edits);
    }
  }
}

}  // namespace
}  // namespace colibri::cdi
