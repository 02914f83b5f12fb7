#include "jupyter/kernelspec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace colibri::jupyter {
namespace {

using testing::ElementsAre;

class FakeFolders : public Folders {
 public:
  std::map<std::string, std::string> files;
  std::set<std::string> programs;

  [[nodiscard]] std::vector<std::string> list(const std::string& path) const override {
    std::set<std::string> names;
    for (const auto& [file, text] : files) {
      if (!file.starts_with(path + "/")) continue;
      const std::string rest = file.substr(path.size() + 1);
      if (const size_t slash = rest.find('/'); slash != std::string::npos) {
        names.insert(rest.substr(0, slash));
      }
    }
    return {names.begin(), names.end()};
  }
  [[nodiscard]] std::optional<std::string> read(const std::string& path,
                                                size_t limit) const override {
    const auto file = files.find(path);
    if (file == files.end() || file->second.size() > limit) return std::nullopt;
    return file->second;
  }
  [[nodiscard]] bool is_executable(const std::string& path) const override {
    return programs.contains(path);
  }
};

constexpr const char* kPython =
    R"({"argv":["python","-m","ipykernel_launcher","-f","{connection_file}"],
        "display_name":"Python 3","language":"python","env":{"A":"${HOME}/x"}})";

TEST(Kernelspec, FirstFolderWinsAndBrokenOnesAreLeftOut) {
  FakeFolders folders;
  folders.files = {{"/a/python3/kernel.json", kPython},
                   {"/b/Python3/kernel.json", R"({"argv":["other"]})"},
                   {"/b/bad/kernel.json", R"({"argv":[]})"},
                   {"/b/worse/kernel.json", "{"},
                   {"/b/r ls/kernel.json", R"({"argv":["r"]})"},
                   {"/b/IR/kernel.json", R"({"argv":["R"],"interrupt_mode":"message"})"}};
  std::vector<std::string> complaints;
  const auto found = find_kernelspecs(folders, {"/a", "/b"}, &complaints);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found.at("python3").language, "python");
  EXPECT_EQ(found.at("ir").interrupt_mode, InterruptMode::message);
  EXPECT_EQ(complaints.size(), 2u);
}

TEST(Kernelspec, LooksBesideEveryFolderOfThePath) {
  EXPECT_THAT(kernel_folders({{"PATH", "/opt/venv/bin:/usr/bin:/sbin"}, {"HOME", "/root"}}),
              ElementsAre("/root/.local/share/jupyter/kernels", "/opt/venv/share/jupyter/kernels",
                          "/usr/share/jupyter/kernels", "/usr/local/share/jupyter/kernels"));
}

TEST(Kernelspec, StartsThePythonOfItsOwnPrefix) {
  FakeFolders folders;
  folders.programs = {"/opt/venv/bin/python3"};
  const auto spec = parse_kernelspec("python3", "/opt/venv/share/jupyter/kernels/python3", kPython);
  EXPECT_THAT(launch_argv(*spec, folders, "/k/c.json"),
              ElementsAre("/opt/venv/bin/python3", "-m", "ipykernel_launcher", "-f", "/k/c.json"));
}

TEST(Kernelspec, ExpandsNamesAndLeavesUnknownOnes) {
  EXPECT_EQ(expand("${HOME}/a:${NONE}:${", {{"HOME", "/root"}}), "/root/a:${NONE}:${");
}

}  // namespace
}  // namespace colibri::jupyter
