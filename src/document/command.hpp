#pragma once
// A wish, before the Document has decided on it. What people send is `op` in docs/protocol.md 2.2;
// the rest comes from the runtime. Time and ids come with the command: the Document makes none.
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "document/cell.hpp"
#include "document/comment.hpp"
#include "document/role.hpp"

namespace colibri::document {

// --- from people ---
struct PushText {
  CellId cell;
  uint64_t version = 0, first = 0;
  std::vector<ChangeSet> changes;
};
struct InsertCell {
  CellId cell;
  CellType cell_type = CellType::code;
  std::optional<CellId> after;
  std::string source;
  json::Object metadata;
};
struct DeleteCell {
  CellId cell;
};
// Out of the bin, with the same id.
struct RestoreCell {
  CellId cell;
  std::optional<CellId> after;
};
// Behind `at` (UTF-16 units in the text at `version`) a new cell begins. Line ends around it go.
struct SplitCell {
  CellId cell;
  uint64_t version = 0;
  size_t at = 0;
  CellId new_cell;
};
// The first of them in the document's order takes up the text of the others, which go to the bin.
struct MergeCells {
  std::vector<CellId> cells;
  size_t newlines = 1;  // Between two texts.
};
struct MoveCell {
  CellId cell;
  std::optional<CellId> after;
};
struct SetCellType {
  CellId cell;
  CellType cell_type = CellType::code;
};
struct SetCellMetadata {
  CellId cell;
  json::Object metadata;
};
struct SetNotebookMetadata {
  json::Object metadata;
  std::optional<int> nbformat_minor;  // From the server itself only.
};
struct SetAttachments {
  CellId cell;
  json::Object attachments;
};
struct ClearOutputs {
  std::vector<CellId> cells;
};  // Empty: all.
// What was cleared last of these cells, where they have no output now.
struct RestoreOutputs {
  std::vector<CellId> cells;
};
// `executions` are fresh ids, one a cell, made by whoever submits. Cells that are no code, are
// empty of text, or are queued already are left out; `conflict` when none is left.
struct RunCells {
  std::vector<CellId> cells;
  std::vector<ExecutionId> executions;
  Lane lane;
  std::optional<int> user_tz;  // Minutes from the person's clock to UTC, if they told.
};
struct CancelRuns {
  std::vector<CellId> cells;
  Lane lane;
};  // Queued ones of the lane only. No cells: all of these.
// The value is not in the record (it may be a password): whoever submits sends it to the kernel
// once the record is committed.
struct AnswerInput {
  ExecutionId execution;
  std::string value;
};
// Comments. Ids are chosen by the page, as a cell's. `anchor` is in the text at `version`.
struct StartThread {
  ThreadId thread;
  CommentId comment;
  CellId cell;
  std::optional<Anchor> anchor;
  uint64_t version = 0;
  std::string text;
};
struct Reply {
  ThreadId thread;
  CommentId comment;
  std::string text;
};
struct EditComment {
  ThreadId thread;
  CommentId comment;
  std::string text;
};
// The first one takes its thread with it.
struct DeleteComment {
  ThreadId thread;
  CommentId comment;
};
struct ResolveThread {
  ThreadId thread;
  bool resolved = true;  // False: opens it again.
};

// --- from the server itself: a restored revision, a change of the file ---
// A whole cell, with its outputs; also in place of one of this id in the bin.
struct PutCell {
  std::optional<CellId> after;
  Cell cell;
};
// The smallest change that makes this the text; `conflict` when it is already.
struct ReplaceText {
  CellId cell;
  std::string text;
};
struct ReplaceOutputs {
  CellId cell;
  std::vector<Output> outputs;
  std::optional<int64_t> execution_count;
};

// --- from the runtime ---
struct StartRun {
  CellId cell;
};  // The next of the queue, when the kernel is free.
struct CountExecution {
  ExecutionId execution;
  int64_t count = 0;
};
struct AppendStream {
  ExecutionId execution;
  std::string name, text;
  Cut dropped;
};
struct AppendOutput {
  ExecutionId execution;
  Output output;
};
struct ClearOutput {
  ExecutionId execution;
  bool wait = false;
};
struct UpdateDisplay {
  std::string display_id;
  json::Object data, metadata, blobs;
  Lane lane = {};
};
struct RequestInput {
  ExecutionId execution;
  std::string prompt;
  bool password = false;
};
// `dropped_outputs`: how many outputs decide() refused as too_large since the run started.
struct FinishRun {
  ExecutionId execution;
  RunStatus status = RunStatus::ok;
  std::string reason;
  uint64_t dropped_outputs = 0;
};
struct LoseKernel {
  Lane lane;
  std::string reason, detail;
};

using Op =
    std::variant<PushText, InsertCell, DeleteCell, RestoreCell, SplitCell, MergeCells, MoveCell,
                 SetCellType, SetCellMetadata, SetNotebookMetadata, SetAttachments, ClearOutputs,
                 RestoreOutputs, RunCells, CancelRuns, AnswerInput, StartThread, Reply, EditComment,
                 DeleteComment, ResolveThread, PutCell, ReplaceText, ReplaceOutputs, StartRun,
                 CountExecution, AppendStream, AppendOutput, ClearOutput, UpdateDisplay,
                 RequestInput, FinishRun, LoseKernel>;

struct Command {
  int64_t time_ms = 0;
  UserId user;
  ClientId client;
  uint64_t command = 0;  // 0: from the server itself
  Op op;
  std::string user_name;    // For people to see who did it.
  Role role = Role::owner;  // Of the user, then.
};

// The least role that may give this command.
[[nodiscard]] Role needed_role(const Op& op);

}  // namespace colibri::document
