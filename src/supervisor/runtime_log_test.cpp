#include "supervisor/runtime_log.hpp"

#include <gtest/gtest.h>

namespace colibri::supervisor {
namespace {

std::string at(const RuntimeLog& log, size_t index, const char* member) {
  const json::Array lines = log.to_json();
  return json::string_at(*lines.at(index).if_object(), member).value_or("");
}

TEST(RuntimeLog, JoinsPiecesIntoLinesWithoutColours) {
  RuntimeLog log;
  log.add_text("kernel", "[IPKernelApp] WARN");
  log.add_text("kernel", "ING | \x1b[31mred\x1b[0m\n\nplain\r\n unfinished");
  ASSERT_EQ(log.to_json().size(), 2u);
  EXPECT_EQ(at(log, 0, "text"), "[IPKernelApp] WARNING | red");
  EXPECT_EQ(at(log, 0, "level"), "warning");
  EXPECT_EQ(at(log, 0, "source"), "kernel");
  EXPECT_EQ(at(log, 1, "text"), "plain");
  EXPECT_EQ(at(log, 1, "level"), "info");
}

TEST(RuntimeLog, KeepsTheLastWithinItsLimits) {
  RuntimeLog log;
  for (size_t i = 0; i < RuntimeLog::kMostLines + 10; ++i) {
    log.add({1, "supervisor", "info", "line " + std::to_string(i)});
  }
  EXPECT_EQ(log.to_json().size(), RuntimeLog::kMostLines);
  EXPECT_EQ(at(log, 0, "text"), "line 10");
  log.add_text("kernel", std::string(1 << 20, 'x') + "\n");
  EXPECT_EQ(at(log, log.to_json().size() - 1, "text").size(), RuntimeLog::kLongestLine);
  for (int i = 0; i < 200; ++i) log.add_text("kernel", std::string(10'000, 'y') + "\n");
  EXPECT_LE(log.to_json().size() * RuntimeLog::kLongestLine, RuntimeLog::kMostBytes);
}

TEST(RuntimeLog, BytesThatAreNoTextDoNoHarm) {
  RuntimeLog log;
  log.add_text("kernel", "\xff\xfe\x1b[\x07 ok\n\x1b]0;title\x07\n");
  EXPECT_TRUE(at(log, 0, "text").ends_with("ok") || at(log, 0, "text").ends_with("k"));
}

}  // namespace
}  // namespace colibri::supervisor
