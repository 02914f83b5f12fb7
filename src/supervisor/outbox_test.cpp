#include "supervisor/outbox.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "link/frame.hpp"

namespace colibri::supervisor {
namespace {

class OutboxTest : public testing::Test {
 protected:
  OutboxTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "outbox_XXXXXX").string();
    folder = mkdtemp(pattern.data());
  }
  ~OutboxTest() override { std::filesystem::remove_all(folder); }

  [[nodiscard]] std::string spool() const { return folder + "/spool"; }
  static link::StreamText text(std::string words) { return {{"x"}, "stdout", std::move(words)}; }
  // The events kept in `outbox`, as the server would read them.
  static std::vector<link::Numbered> kept(const Outbox& outbox) {
    std::string bytes;
    for (uint64_t n = outbox.oldest(); n < outbox.next(); ++n) {
      EXPECT_TRUE(outbox.append_frame(n, bytes));
    }
    return read(bytes);
  }
  static std::vector<link::Numbered> read(const std::string& bytes) {
    link::FrameDecoder decoder;
    decoder.feed(bytes);
    std::vector<link::Numbered> events;
    while (auto frame = *decoder.next()) {
      events.push_back(std::get<link::Numbered>(*link::parse_from_supervisor(std::move(*frame))));
    }
    return events;
  }

  std::string folder;
};

TEST_F(OutboxTest, ReadsBackWhatWentToTheFile) {
  Outbox outbox(spool(), {.memory_bytes = 500});
  for (int i = 0; i < 100; ++i) outbox.push(text("line " + std::to_string(i)));
  EXPECT_TRUE(std::filesystem::exists(spool()));
  const auto events = kept(outbox);
  ASSERT_EQ(events.size(), 100u);
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].n, i + 1);
    EXPECT_EQ(std::get<link::StreamText>(events[i].event).text, "line " + std::to_string(i));
  }
}

TEST_F(OutboxTest, SpoolIsForItsOwnerOnly) {
  Outbox outbox(spool(), {.memory_bytes = 0});
  outbox.push(text("secret"));
  struct stat status {};
  ASSERT_EQ(stat(spool().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(OutboxTest, EmptiesTheFileWhenAllIsAcknowledged) {
  Outbox outbox(spool(), {.memory_bytes = 100});
  for (int i = 0; i < 50; ++i) outbox.push(text("line"));
  outbox.acknowledge(20);
  EXPECT_EQ(kept(outbox).size(), 30u);
  outbox.acknowledge(50);
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(std::filesystem::file_size(spool()), 0u);
}

TEST_F(OutboxTest, SavesAllThatIsKeptInOrder) {
  Outbox outbox(spool(), {.memory_bytes = 400});
  for (int i = 0; i < 30; ++i) outbox.push(text("line"));
  outbox.acknowledge(3);
  ASSERT_TRUE(outbox.save().has_value());
  std::ifstream file(spool(), std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  const auto events = read(bytes);
  ASSERT_EQ(events.size(), 27u);
  EXPECT_EQ(events.front().n, 4u);
  EXPECT_EQ(events.back().n, 30u);
}

TEST_F(OutboxTest, LeavesNoFileBehindWhenNothingIsKept) {
  Outbox outbox(spool(), {.memory_bytes = 0});
  outbox.push(text("line"));
  outbox.acknowledge(1);
  ASSERT_TRUE(outbox.save().has_value());
  EXPECT_FALSE(std::filesystem::exists(spool()));
}

TEST_F(OutboxTest, PastItsLimitsOutputsAreCountedAndTheRestGoesIn) {
  Outbox outbox(spool(), {.memory_bytes = 100, .frames = 10});
  for (int i = 0; i < 10; ++i) outbox.push(text("line\n"));
  EXPECT_EQ(outbox.push(text("lost\n")), 0u);
  EXPECT_EQ(outbox.push(link::OutputMade{{"x"}, {}}), 0u);
  EXPECT_EQ(outbox.push(link::Done{{"x"}, "ok", ""}), 11u);
  outbox.acknowledge(11);
  outbox.push(text("again\n"));
  const auto events = kept(outbox);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_NE(std::get<link::StreamText>(events[0].event).text.find("1 outputs"), std::string::npos);
  EXPECT_EQ(std::get<link::StreamText>(events[1].event).dropped_bytes, 5u);
  EXPECT_EQ(std::get<link::StreamText>(events[1].event).dropped_lines, 1u);
}

TEST_F(OutboxTest, KeepsInMemoryWhatTheDiskDoesNotTake) {
  Outbox outbox(folder + "/no such folder/spool", {.memory_bytes = 0});
  outbox.push(link::Done{{"x"}, "ok", ""});
  EXPECT_EQ(kept(outbox).size(), 1u);
}

TEST_F(OutboxTest, AnEventOverTheLimitBecomesAnError) {
  Outbox outbox(spool());
  json::Object output{{"output_type", "display_data"},
                      {"data", json::Object{{"text/plain", std::string(65u << 20, 'x')}}}};
  EXPECT_EQ(outbox.push(link::OutputMade{{"x"}, std::move(output)}), 1u);
  const auto events = kept(outbox);
  ASSERT_EQ(events.size(), 1u);
  const auto& made = std::get<link::OutputMade>(events[0].event);
  EXPECT_EQ(json::string_at(made.output, "output_type"), "error");
  EXPECT_EQ(made.execution.value, "x");
}

}  // namespace
}  // namespace colibri::supervisor
