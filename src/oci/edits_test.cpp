#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oci/spec.hpp"

namespace colibri::oci {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Edits example_edits() {
  return {.env = {{"A", "1"}},
          .devices = {{"/dev/npu0", "/run/x/devices/0", 'c', 250, 3, "rw"}},
          .mounts = {{"/usr/lib/libnpu.so.1", "/usr/lib/libnpu.so.1", {"ro", "nodev"}}},
          .hooks = {{"createContainer", "/usr/bin/hook", {"hook", "x"}, {}, 7}},
          .gids = {44},
          .locks_memory = true};
}

TEST(Edits, GoThroughJson) {
  const auto back = edits_from_json(to_json(example_edits()));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, example_edits());
}

TEST(Edits, MalformedOnesAreRefused) {
  for (const char* member : {"env", "devices", "mounts", "hooks", "gids", "locks_memory"}) {
    json::Object object = to_json(example_edits());
    object.set(member, json::Array{1.5});
    EXPECT_FALSE(edits_from_json(object)) << member;
    object.erase(member);
    EXPECT_FALSE(edits_from_json(object)) << member;
  }
}

TEST(Edits, OfTheSamePathTheLaterCounts) {
  Edits edits = example_edits();
  edits.merge({.env = {{"A", "2"}, {"B", "3"}},
               .devices = {{"/dev/npu0", "/run/x/devices/1", 'c', 250, 4, "r"}},
               .hooks = example_edits().hooks,
               .gids = {44, 45}});
  EXPECT_EQ(edits.env.at("A"), "2");
  ASSERT_EQ(edits.devices.size(), 1u);
  EXPECT_EQ(edits.devices[0].minor, 4);
  EXPECT_EQ(edits.hooks.size(), 1u);
  EXPECT_EQ(edits.gids.size(), 2u);
}

TEST(Edits, StandInTheConfig) {
  const std::string config = json::serialize(build_config({.edits = example_edits()}));
  EXPECT_THAT(config, HasSubstr(R"({"destination":"/dev/npu0","type":"bind",)"
                                R"("source":"/run/x/devices/0","options":["nosuid","noexec",)"));
  EXPECT_THAT(config, HasSubstr(R"("devices":[{"allow":false,"access":"rwm"},{"allow":true,)"
                                R"("type":"c","major":250,"minor":3,"access":"rw"}])"));
  EXPECT_THAT(config, HasSubstr(R"("hooks":{"createContainer":[{"path":"/usr/bin/hook",)"
                                R"("args":["hook","x"],"timeout":7}]})"));
  EXPECT_THAT(config, HasSubstr(R"("additionalGids":[44])"));
  EXPECT_THAT(config, HasSubstr("RLIMIT_MEMLOCK"));
  // The kernels' environment is not that of the first process.
  EXPECT_THAT(config, Not(HasSubstr("A=1")));
}

TEST(Edits, AllowADeviceThatMayComeLaterWithoutANode) {
  Spec spec;
  spec.may_get = {{"/dev/npu0", "/dev/npu0", 'c', 250, 3, "rw"}};
  const std::string config = json::serialize(build_config(spec));
  EXPECT_THAT(config,
              HasSubstr(R"({"allow":true,"type":"c","major":250,"minor":3,"access":"rw"})"));
  EXPECT_EQ(config.find("/dev/npu0"), std::string::npos);
}

}  // namespace
}  // namespace colibri::oci
