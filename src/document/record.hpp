#pragma once
// An accepted fact about a notebook: log row, wire event and replay input in one
// (docs/protocol.md 1.2).
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "document/cell.hpp"
#include "document/comment.hpp"

namespace colibri::document {

struct TextChanged {
  CellId cell;
  uint64_t version = 0;
  std::vector<Update> updates;
};
struct CellInserted {
  std::optional<CellId> after;
  Cell cell;
};
struct CellDeleted {
  CellId cell;
  std::string name;  // Of who did it.
};
// `changes` takes the second part out of the text at `version`.
struct CellSplit {
  CellId cell;
  uint64_t version = 0;
  ChangeSet changes;
  Cell inserted;
};
struct CellsMerged {
  CellId cell;
  uint64_t version = 0;
  ChangeSet changes;
  std::vector<CellId> merged;
  std::vector<size_t> starts;  // Where the text of each of them begins now.
  std::optional<json::Object> attachments;
  std::string name;
};
struct CellMoved {
  CellId cell;
  std::optional<CellId> after;
};
struct CellTypeChanged {
  CellId cell;
  CellType cell_type = CellType::code;
};
struct CellMetadataChanged {
  CellId cell;
  json::Object metadata;
};
struct NotebookMetadataChanged {
  json::Object metadata;
  std::optional<int> nbformat_minor;  // When it changed too.
};
struct AttachmentsChanged {
  CellId cell;
  json::Object attachments;
};
struct OutputsCleared {
  std::vector<CellId> cells;
};
struct OutputsReplaced {
  std::vector<OutputsOfCell> cells;
};
struct QueuedRun {
  CellId cell;
  ExecutionId execution;
  std::string source;
};
struct RunsQueued {
  std::vector<QueuedRun> runs;
  std::string name;  // Of who runs them.
  Lane lane;
  std::optional<int> user_tz;
};
struct RunStarted {
  CellId cell;
  ExecutionId execution;
};
struct ExecutionCounted {
  CellId cell;
  ExecutionId execution;
  int64_t count = 0;
};
struct StreamCut {
  Cut total;
  size_t keep = 0;
};
struct StreamAppended {
  CellId cell;
  ExecutionId execution;
  std::string name;
  std::string text;  // UTF-8
  std::optional<StreamCut> cut;
};
struct OutputAppended {
  CellId cell;
  ExecutionId execution;
  Output output;
};
struct OutputCleared {
  CellId cell;
  ExecutionId execution;
  bool wait = false;
};
struct DisplayUpdated {
  std::string display_id;
  json::Object data, metadata, blobs;
  Lane lane;  // Whose runtime said so.
};
struct InputRequested {
  CellId cell;
  ExecutionId execution;
  std::string prompt;
  bool password = false;
};
struct InputAnswered {
  CellId cell;
  ExecutionId execution;
  std::string echo;
};
struct RunFinished {
  CellId cell;
  ExecutionId execution;
  RunStatus status = RunStatus::ok;
  std::string reason;
  uint64_t dropped_outputs = 0;
  std::vector<CellId> cancelled;
};
struct RunsCancelled {
  std::vector<CellId> cells;
};
struct KernelLost {
  Lane lane;
  std::string reason, detail;
  std::vector<CellId> cancelled;
};
// `begins` with the first comment of a thread; else it is a reply, which opens a resolved thread
// again. Who and when stand in the record.
struct CommentAdded {
  struct Beginning {
    CellId cell;
    std::optional<Anchor> anchor;
    std::string quote;
  };
  ThreadId thread;
  CommentId comment;
  std::string name, text;
  std::optional<Beginning> begins;
};
struct CommentEdited {
  ThreadId thread;
  CommentId comment;
  std::string text;
};
struct CommentDeleted {
  ThreadId thread;
  CommentId comment;
};
struct ThreadResolved {
  ThreadId thread;
  bool resolved = true;
  std::string name;
};

using Fact =
    std::variant<TextChanged, CellInserted, CellDeleted, CellSplit, CellsMerged, CellMoved,
                 CellTypeChanged, CellMetadataChanged, NotebookMetadataChanged, AttachmentsChanged,
                 OutputsCleared, OutputsReplaced, RunsQueued, RunStarted, ExecutionCounted,
                 StreamAppended, OutputAppended, OutputCleared, DisplayUpdated, InputRequested,
                 InputAnswered, RunFinished, RunsCancelled, KernelLost, CommentAdded, CommentEdited,
                 CommentDeleted, ThreadResolved>;

struct Record {
  uint64_t seq = 0;
  int64_t time_ms = 0;
  UserId user;      // Empty for what the server or a kernel did.
  ClientId client;  // With `command`: whose command this acknowledges.
  uint64_t command = 0;
  Fact fact;
};

[[nodiscard]] json::Object to_json(const Record& record);
// `corrupt` when it is not what to_json wrote.
[[nodiscard]] Result<Record> record_from_json(const json::Object& object);

}  // namespace colibri::document
