#pragma once
// What a Document answers to each kind of command; split in files by what it is about. Internal to
// this module.
#include "document/document.hpp"

namespace colibri::document {

class Decider {
 public:
  Decider(const Document& document, const Command& command)
      : document_(document), command_(command) {}

  // From people (decide_edit.cpp).
  Result<Fact> operator()(const PushText& op) const;
  Result<Fact> operator()(const InsertCell& op) const;
  Result<Fact> operator()(const DeleteCell& op) const;
  Result<Fact> operator()(const MoveCell& op) const;
  Result<Fact> operator()(const SetCellType& op) const;
  Result<Fact> operator()(const SetCellMetadata& op) const;
  Result<Fact> operator()(const SetNotebookMetadata& op) const;
  Result<Fact> operator()(const SetAttachments& op) const;
  Result<Fact> operator()(const ClearOutputs& op) const;

  // Cells as wholes, and what the server itself changes (decide_cells.cpp).
  Result<Fact> operator()(const RestoreCell& op) const;
  Result<Fact> operator()(const SplitCell& op) const;
  Result<Fact> operator()(const MergeCells& op) const;
  Result<Fact> operator()(const RestoreOutputs& op) const;
  Result<Fact> operator()(const PutCell& op) const;
  Result<Fact> operator()(const ReplaceText& op) const;
  Result<Fact> operator()(const ReplaceOutputs& op) const;

  // Comments (decide_comment.cpp).
  Result<Fact> operator()(const StartThread& op) const;
  Result<Fact> operator()(const Reply& op) const;
  Result<Fact> operator()(const EditComment& op) const;
  Result<Fact> operator()(const DeleteComment& op) const;
  Result<Fact> operator()(const ResolveThread& op) const;

  // About runs (decide_run.cpp).
  Result<Fact> operator()(const RunCells& op) const;
  Result<Fact> operator()(const CancelRuns& op) const;
  Result<Fact> operator()(const AnswerInput& op) const;
  Result<Fact> operator()(const StartRun& op) const;
  Result<Fact> operator()(const CountExecution& op) const;
  Result<Fact> operator()(const AppendStream& op) const;
  Result<Fact> operator()(const AppendOutput& op) const;
  Result<Fact> operator()(const ClearOutput& op) const;
  Result<Fact> operator()(const UpdateDisplay& op) const;
  Result<Fact> operator()(const RequestInput& op) const;
  Result<Fact> operator()(const FinishRun& op) const;
  Result<Fact> operator()(const LoseKernel& op) const;

 private:
  [[nodiscard]] Result<const Cell*> need(const CellId& id) const;
  // Whether a new cell can have this id and stand in the document.
  [[nodiscard]] Result<> need_new(const CellId& id) const;
  // Whether a text can be a comment, in place of one of `before` bytes.
  [[nodiscard]] Result<> need_comment(const std::string& text, size_t before = 0) const;
  [[nodiscard]] Result<const Thread*> need_thread(const ThreadId& id) const;
  [[nodiscard]] static Result<const Comment*> need_comment_of(const Thread& thread,
                                                              const CommentId& id);
  // Where a part of an older text is now; nothing when that is not known any more.
  [[nodiscard]] static std::optional<Anchor> anchor_now(const Cell& cell, Anchor anchor,
                                                        uint64_t version);
  // A cell id or null that a cell can be put behind.
  [[nodiscard]] Result<> need_position(const std::optional<CellId>& after) const;
  // The cell that has this run now, or had it last.
  [[nodiscard]] Result<const Cell*> need_run(const ExecutionId& execution) const;

  const Document& document_;
  const Command& command_;
};

// [a-zA-Z0-9-_]{1,64}: what pages may call a cell, a thread or a comment.
[[nodiscard]] bool is_page_id(const std::string& id);

}  // namespace colibri::document
