#include "link/drive_mount.hpp"

#include <gtest/gtest.h>

#include "link/messages.hpp"

namespace colibri::link {
namespace {

TEST(Mountpoint, IsAnAbsolutePathInItsShortestForm) {
  for (const char* good : {"/d", "/content/drive", "/content/数据", "/a/.b/..c"})
    EXPECT_TRUE(check_mountpoint(good)) << good;
  for (const char* bad : {"", "/", "drive", "/a/", "//a", "/a//b", "/a/.", "/./a", "/a/../b",
                          "/a b", "/a\nb", "/a\x7f", "/a\xff"})
    EXPECT_FALSE(check_mountpoint(bad)) << bad;
  EXPECT_FALSE(check_mountpoint(std::string("/a\0b", 4)));
  EXPECT_FALSE(check_mountpoint("/" + std::string(kMaxMountpointBytes, 'x')));
}

TEST(Mountpoint, SaysOfASpaceWhatColabSays) {
  EXPECT_EQ(check_mountpoint("/my drive").error().detail, "Mountpoint must not contain a space.");
}

TEST(DriveMount, ComesOverTheLinkAsItWasSent) {
  auto mount = parse_from_server(to_frame(
      FromServer(DriveMount{"q", "/data/drive/u_1/My Drive", "/content/drive", true, true})));
  ASSERT_TRUE(mount);
  const auto* there = std::get_if<DriveMount>(&*mount);
  ASSERT_NE(there, nullptr);
  EXPECT_EQ(there->folder, "/data/drive/u_1/My Drive");
  EXPECT_EQ(there->mountpoint, "/content/drive");
  EXPECT_TRUE(there->readonly && there->force);
  auto unmount = parse_from_server(to_frame(FromServer(DriveUnmount{"q", ""})));
  ASSERT_TRUE(unmount);
  EXPECT_TRUE(std::get<DriveUnmount>(*unmount).mountpoint.empty());
}

TEST(DriveMount, BringsCloudsOfNamesThatAreNoPaths) {
  DriveMount sent{"q", "/drive", "/content/drive"};
  sent.clouds = {
      {"Far", 42, "/data/far"}, {"../x", 42, "/y"}, {"a/b", 42, "/y"}, {"None", 0, "/y"}};
  sent.clouds.push_back({"Odd", 42, "relative"});
  const auto mount = parse_from_server(to_frame(FromServer(std::move(sent))));
  ASSERT_TRUE(mount);
  const auto& clouds = std::get<DriveMount>(*mount).clouds;
  ASSERT_EQ(clouds.size(), 1u);
  EXPECT_EQ(clouds[0].name, "Far");
  EXPECT_EQ(clouds[0].process, 42);
  EXPECT_EQ(clouds[0].folder, "/data/far");
}

TEST(DriveMount, IsToldByTheMetersUpToALimit) {
  Meters meters;
  for (size_t i = 0; i <= kMostDriveMounts; ++i)
    meters.drives.push_back({"/d" + std::to_string(i), i == 1});
  const auto parsed = parse_from_supervisor(to_frame(FromSupervisor(meters)));
  ASSERT_TRUE(parsed);
  const auto& drives = std::get<Meters>(*parsed).drives;
  ASSERT_EQ(drives.size(), kMostDriveMounts);
  EXPECT_EQ(drives[1], (MountedDrive{"/d1", true}));
}

}  // namespace
}  // namespace colibri::link
