#pragma once
// A small document and its log, for the tests of this module.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/utf.hpp"
#include "document/document.hpp"

namespace colibri::document {

using Ids = std::vector<std::string>;

inline constexpr Limits kSmall{.stream_head_units = 10,
                               .stream_tail_units = 10,
                               .outputs_per_cell = 3,
                               .cells = 4,
                               .source_units = 100,
                               .history_updates = 3,
                               .bin_cells = 2};

// A document, the log that made it, and what the outside was told to do.
struct Session {
  explicit Session(Limits l = kSmall) : limits(l), document("e_1", l) {}

  Limits limits;
  Document document;
  std::vector<Record> log;
  std::vector<Effect> effects;
  uint64_t command = 0;

  Result<Record> ask(Op op, const std::string& client = "") {
    const uint64_t number = client.empty() ? 0 : ++command;
    return document.decide({1000, {"u_1"}, {client}, number, std::move(op), "Ada"});
  }
  // Accepts the command, through JSON as the log does.
  ::testing::AssertionResult accept(Op op, const std::string& client = "") {
    const auto record = ask(std::move(op), client);
    if (!record) return ::testing::AssertionFailure() << record.error().detail;
    const auto text = json::serialize(to_json(*record));
    const auto read = record_from_json(*json::parse_object(text));
    if (!read) return ::testing::AssertionFailure() << read.error().detail << " " << text;
    if (json::serialize(to_json(*read)) != text)
      return ::testing::AssertionFailure() << "JSON differs: " << text;
    for (Effect& effect : document.apply(*read)) effects.push_back(std::move(effect));
    log.push_back(*read);
    return ::testing::AssertionSuccess();
  }
  ErrorCode refusal(Op op, const std::string& client = "") {
    const auto record = ask(std::move(op), client);
    EXPECT_FALSE(record) << "accepted";
    return record ? ErrorCode::io : record.error().code;
  }
  void add(const std::string& id, const std::string& source,
           std::optional<CellId> after = std::nullopt, CellType type = CellType::code) {
    ASSERT_TRUE(accept(InsertCell{{id}, type, std::move(after), source, {}}));
  }
  std::string source(const std::string& id) { return to_utf8(document.find({id})->source); }
  const Cell& cell(const std::string& id) { return *document.find({id}); }
  std::vector<std::string> order() {
    std::vector<std::string> ids;
    for (const Cell& cell : document.cells()) ids.push_back(cell.id.value);
    return ids;
  }
  std::string outputs(const std::string& id) {
    json::Array array;
    for (const Output& output : cell(id).outputs) array.push_back(to_json(output));
    return json::serialize(array);
  }
  // Runs cell `id` up to the point where the kernel has it.
  void start(const std::string& id) {
    ASSERT_TRUE(accept(RunCells{{{id}}, {{"x_" + id}}}));
    ASSERT_TRUE(accept(StartRun{{id}}));
  }
};

inline PushText push(const std::string& cell, uint64_t version, uint64_t first, ChangeSet change) {
  return {{cell}, version, first, {std::move(change)}};
}

}  // namespace colibri::document
