/** What a page sends (docs/protocol.md 2.1 and 2.2). */
import type { CellType } from "./cell"
import type { Anchor } from "./comment"
import type { CellId, ClientId, CommentId, ExecutionId, ThreadId, UserId } from "./ids"
import type { Json, JsonObject } from "./json"
import type { Place } from "./presence"

export const protocol = 1
export const subprotocol = "colibri.v1"

export type Op =
  | {
    readonly type: "push_text"; readonly cell: CellId; readonly version: number
    readonly first: number; readonly changes: readonly (readonly Json[])[]
  }
  | {
    readonly type: "insert_cell"; readonly cell: CellId; readonly cell_type: CellType
    readonly after: CellId | null; readonly source: string; readonly metadata: JsonObject
  }
  | { readonly type: "delete_cell"; readonly cell: CellId }
  | { readonly type: "restore_cell"; readonly cell: CellId; readonly after: CellId | null }
  | {
    readonly type: "split_cell"; readonly cell: CellId; readonly version: number
    readonly at: number; readonly new_cell: CellId
  }
  | { readonly type: "merge_cells"; readonly cells: readonly CellId[]; readonly newlines: number }
  | { readonly type: "move_cell"; readonly cell: CellId; readonly after: CellId | null }
  | { readonly type: "set_cell_type"; readonly cell: CellId; readonly cell_type: CellType }
  | { readonly type: "set_cell_metadata"; readonly cell: CellId; readonly metadata: JsonObject }
  | { readonly type: "set_notebook_metadata"; readonly metadata: JsonObject }
  | { readonly type: "set_attachments"; readonly cell: CellId; readonly attachments: JsonObject }
  | { readonly type: "restore_outputs"; readonly cells: readonly CellId[] }
  | { readonly type: "clear_outputs"; readonly cells: readonly CellId[] }
  | { readonly type: "run"; readonly cells: readonly CellId[] }
  | { readonly type: "cancel_runs"; readonly cells: readonly CellId[] }
  | {
    readonly type: "start_thread"; readonly thread: ThreadId; readonly comment: CommentId
    readonly cell: CellId; readonly text: string
    /** In the text at `version`. */
    readonly anchor: Anchor | null; readonly version: number
  }
  | {
    readonly type: "reply" | "edit_comment"; readonly thread: ThreadId
    readonly comment: CommentId; readonly text: string
  }
  | { readonly type: "delete_comment"; readonly thread: ThreadId; readonly comment: CommentId }
  | { readonly type: "resolve_thread"; readonly thread: ThreadId; readonly resolved: boolean }

export type PageMessage =
  | { readonly type: "hello"; readonly client: ClientId; readonly protocol: typeof protocol
      readonly epoch?: string; readonly seq?: number
      /** Of the page's words: mails that its person causes are in it. */
      readonly language: string
      /** It answers what programs in its person's runtime ask for. */
      readonly asks: true
      readonly user_tz: number }
  | { readonly type: "command"; readonly command: number; readonly op: Op }
  /** Each may be empty. `meanwhile` is the flavor to work on while one waits. */
  | {
    readonly type: "connect"; readonly flavor: string; readonly image: string
    readonly kernel: string; readonly meanwhile: string
  }
  | { readonly type: "keep" | "claim" | "leave_queue" }
  | { readonly type: "disconnect" }
  | { readonly type: "share_runtime"; readonly shared: boolean }
  | { readonly type: "use_runtime"; readonly owner: UserId }
  | { readonly type: "interrupt"; readonly command: number }
  | { readonly type: "restart"; readonly command: number }
  | {
    readonly type: "answer_input"; readonly command: number; readonly execution: ExecutionId
    readonly value: string
  }
  | {
    readonly type: "complete"; readonly request: string; readonly code: string
    readonly cursor: number
  }
  | {
    readonly type: "inspect"; readonly request: string; readonly code: string
    readonly cursor: number; readonly detail: 0 | 1
  }
  /** What this tab runs by itself: docs/protocol.md 2.8. */
  | { readonly type: "scratch_run"; readonly cell: CellId; readonly code: string }
  | { readonly type: "scratch_cancel" | "scratch_close"; readonly cell: CellId }
  | { readonly type: "scratch_answer"; readonly execution: ExecutionId; readonly value: string }
  | { readonly type: "read_comments"; readonly seq: number }
  | Place & { readonly type: "presence" }
  /** Of what a program asks: this page wants to be the one that answers. */
  | { readonly type: "take_ask"; readonly ask: string }
  | { readonly type: "answer"; readonly ask: string; readonly result: Json }
  | {
    readonly type: "answer"; readonly ask: string
    readonly error: { readonly code: string; readonly detail: string }
  }
  | { readonly type: "ping"; readonly n: number }
