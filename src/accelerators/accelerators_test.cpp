#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "accelerators/inventory.hpp"

namespace colibri::accelerators {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Declared, EachHasItsNumber) {
  Inventory inventory({.declared = {{.model = "fake-t4",
                                     .title = "Fake T4",
                                     .memory_bytes = 16u << 20,
                                     .tflops = 65,
                                     .count = 2,
                                     .devices = {"/dev/null"}}}});
  EXPECT_THAT(inventory.usable(), IsEmpty());
  inventory.look();
  ASSERT_THAT(inventory.usable(), SizeIs(2));
  EXPECT_EQ(inventory.usable()[1].id, "fake-t4-1");
  EXPECT_EQ(inventory.find("fake-t4-0")->title, "Fake T4");
  EXPECT_FALSE(inventory.find("fake-t4-2"));
}

TEST(Declared, WithoutItsNodeItIsThereAndUnusable) {
  Inventory inventory({.declared = {{.model = "x", .count = 1, .devices = {"/no/such/node{n}"}}}});
  inventory.look();
  EXPECT_THAT(inventory.usable(), IsEmpty());
  ASSERT_THAT(inventory.all(), SizeIs(1));
  EXPECT_THAT(inventory.all()[0].unusable, HasSubstr("/no/such/node0"));
}

TEST(Declared, ItsMeterMaySayThatItIsGone) {
  const std::string path = "/tmp/colibri-declared-" + std::to_string(::getpid());
  Inventory inventory({.declared = {{.model = "x", .meter_file = path}}});
  std::ofstream(path) << R"({"lost": "it fell off the bus"})";
  inventory.look();
  EXPECT_THAT(inventory.usable(), IsEmpty());
  std::filesystem::remove(path);
  inventory.look();
  EXPECT_THAT(inventory.usable(), SizeIs(1));
}

TEST(Inventory, OneThatFailedIsNotLentUntilItIsFoundWell) {
  Inventory inventory({.declared = {{.model = "x"}}});
  inventory.look();
  inventory.lose("x-0", "it fell off the bus");
  EXPECT_THAT(inventory.usable(), IsEmpty());
  EXPECT_EQ(inventory.all()[0].unusable, "it fell off the bus");
  inventory.look();
  EXPECT_THAT(inventory.usable(), SizeIs(1));
}

}  // namespace
}  // namespace colibri::accelerators
