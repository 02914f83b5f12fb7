#include "image/choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

namespace colibri::image {
namespace {

namespace fs = std::filesystem;

class ChoiceTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = fs::temp_directory_path() / "colibri-choice-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    add("default", R"("python3")");
    add("julia", R"("julia-1.9")");
    add("r", R"("python3", "ir")");
    add("statistics", R"("ir")");
  }
  void TearDown() override { fs::remove_all(directory_); }

  void add(const std::string& name, const std::string& kernels) {
    const fs::path folder = directory_ / (name + "-00000000000000aa");
    fs::create_directories(folder / "rootfs");
    std::ofstream(folder / "manifest.json")
        << R"({"name": ")" << name << R"(", "hash": "00000000000000aa", )"
        << R"("created": "2026-11-23T10:00:00Z", "debian": "12.11", "python": "3.11.2", )"
        << R"("bytes": 1, "path": "/bin", "packages": [], "kernels": [)" << kernels << "]}";
    fs::create_directory_symlink(folder.filename(), directory_ / name);
  }
  // "image kernel", or the refusal.
  std::string choice(const Want& want) {
    const auto made = choose(Images(directory_), want, "default");
    return made ? made->image.name + " " + made->kernel : made.error().detail;
  }

  fs::path directory_;
};

TEST_F(ChoiceTest, GivesTheUsualImageAndItsFirstKernelWhenNothingIsAsked) {
  EXPECT_EQ(choice({}), "default python3");
}

TEST_F(ChoiceTest, TakesAnyPythonForANameOfAnotherEnvironment) {
  EXPECT_EQ(choice({.kernel = "conda-py39", .language = "python"}), "default python3");
}

TEST_F(ChoiceTest, FindsTheFirstImageThatHasTheKernelOfAnotherLanguage) {
  EXPECT_EQ(choice({.kernel = "ir", .language = "R"}), "r ir");
  EXPECT_EQ(choice({.kernel = "ir"}), "r ir");
}

TEST_F(ChoiceTest, StaysWithTheImageThatIsNamed) {
  EXPECT_EQ(choice({.image = "statistics", .kernel = "ir", .language = "R"}), "statistics ir");
  EXPECT_EQ(choice({.image = "julia", .kernel = "ir", .language = "R"}),
            "The image \"julia\" has no kernel \"ir\" (R).");
}

TEST_F(ChoiceTest, SaysWhenNoImageHasTheKernel) {
  EXPECT_EQ(choice({.kernel = "xcpp17", .language = "C++"}),
            "No image of this server has the kernel \"xcpp17\" (C++).");
}

}  // namespace
}  // namespace colibri::image
