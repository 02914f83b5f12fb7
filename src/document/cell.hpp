#pragma once
// A cell of a Document and what hangs on it. Plain values, in the terms of docs/protocol.md 1.1.
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "document/change_set.hpp"

namespace colibri::document {

enum class CellType { code, markdown, raw };

[[nodiscard]] std::string_view to_string(CellType type);
[[nodiscard]] std::optional<CellType> parse_cell_type(std::string_view name);

// What was left out of the middle of a stream, in all.
struct Cut {
  uint64_t lines = 0;
  uint64_t bytes = 0;

  friend bool operator==(const Cut&, const Cut&) = default;
};

// A stream output: `text` up to the cap, then `tail` after a cut. UTF-16, because `keep` counts
// units.
struct Stream {
  std::string name;  // stdout or stderr
  std::u16string text;
  std::optional<Cut> cut;
  std::u16string tail;
  json::Object extra;  // Members of the file that nbformat does not name.
};

// display_data, execute_result or error: the object of the wire, with `blobs` and `display_id`.
struct RichOutput {
  json::Object object;
};

using Output = std::variant<Stream, RichOutput>;

enum class RunState { queued, running };
enum class RunStatus { ok, error, aborted };

[[nodiscard]] std::string_view to_string(RunStatus status);
[[nodiscard]] std::optional<RunStatus> parse_run_status(std::string_view name);

// Somebody, with the name they had then.
struct Author {
  UserId user;
  std::string name;
};

// Runs of one lane come one after the other, those of different lanes at the same time. A lane is
// somebody's runtime, named by whose it is.
using Lane = UserId;

struct Run {
  RunState state = RunState::queued;
  ExecutionId execution;
  std::string source;  // Frozen when it was queued; UTF-8.
  int64_t queued_ms = 0;
  int64_t started_ms = 0;
  Author by;
  Lane lane;
  std::optional<int> user_tz;  // As in RunCells.
};

struct LastRun {
  ExecutionId execution;
  RunStatus status = RunStatus::ok;
  std::string reason;
  int64_t started_ms = 0;
  int64_t finished_ms = 0;
  Author by;
};

struct InputRequest {
  ExecutionId execution;
  std::string prompt;
  bool password = false;
};

// How many updates of a client to a cell's text are in the log, and the record of the last.
struct Confirmed {
  uint64_t updates = 0;
  uint64_t seq = 0;
};

struct Cell {
  CellId id;
  CellType type = CellType::code;
  std::u16string source;
  json::Object metadata;
  std::optional<json::Object> attachments;
  json::Object extra;  // Members of the file that nbformat does not name.
  std::optional<int64_t> execution_count;
  std::vector<Output> outputs;
  uint64_t dropped_outputs = 0;
  bool clear_at_next_output = false;  // clear_output(wait=True)

  std::optional<Run> run;
  std::optional<LastRun> last_run;
  std::optional<InputRequest> input;

  // The text's history, for rebasing: `updates` led from first_version to version.
  uint64_t first_version = 0;
  std::deque<Update> updates;
  size_t updates_units = 0;
  std::map<std::string, Confirmed> confirmed;  // By client.

  [[nodiscard]] uint64_t version() const { return first_version + updates.size(); }
};

// What a run left in a cell.
struct OutputsOfCell {
  CellId cell;
  std::vector<Output> outputs;
  std::optional<int64_t> execution_count;
  uint64_t dropped_outputs = 0;
};

// A deleted cell: who did it, when, and where the cell stood.
struct BinnedCell {
  Cell cell;
  std::optional<CellId> after;
  Author by;
  int64_t time_ms = 0;
  size_t bytes = 0;  // About what it takes.
};

// Outputs that were cleared.
struct ClearedOutputs {
  OutputsOfCell of;
  size_t bytes = 0;
};

// Where Colab keeps when a cell last ran, for how long, how it ended and for whom: a member of the
// cell's metadata. It belongs to the outputs: it goes where they go.
inline constexpr std::string_view kExecutionInfo = "executionInfo";
[[nodiscard]] json::Object without_execution_info(json::Object metadata);

// About how many bytes these take.
[[nodiscard]] size_t weight(const std::vector<Output>& outputs);
[[nodiscard]] size_t weight(const Cell& cell);

// The whole cell as protocol.md 1.1 spells it (`version` included), its outputs empty unless they
// are wanted, and back. from_json is for
// our own snapshots and records: `corrupt` when it does not fit.
[[nodiscard]] json::Object to_json(const Cell& cell, bool with_outputs = true);
[[nodiscard]] Result<Cell> cell_from_json(const json::Object& object);
[[nodiscard]] json::Object to_json(const OutputsOfCell& outputs);
[[nodiscard]] Result<OutputsOfCell> outputs_of_cell_from_json(const json::Object& object);
// Whole, for the store; and what a page lists.
[[nodiscard]] json::Object to_json(const BinnedCell& binned);
[[nodiscard]] json::Object to_list_json(const BinnedCell& binned);
[[nodiscard]] Result<BinnedCell> binned_cell_from_json(const json::Object& object);
[[nodiscard]] json::Value to_json(const Output& output);
// `invalid` when it is no nbformat output.
[[nodiscard]] Result<Output> output_from_json(const json::Value& value);

}  // namespace colibri::document
