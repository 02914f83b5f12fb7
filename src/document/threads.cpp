#include "document/threads.hpp"

#include <algorithm>

namespace colibri::document {

Anchor moved(const Anchor& anchor, const ChangeSet& changes) {
  const size_t to = changes.map_position(anchor.to, true);
  if (anchor.from == anchor.to) return {to, to};
  return {std::min(changes.map_position(anchor.from, false), to), to};
}

const Thread* Threads::find(const ThreadId& id) const {
  const auto found = std::ranges::find(threads_, id, &Thread::id);
  return found == threads_.end() ? nullptr : &*found;
}

Thread* Threads::find_mutable(const ThreadId& id) {
  return const_cast<Thread*>(std::as_const(*this).find(id));
}

void Threads::restore(Thread thread) {
  for (const Comment& comment : thread.comments) text_bytes_ += comment.text.size();
  threads_.push_back(std::move(thread));
}

void Threads::apply(const CommentAdded& fact, const Record& record) {
  Comment comment{fact.comment, record.user, fact.name, fact.text, record.time_ms, 0, record.seq};
  Thread* thread = find_mutable(fact.thread);
  if (fact.begins) {
    if (thread) return;
    restore({fact.thread,
             fact.begins->cell,
             fact.begins->anchor,
             fact.begins->quote,
             {},
             {},
             {std::move(comment)}});
  } else if (thread) {
    text_bytes_ += fact.text.size();
    thread->comments.push_back(std::move(comment));
    thread->resolved.reset();
  }
}

void Threads::apply(const CommentEdited& fact, const Record& record) {
  Thread* thread = find_mutable(fact.thread);
  if (!thread) return;
  const auto comment = std::ranges::find(thread->comments, fact.comment, &Comment::id);
  if (comment == thread->comments.end()) return;
  text_bytes_ += fact.text.size() - comment->text.size();
  comment->text = fact.text;
  comment->edited_ms = record.time_ms;
}

void Threads::apply(const CommentDeleted& fact) {
  const auto thread = std::ranges::find(threads_, fact.thread, &Thread::id);
  if (thread == threads_.end()) return;
  if (thread->comments.front().id == fact.comment) {
    for (const Comment& comment : thread->comments) text_bytes_ -= comment.text.size();
    threads_.erase(thread);
    return;
  }
  std::erase_if(thread->comments, [&](const Comment& comment) {
    if (comment.id != fact.comment) return false;
    text_bytes_ -= comment.text.size();
    return true;
  });
}

void Threads::apply(const ThreadResolved& fact, const Record& record) {
  Thread* thread = find_mutable(fact.thread);
  if (!thread) return;
  thread->resolved.reset();
  if (fact.resolved) thread->resolved = Resolution{record.user, fact.name, record.time_ms};
}

void Threads::text_changed(const CellId& cell, const ChangeSet& changes) {
  for (Thread& thread : threads_)
    if (thread.cell == cell && thread.anchor) thread.anchor = moved(*thread.anchor, changes);
}

void Threads::cell_inserted(const CellId& cell, size_t length) {
  for (Thread& thread : threads_) {
    if (thread.home && thread.home->cell == cell) {
      thread.cell = cell;
      thread.anchor = thread.home->anchor;
      thread.home.reset();
    }
    // A file may bring a cell of this id with another text.
    if (thread.cell == cell && thread.anchor)
      thread.anchor =
          Anchor{std::min(thread.anchor->from, length), std::min(thread.anchor->to, length)};
  }
}

void Threads::cell_split(const CellId& cell, const CellId& inserted, size_t start) {
  for (Thread& thread : threads_)
    if (thread.cell == cell && thread.anchor && thread.anchor->from >= start) {
      thread.cell = inserted;
      thread.anchor = Anchor{thread.anchor->from - start, thread.anchor->to - start};
      thread.home.reset();
    }
}

void Threads::cell_merged(const CellId& merged, const CellId& cell, size_t start) {
  for (Thread& thread : threads_) {
    if (thread.cell != merged) continue;
    thread.home = Thread::Home{merged, thread.anchor};
    thread.cell = cell;
    if (thread.anchor)
      thread.anchor = Anchor{thread.anchor->from + start, thread.anchor->to + start};
  }
}

}  // namespace colibri::document
