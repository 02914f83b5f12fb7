#pragma once
// All threads of a Document: what each record does to them, and where their anchors go when text
// and cells change. Mirrored by web/src/model/threads.ts; testdata/comment_vectors.json binds both.
#include <vector>

#include "document/comment.hpp"
#include "document/record.hpp"

namespace colibri::document {

class Threads {
 public:
  [[nodiscard]] const std::vector<Thread>& all() const { return threads_; }  // As they began.
  [[nodiscard]] const Thread* find(const ThreadId& id) const;
  [[nodiscard]] size_t text_bytes() const { return text_bytes_; }  // Of all comments.

  // A thread as it was stored.
  void restore(Thread thread);

  // What fits no thread changes nothing.
  void apply(const CommentAdded& fact, const Record& record);
  void apply(const CommentEdited& fact, const Record& record);
  void apply(const CommentDeleted& fact);
  void apply(const ThreadResolved& fact, const Record& record);

  // The text of `cell` changed.
  void text_changed(const CellId& cell, const ChangeSet& changes);
  // A cell of this length appeared, new or out of the bin.
  void cell_inserted(const CellId& cell, size_t length);
  // Before the text of `cell` changes: what stood from `start` on is in `inserted` now.
  void cell_split(const CellId& cell, const CellId& inserted, size_t start);
  // The text of `merged` stands in `cell` now, from `start` on; `merged` goes into the bin.
  void cell_merged(const CellId& merged, const CellId& cell, size_t start);

 private:
  Thread* find_mutable(const ThreadId& id);

  std::vector<Thread> threads_;
  size_t text_bytes_ = 0;
};

// Where an anchor is after a change. It does not grow at its edges; when all of it was deleted it
// is a point.
[[nodiscard]] Anchor moved(const Anchor& anchor, const ChangeSet& changes);

}  // namespace colibri::document
