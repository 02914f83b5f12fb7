/** What views see of an open notebook: its document, its runtime, and how well we are connected. */
import type { NotebookState } from "../model/notebook_state"
import type { PersonHere } from "../wire/presence"
import type { Role } from "../wire/role"
import type { ClientId } from "../wire/ids"
import type { Lease } from "../wire/lease"
import type { Meters } from "../wire/meters"
import type { Person, RunningLine, RuntimeChoice, ServerMessage } from "../wire/server_message"
import type { Clock } from "./clock"
import type { ConnectionState, Ending, OpenSocket } from "./connection"
import type { RecoveredText } from "./recovery"

export interface Saved {
  readonly seq: number
  readonly time_ms: number
  readonly error: string
}

/** What a session needs of its surroundings. */
export interface SessionOptions {
  readonly client: ClientId
  readonly open: OpenSocket
  readonly clock: Clock
  readonly probe: () => Promise<Ending | null>
}

/** What views see; a new object after each change. */
export interface SessionView {
  readonly connection: ConnectionState
  /** Null until the first snapshot. */
  readonly state: NotebookState | null
  readonly title: string
  /** Who sits here; null until the server has said so. */
  readonly user: Person | null
  readonly role: Role
  /** Who wrote it; null until, and unless, the server has said so. */
  readonly author: Person | null
  /** A private scratch copy, which is in no Drive. */
  readonly playground: boolean
  /** Of a playground of what is in no Drive here: where that is from; else empty. */
  readonly origin: string
  readonly starred: boolean
  /** The person has run it although somebody else wrote it. */
  readonly trusted: boolean
  /** Counts up when who has access has changed. */
  readonly accessChanges: number
  /** Whether the role is one that edits. */
  readonly writable: boolean
  /** Of the runtime in use. */
  readonly lease: Lease | null
  /** Whose runtime runs go to; empty until the server has said so. */
  readonly inUse: string
  readonly runtimes: readonly RuntimeChoice[]
  readonly meters: Meters | null
  readonly saved: Saved | null
  /** Whether something of this page is not in the log yet. */
  readonly unsent: boolean
  readonly recovered: readonly RecoveredText[]
  /** Where the run is that was told of last; the cell that has this execution may have ended. */
  readonly line: RunningLine | null
  /** Up to which record the person has seen the comments; null while that is not known. */
  readonly commentsRead: number | null
  /** Who is here, this tab too; the same list while only cursors move. */
  readonly people: readonly PersonHere[]
}

export const emptyView: SessionView = {
  connection: { kind: "connecting" }, state: null, title: "", role: "viewer", writable: false,
  lease: null, inUse: "", runtimes: [], meters: null, saved: null, unsent: false, recovered: [], user: null, people: [],
  commentsRead: null, author: null, playground: false, origin: "", starred: false, trusted: false, accessChanges: 0, line: null,
}

const allowed = (role: Role): Pick<SessionView, "role" | "writable"> =>
  ({ role, writable: role === "editor" || role === "owner" })

/** What a message changes that is no more than shown. */
export function shownBy(message: ServerMessage, view: SessionView): Partial<SessionView> {
  switch (message.type) {
    case "line": return { line: { execution: message.execution, line: message.line, calls: message.calls } }
    case "welcome":
      return {
        title: message.notebook.title, user: message.user, author: message.notebook.author,
        playground: message.notebook.playground, origin: message.notebook.origin, starred: message.notebook.starred,
        trusted: message.notebook.trusted, ...allowed(message.notebook.role),
      }
    case "runtimes": return { inUse: message.in_use, runtimes: message.runtimes }
    case "meters": return { meters: message.meters }
    case "saved": return { saved: message }
    case "role": return allowed(message.role)
    case "access": return { accessChanges: view.accessChanges + 1 }
    case "comments_read": return { commentsRead: message.seq }
    case "title": return { title: message.title }
    default: return {}
  }
}

/** Whether a message tells of nothing but text that was typed, which editors show by themselves. */
export const isTyping = (message: ServerMessage): boolean =>
  message.type === "records" && message.records.every(({ type }) => type === "text_changed")

export interface Notice {
  readonly level: "info" | "warning" | "error"
  readonly code: string
  readonly detail: string
}
