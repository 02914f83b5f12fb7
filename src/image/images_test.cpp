#include "image/images.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>

namespace colibri::image {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kManifest = R"({
  "name": "default", "hash": "00000000000000aa", "created": "2026-11-23T10:00:00Z",
  "debian": "12.11", "python": "3.11.2", "bytes": 1215457174, "path": "/opt/colibri/python/bin:/bin",
  "packages": [{"name": "numpy", "version": "2.4.6"}],
  "kernels": ["python3"], "later": 1})";

class ImagesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = fs::temp_directory_path() / "colibri-images-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { fs::remove_all(directory_); }

  // As images/build leaves it.
  fs::path add(const std::string& name, std::string manifest) {
    const fs::path folder = directory_ / (name + "-00000000000000aa");
    fs::create_directories(folder / "rootfs" / "bin");
    std::ofstream(folder / "manifest.json") << manifest;
    fs::create_directory_symlink(folder.filename(), directory_ / name);
    return folder;
  }
  static std::string manifest(const std::string& name) {
    std::string text(kManifest);
    return text.replace(text.find("default"), 7, name);
  }

  fs::path directory_;
};

TEST_F(ImagesTest, FindsAnImageAndResolvesItsLink) {
  const fs::path folder = add("default", manifest("default"));
  const auto image = Images(directory_).find("default");
  ASSERT_TRUE(image) << image.error().detail;
  EXPECT_EQ(image->rootfs, fs::canonical(folder) / "rootfs");
  EXPECT_EQ(image->manifest.python, "3.11.2");
  EXPECT_EQ(image->manifest.bytes, 1215457174);
  EXPECT_EQ(image->manifest.packages.at(0).version, "2.4.6");
  EXPECT_THAT(image->manifest.kernels, testing::ElementsAre("python3"));
  EXPECT_TRUE(image->manifest.raw.contains("later"));
}

TEST_F(ImagesTest, ListsByNameAndLeavesOutHashFoldersAndBrokenOnes) {
  add("ml", manifest("ml"));
  add("default", manifest("default"));
  add("broken", "{");
  const auto images = Images(directory_).list();
  ASSERT_TRUE(images);
  ASSERT_EQ(images->size(), 2u);
  EXPECT_EQ(images->at(0).name, "default");
  EXPECT_EQ(images->at(1).name, "ml");
}

TEST_F(ImagesTest, AFolderThatIsNotThereHasNoImages) {
  const Images images(directory_ / "missing");
  EXPECT_TRUE(images.list().value().empty());
  EXPECT_EQ(images.find("default").error().code, ErrorCode::not_found);
}

TEST_F(ImagesTest, RefusesNamesThatLeaveTheFolder) {
  for (const char* name : {"", "..", ".", "a/b", "/etc", "-x", "Default", "a b"}) {
    EXPECT_EQ(Images(directory_).find(name).error().code, ErrorCode::invalid) << name;
    EXPECT_EQ(Images(directory_).remove(name).error().code, ErrorCode::invalid) << name;
  }
  EXPECT_FALSE(is_image_name(std::string(65, 'a')));
}

TEST_F(ImagesTest, SaysWhatIsBroken) {
  add("default", manifest("other"));
  const auto found = Images(directory_).find("default");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::corrupt);
  EXPECT_THAT(found.error().detail, testing::HasSubstr("another image's"));
}

TEST_F(ImagesTest, RemovesTheImageAndItsFolder) {
  const fs::path folder = add("default", manifest("default"));
  fs::create_symlink("/etc", folder / "rootfs" / "link");
  ASSERT_TRUE(Images(directory_).remove("default"));
  EXPECT_FALSE(fs::exists(folder));
  EXPECT_FALSE(fs::is_symlink(directory_ / "default"));
  EXPECT_TRUE(fs::exists("/etc/passwd"));
}

TEST_F(ImagesTest, RemovesABrokenImage) {
  const fs::path folder = add("default", "not json");
  ASSERT_TRUE(Images(directory_).remove("default"));
  EXPECT_FALSE(fs::exists(folder));
}

TEST_F(ImagesTest, DoesNotFollowALinkOutOfTheFolder) {
  const fs::path outside = directory_ / "outside";
  fs::create_directories(outside / "rootfs");
  std::ofstream(outside / "manifest.json") << manifest("default");
  fs::create_directory(directory_ / "images");
  fs::create_directory_symlink(outside, directory_ / "images" / "default");
  ASSERT_TRUE(Images(directory_ / "images").remove("default"));
  EXPECT_TRUE(fs::exists(outside / "manifest.json"));
}

TEST_F(ImagesTest, KeepsAnImageThatIsMounted) {
  if (::geteuid() != 0) GTEST_SKIP() << "mounting needs root";
  const fs::path folder = add("default", manifest("default"));
  const fs::path point = directory_ / "point";
  fs::create_directory(point);
  if (::mount((folder / "rootfs").c_str(), point.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    GTEST_SKIP() << "no right to mount here";
  }
  const auto removed = Images(directory_).remove("default");
  ::umount(point.c_str());
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code, ErrorCode::conflict);
  EXPECT_TRUE(fs::exists(folder / "manifest.json"));
}

TEST(Manifest, NeedsEveryField) {
  for (const char* field : {"name", "hash", "python", "bytes", "packages", "kernels", "path"}) {
    auto object = json::parse_object(kManifest).value();
    object.erase(field);
    const auto parsed = parse_manifest(json::serialize(object));
    ASSERT_FALSE(parsed) << field;
    EXPECT_EQ(parsed.error().code, ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace colibri::image
