/** For tests: what the fake server does with comments. Anchors are kept as they came, or moved on. */
import type { ChangeSet } from "@codemirror/state"
import { moved } from "../../model/threads"
import { parseAnchor } from "../../wire/comment"
import { countAt, idAt, stringAt, type Json, type JsonObject } from "../../wire/json"

type Draft = { type: string } & { [key: string]: Json }

/** The record for a command about comments; null when it is none. `updates` are those since a version. */
export function commentRecord(
  op: JsonObject, updates: (cell: string, version: number) => readonly ChangeSet[],
): Draft | null {
  const type = stringAt(op, "type")
  const on = (): Draft => ({ type: "comment_added", thread: idAt(op, "thread"), comment: idAt(op, "comment") })
  switch (type) {
    case "start_thread": {
      const cell = idAt(op, "cell")
      const anchor = parseAnchor(op)
      const now = anchor && updates(cell, countAt(op, "version")).reduce(moved, anchor)
      const begins = { cell, anchor: now && { ...now }, quote: now ? "quote" : "" }
      return { ...on(), text: stringAt(op, "text"), begins }
    }
    case "reply": return { ...on(), text: stringAt(op, "text") }
    case "edit_comment": return { ...on(), type: "comment_edited", text: stringAt(op, "text") }
    case "delete_comment": return { ...on(), type: "comment_deleted" }
    case "resolve_thread":
      return { type: "thread_resolved", thread: idAt(op, "thread"), resolved: op["resolved"] === true }
    default: return null
  }
}
