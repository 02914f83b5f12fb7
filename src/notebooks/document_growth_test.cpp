// What hours of output leave in the store: docs/protocol.md 1.4.
#include <fmt/format.h>

#include <random>

#include "drive/file_lock.hpp"
#include "notebooks/notebook_fixture.hpp"

namespace colibri::notebooks {
namespace {

class DocumentGrowthTest : public NotebookFixture {
 protected:
  // All that the store and the blobs beside it hold.
  int64_t store_bytes() {
    int64_t bytes = 0;
    for (const auto& [columns, table] :
         {std::pair("LENGTH(state) + LENGTH(file_base)", "document_snapshots"),
          {"LENGTH(payload)", "document_records"},
          {"LENGTH(manifest) + LENGTH(authors) + LENGTH(name)", "revisions"},
          {"LENGTH(data) + LENGTH(blobs)", "revision_parts"},
          {"LENGTH(source)", "executions"},
          {"LENGTH(sha256)", "notebook_blobs"}})
      bytes +=
          count(fmt::format("SELECT CAST(COALESCE(SUM({}), 0) AS BIGINT) FROM {}", columns, table));
    std::error_code none;
    for (const auto& entry : fs::recursive_directory_iterator(base_ / "blobs", none))
      if (entry.is_regular_file()) bytes += static_cast<int64_t>(entry.file_size());
    return bytes;
  }
  int blob_files() {
    int files = 0;
    std::error_code none;
    for (const auto& entry : fs::recursive_directory_iterator(base_ / "blobs", none))
      files += entry.is_regular_file() && entry.path().filename() != ".lock" ? 1 : 0;
    return files;
  }
  [[nodiscard]] int64_t notebook_bytes() const {
    return static_cast<int64_t>(fs::file_size(file()));
  }
  void wait_saved(Page& page) {
    ASSERT_TRUE(
        until([&] { return page.saved.seq == static_cast<uint64_t>(actor_->document().seq()); }));
  }
  // What a training loop prints in eight minutes.
  std::string some_log(int part) {
    std::string out;
    for (int step = 0; step < 800; ++step)
      out += fmt::format("epoch {} step {} loss {:.6f} accuracy {:.6f} lr {:.3e} time {} ms\n",
                         part, step, uniform_(random_), uniform_(random_), uniform_(random_) / 1e3,
                         random_() % 1000);
    return out;
  }
  void type(const char* id, std::u16string_view text) {
    const document::Cell& c = cell(id);
    submit(document::PushText{
        {id}, c.version(), typed_++, {document::ChangeSet::replace(c.source.size(), 0, 0, text)}});
  }

  std::mt19937 random_{1};
  std::uniform_real_distribution<double> uniform_;
  uint64_t typed_ = 0;
};

TEST_F(DocumentGrowthTest, EightHoursOfAStreamStayWithinThreeTimesTheNotebook) {
  settings_.revision_every_ms = 10;
  settings_.limits.stream_head_units = settings_.limits.stream_tail_units = 256 << 10;
  stop_server();
  start_server();
  open({"train()", "# notes"});
  Page page;
  attach(page);
  submit(document::RunCells{{{"c0"}}, {}});
  const auto supervisor = make_ready(page);
  const ExecutionId execution = started(*supervisor);
  uint64_t frame = 2;
  size_t streamed = 0;
  for (int part = 0; part < 8 * 60 / 8; ++part) {
    const std::string text = some_log(part);
    streamed += text.size();
    supervisor->say(++frame, link::StreamText{execution, "stdout", text});
    if (part % 6 != 5) continue;
    type("c1", u"x");
    wait_saved(page);
    EXPECT_LE(store_bytes(), 3 * notebook_bytes());
  }
  supervisor->say(++frame, link::Done{execution, "ok", ""});
  ASSERT_TRUE(until([&] { return actor_->document().queue().empty(); }));
  wait_saved(page);
  EXPECT_GE(streamed, 5 * static_cast<size_t>(notebook_bytes()));
  EXPECT_GE(count("SELECT COUNT(*) FROM revisions"), 8);  // They are kept.
  EXPECT_LE(store_bytes(), 3 * notebook_bytes());
  RecordProperty("ratio", fmt::format("{:.2f}", static_cast<double>(store_bytes()) /
                                                    static_cast<double>(notebook_bytes())));
}

TEST_F(DocumentGrowthTest, APlotThatIsDrawnAgainAndAgainLeavesTheLastOne) {
  settings_.blob_grace_ms = 20;
  stop_server();
  start_server();
  open({"plot()"});
  Page page;
  attach(page);
  submit(document::RunCells{{{"c0"}}, {}});
  const auto supervisor = make_ready(page);
  const ExecutionId execution = started(*supervisor);
  const auto plot = [](int number) {
    return json::Object{{"text/plain", std::string(300'000, static_cast<char>('a' + number))}};
  };
  supervisor->say(3, link::OutputMade{execution, json::Object{{"output_type", "display_data"},
                                                              {"data", plot(0)},
                                                              {"metadata", json::Object{}},
                                                              {"display_id", "d"}}});
  for (int number = 1; number <= 20; ++number) {
    supervisor->say(static_cast<uint64_t>(3 + number), link::DisplayUpdated{"d", plot(number), {}});
    if (number == 10) {
      wait_saved(page);
      ASSERT_TRUE(run(notebooks_->pin({"u_1"}, id_, "half")));
    }
  }
  ASSERT_TRUE(until([&] { return page.types.size() >= 22; }));
  wait_saved(page);
  // One of now, one of the revision.
  EXPECT_TRUE(until([&] { return blob_files() == 2; }));
  EXPECT_EQ(count("SELECT COUNT(*) FROM notebook_blobs"), 2);
  EXPECT_LE(store_bytes(), 3 * notebook_bytes());
  EXPECT_NE(get(file()).find("uuuu"), std::string::npos);
  const auto half = run(notebooks_->revision_file({"u_1"}, id_, 2));
  ASSERT_TRUE(half) << half.error().detail;
  EXPECT_NE(half->bytes.find("kkkk"), std::string::npos);
}

TEST_F(DocumentGrowthTest, OutputsOfNotebooksThatAreGoneGoAtTheNextStart) {
  settings_.blob_grace_ms = 20;
  fs::create_directories(base_ / "blobs" / "aa");
  std::ofstream(base_ / "blobs" / "aa" / std::string(64, 'a')) << "left";
  stop_server();
  start_server();
  EXPECT_TRUE(until([&] { return blob_files() == 0; }));
}

TEST_F(DocumentGrowthTest, WhatABackupMayStillNeedStaysUntilItIsDone) {
  settings_.blob_grace_ms = 20;
  const std::string folder = base_ / "blobs";
  fs::create_directories(folder + "/aa");
  std::ofstream(folder + "/aa/" + std::string(64, 'a')) << "left";
  {
    const auto backup = drive::FileLock::take(folder + "/.lock", drive::FileLock::Kind::shared);
    ASSERT_TRUE(backup) << backup.error().detail;
    stop_server();
    start_server();
    until([] { return false; }, 150ms);
    EXPECT_EQ(blob_files(), 1);
  }
  EXPECT_TRUE(until([&] { return blob_files() == 0; }));
}

}  // namespace
}  // namespace colibri::notebooks
