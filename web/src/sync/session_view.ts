/** What views see of an open notebook: its document, its runtime, and how well we are connected. */
import type { NotebookState } from "../model/notebook_state"
import type { Lease, Meters, Person, Role } from "../wire/server_message"
import type { ConnectionState } from "./connection"
import type { RecoveredText } from "./recovery"

export interface Saved {
  readonly seq: number
  readonly time_ms: number
  readonly error: string
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
  /** Whether the role is one that edits. */
  readonly writable: boolean
  readonly lease: Lease | null
  readonly meters: Meters | null
  readonly saved: Saved | null
  /** Whether something of this page is not in the log yet. */
  readonly unsent: boolean
  readonly recovered: readonly RecoveredText[]
  /** Up to which record the person has seen the comments; null while that is not known. */
  readonly commentsRead: number | null
}

export interface Notice {
  readonly level: "info" | "warning" | "error"
  readonly code: string
  readonly detail: string
}
