/**
 * Comments that are being written, kept in this tab for as long as the browser keeps it: they outlive
 * a reload. Signing out forgets them.
 */
import {
  cellId, commentId, threadId, type CellId, type CommentId, type NotebookId, type ThreadId, type UserId,
} from "../wire/ids"
import { asObject, countAt, idAt, listAt, parseJson, stringAt, WireError, type Json } from "../wire/json"

/** A thread that is being begun. */
export interface KeptDraft {
  readonly thread: ThreadId
  readonly comment: CommentId
  readonly cell: CellId
  /** The part of the text that it is on, and where that began; empty for the cell as a whole. */
  readonly quote: string
  readonly from: number
  readonly text: string
}

export interface KeptReply {
  readonly thread: ThreadId
  readonly text: string
  /** What was sent before that, and may be in the log by now. */
  readonly sent: readonly { readonly comment: CommentId; readonly text: string }[]
}

export interface KeptComments {
  readonly drafts: readonly KeptDraft[]
  readonly replies: readonly KeptReply[]
}

const nothing: KeptComments = { drafts: [], replies: [] }
const prefix = "colibri.comments"

/** Null where the browser keeps nothing for pages. */
export function tabStorage(): Storage | null {
  try {
    return globalThis.sessionStorage
  } catch {
    return null
  }
}

export function forgetComments(storage: Storage | null, user: UserId): void {
  for (const key of Object.keys(storage ?? {})) {
    if (key.startsWith(`${prefix} ${user} `)) storage?.removeItem(key)
  }
}

function parseDraft(value: Json): KeptDraft {
  const object = asObject(value, "draft")
  return {
    thread: threadId(idAt(object, "thread")), comment: commentId(idAt(object, "comment")),
    cell: cellId(idAt(object, "cell")), quote: stringAt(object, "quote"), from: countAt(object, "from"),
    text: stringAt(object, "text"),
  }
}

function parseReply(value: Json): KeptReply {
  const object = asObject(value, "reply")
  return {
    thread: threadId(idAt(object, "thread")), text: stringAt(object, "text"),
    sent: listAt(object, "sent", (item) => {
      const one = asObject(item, "sent reply")
      return { comment: commentId(idAt(one, "comment")), text: stringAt(one, "text") }
    }),
  }
}

export class CommentDrafts {
  private readonly key: string

  constructor(private readonly storage: Storage | null, user: UserId, notebook: NotebookId) {
    this.key = `${prefix} ${user} ${notebook}`
  }

  keep(kept: KeptComments): void {
    try {
      if (kept.drafts.length + kept.replies.length === 0) this.storage?.removeItem(this.key)
      else this.storage?.setItem(this.key, JSON.stringify(kept))
    } catch {
      // No room: then it lasts as long as the page.
    }
  }

  kept(): KeptComments {
    const text = this.storage?.getItem(this.key)
    if (!text) return nothing
    try {
      const object = asObject(parseJson(text), "drafts")
      return { drafts: listAt(object, "drafts", parseDraft), replies: listAt(object, "replies", parseReply) }
    } catch (error) {
      if (error instanceof WireError) return nothing
      throw error
    }
  }
}
