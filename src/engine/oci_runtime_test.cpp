#include "engine/oci_runtime.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace colibri::engine {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

TEST(OciRuntime, IsANameOrAPath) {
  for (const char* name : {"auto", "crun", "runc", "runsc", "youki-0.3", "/opt/crun"}) {
    EXPECT_TRUE(is_sandbox_name(name)) << name;
  }
  for (const char* name : {"", "/", "../crun", "a b", "-x", "crun;id", "bin/crun"}) {
    EXPECT_FALSE(is_sandbox_name(name)) << name;
  }
}

TEST(OciRuntime, SaysWhatIsMissing) {
  EXPECT_EQ(find_oci_runtime("a b").error().code, ErrorCode::invalid);
  EXPECT_THAT(find_oci_runtime("no-such-runtime").error().detail,
              HasSubstr("apt-get install no-such-runtime"));
  EXPECT_THAT(find_oci_runtime("/no/such").error().detail, HasSubstr("/no/such"));
}

TEST(OciRuntime, MustHandOverSockets) {
  std::string folder = fs::temp_directory_path() / "colibri-oci-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const auto program = [&](const std::string& name, const std::string& help) {
    const std::string path = folder + "/" + name;
    std::ofstream(path) << "#!/bin/sh\nif [ \"$1\" = --version ]; then echo mine version 3; "
                           "else echo '"
                        << help << "'; fi\n";
    ::chmod(path.c_str(), 0755);
    return path;
  };
  EXPECT_EQ(*examine_oci_runtime(program("good", "--preserve-fds N")), "mine version 3");
  EXPECT_THAT(examine_oci_runtime(program("bad", "--bundle")).error().detail,
              HasSubstr("preserve-fds"));
  fs::remove_all(folder);
}

TEST(OciRuntime, OldOnesAreWarnedOf) {
  EXPECT_THAT(warning_about("runc version 1.1.5+ds1"), HasSubstr("CVE-2025-31133"));
  EXPECT_THAT(warning_about("runc version 1.3.2"), HasSubstr("CVE"));
  EXPECT_EQ(warning_about("runc version 1.2.8"), "");
  EXPECT_EQ(warning_about("runc version 1.4.0"), "");
  EXPECT_EQ(warning_about("crun version 1.8.1"), "");
  EXPECT_THAT(warning_about("crun version 1.4.3"), HasSubstr("CVE-2022-27650"));
}

}  // namespace
}  // namespace colibri::engine
