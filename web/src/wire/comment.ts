/** Threads of comments as they stand in a snapshot (docs/protocol.md 1.1). */
import {
  cellId, commentId, threadId, userId,
  type CellId, type CommentId, type ThreadId, type UserId,
} from "./ids"
import {
  asObject, countAt, idAt, listAt, optionalCountAt, optionalObjectAt, optionalStringAt, stringAt,
  WireError, type Json, type JsonObject,
} from "./json"

export interface Comment {
  readonly id: CommentId
  readonly user: UserId
  /** Of the author, at that time. */
  readonly name: string
  readonly text: string
  readonly time_ms: number
  /** 0: never. */
  readonly edited_ms: number
  /** Of the record that brought it. */
  readonly seq: number
}

/** A part of a cell's text; a point when all of it was deleted. */
export interface Anchor {
  readonly from: number
  readonly to: number
}

export interface Resolution {
  readonly user: UserId
  readonly name: string
  readonly time_ms: number
}

export interface Thread {
  readonly id: ThreadId
  /** In the notebook, in the bin, or gone for good. */
  readonly cell: CellId
  /** In the text that the server has; null: on the cell as a whole. */
  readonly anchor: Anchor | null
  /** What the anchor held when the thread began. */
  readonly quote: string
  readonly resolved: Resolution | null
  /** Where it stood before its cell was merged into another. */
  readonly home: { readonly cell: CellId; readonly anchor: Anchor | null } | null
  /** The first one began the thread. */
  readonly comments: readonly [Comment, ...Comment[]]
}

/** The member `anchor`, missing or null for none. */
export function parseAnchor(object: JsonObject): Anchor | null {
  const anchor = optionalObjectAt(object, "anchor")
  if (!anchor) return null
  const from = countAt(anchor, "from")
  const to = countAt(anchor, "to")
  if (to < from) throw new WireError("an anchor that ends before it begins")
  return { from, to }
}

function parseComment(value: Json): Comment {
  const object = asObject(value, "comment")
  return {
    id: commentId(idAt(object, "id")),
    user: userId(optionalStringAt(object, "user")),
    name: optionalStringAt(object, "name"),
    text: stringAt(object, "text"),
    time_ms: optionalCountAt(object, "time_ms"),
    edited_ms: optionalCountAt(object, "edited_ms"),
    seq: optionalCountAt(object, "seq"),
  }
}

export function parseThread(value: Json): Thread {
  const object = asObject(value, "thread")
  const resolved = optionalObjectAt(object, "resolved")
  const home = optionalObjectAt(object, "home")
  const [first, ...others] = listAt(object, "comments", parseComment)
  if (!first) throw new WireError("a thread without comments")
  return {
    id: threadId(idAt(object, "id")),
    cell: cellId(idAt(object, "cell")),
    anchor: parseAnchor(object),
    quote: optionalStringAt(object, "quote"),
    resolved: resolved ? {
      user: userId(optionalStringAt(resolved, "user")),
      name: optionalStringAt(resolved, "name"),
      time_ms: optionalCountAt(resolved, "time_ms"),
    } : null,
    home: home ? { cell: cellId(idAt(home, "cell")), anchor: parseAnchor(home) } : null,
    comments: [first, ...others],
  }
}

/** Of a comment's text, as the server counts. */
const mostBytes = 16 << 10

export const isTooLong = (text: string): boolean =>
  text.length > mostBytes / 4 && new TextEncoder().encode(text).length > mostBytes
