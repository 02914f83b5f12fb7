/**
 * What each record does to the threads of comments, and where their anchors go when text and cells
 * change: as src/document/threads.cpp does. testdata/comment_vectors.jsonl binds both.
 */
import { ChangeSet, type ChangeDesc } from "@codemirror/state"
import type { Anchor, Comment, Thread } from "../wire/comment"
import type { CellId } from "../wire/ids"
import { WireError } from "../wire/json"
import type { Fact, LogRecord, TextChange } from "../wire/record"

type Of<T extends Fact["type"]> = Extract<Fact, { type: T }>
type Threads = readonly Thread[]

/**
 * Where an anchor is after a change. It does not grow at its edges; when all of it was deleted it is
 * a point.
 */
export function moved({ from, to }: Anchor, changes: ChangeDesc): Anchor {
  const end = changes.mapPos(to, -1)
  return from === to ? { from: end, to: end } : { from: Math.min(changes.mapPos(from, 1), end), to: end }
}

/** The threads after a record; `has` says which cells there were before it. */
export function threadsAfter(threads: Threads, record: LogRecord, has: (cell: CellId) => boolean): Threads {
  switch (record.type) {
    case "text_changed": return has(record.cell) ? withText(threads, record) : threads
    case "cell_inserted":
      return has(record.cell.id) ? threads
        : withInserted(threads, record.cell.id, record.cell.source.length)
    case "cell_split":
      return has(record.cell) ? withText(withSplit(threads, record), record) : threads
    case "cells_merged":
      return has(record.cell) ? withMerged(withText(threads, record), record) : threads
    case "comment_added": return withAdded(threads, record)
    case "comment_edited": return withEdited(threads, record)
    case "comment_deleted": return withoutComment(threads, record)
    case "thread_resolved": {
      const { user, name, time_ms } = record
      return alter(threads, (thread) => thread.id === record.thread, (thread) =>
        ({ ...thread, resolved: record.resolved ? { user, name, time_ms } : null }))
    }
    default: return threads
  }
}

/** `threads` with those changed that `which` names; the same list when there are none. */
function alter(
  threads: Threads, which: (thread: Thread) => boolean, change: (thread: Thread) => Thread,
): Threads {
  return threads.some(which)
    ? threads.map((thread) => which(thread) ? change(thread) : thread) : threads
}

function changeSet(changes: TextChange["updates"][number]["changes"]): ChangeSet {
  try {
    return ChangeSet.fromJSON(changes)
  } catch (error) {
    throw new WireError(`a malformed text change: ${String(error)}`)
  }
}

function withText(threads: Threads, { cell, updates }: TextChange): Threads {
  if (!threads.some((thread) => thread.cell === cell && thread.anchor)) return threads
  return updates.reduce((next, update) => {
    const changes = changeSet(update.changes)
    return next.map((thread) => thread.cell === cell && thread.anchor
      ? { ...thread, anchor: moved(thread.anchor, changes) } : thread)
  }, threads)
}

function withInserted(threads: Threads, cell: CellId, length: number): Threads {
  const home = alter(threads, (thread) => thread.home?.cell === cell, (thread) =>
    ({ ...thread, cell, anchor: thread.home?.anchor ?? null, home: null }))
  // A file may bring a cell of this id with another text.
  return alter(home, (thread) => thread.cell === cell && thread.anchor !== null, (thread) => ({
    ...thread,
    anchor: thread.anchor && {
      from: Math.min(thread.anchor.from, length), to: Math.min(thread.anchor.to, length),
    },
  }))
}

/** What stood in the second part goes with it. */
function withSplit(threads: Threads, { cell, inserted, updates }: Of<"cell_split">): Threads {
  const [update] = updates
  const second = inserted.source.length
  if (!update || second === 0) return threads
  const start = changeSet(update.changes).length - second
  return alter(
    threads,
    (thread) => thread.cell === cell && thread.anchor !== null && thread.anchor.from >= start,
    (thread) => ({ ...thread, cell: inserted.id, anchor: shifted(thread.anchor, -start), home: null }))
}

function shifted(anchor: Anchor | null, by: number): Anchor | null {
  return anchor && { from: anchor.from + by, to: anchor.to + by }
}

function withMerged(threads: Threads, { cell, merged, starts }: Of<"cells_merged">): Threads {
  return starts.reduce((next, start, index) => {
    const from = merged[index]
    return alter(next, (thread) => thread.cell === from, (thread) => ({
      ...thread, cell, anchor: shifted(thread.anchor, start),
      home: { cell: thread.cell, anchor: thread.anchor },
    }))
  }, threads)
}

function withAdded(threads: Threads, record: Of<"comment_added"> & LogRecord): Threads {
  const comment: Comment = {
    id: record.comment, user: record.user, name: record.name, text: record.text,
    time_ms: record.time_ms, edited_ms: 0, seq: record.seq,
  }
  const { begins } = record
  if (!begins) {
    return alter(threads, (thread) => thread.id === record.thread, (thread) =>
      ({ ...thread, resolved: null, comments: [...thread.comments, comment] }))
  }
  if (threads.some((thread) => thread.id === record.thread)) return threads
  return [...threads, { id: record.thread, ...begins, resolved: null, home: null, comments: [comment] }]
}

function withEdited(threads: Threads, record: Of<"comment_edited"> & LogRecord): Threads {
  const edit = (comment: Comment): Comment => comment.id === record.comment
    ? { ...comment, text: record.text, edited_ms: record.time_ms } : comment
  return alter(threads, (thread) => thread.id === record.thread, (thread) => {
    const [first, ...others] = thread.comments
    return { ...thread, comments: [edit(first), ...others.map(edit)] }
  })
}

function withoutComment(threads: Threads, record: Of<"comment_deleted">): Threads {
  const found = threads.find((thread) => thread.id === record.thread)
  if (!found) return threads
  const [first, ...others] = found.comments
  if (first.id === record.comment) return threads.filter((thread) => thread !== found)
  return alter(threads, (thread) => thread === found, (thread) =>
    ({ ...thread, comments: [first, ...others.filter(({ id }) => id !== record.comment)] }))
}
