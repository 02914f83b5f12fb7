/** What somebody wrote with a command that the server has not answered, as this browser keeps it for when the page is gone. */
import type { NotebookState } from "../model/notebook_state"
import type { Snapshot } from "../wire/cell"
import { cellTypes } from "../wire/cell"
import { cellId, clientId, commentId, threadId, type ClientId } from "../wire/ids"
import { asObject, countAt, idAt, member, oneOfAt, stringAt, WireError, type Json, type JsonObject } from "../wire/json"
import type { Op } from "../wire/page_message"

/** Commands that bring words or a cell. Others say what to do with something as it was just then: they are not made up for later. */
export type WritingOp = Extract<Op, { readonly type: "insert_cell" | "start_thread" | "reply" | "edit_comment" }>

export interface UnsentCommand {
  /** The tab that gave it; it goes to the server in that tab's name and under its number, so that it comes once. */
  readonly client: ClientId
  readonly epoch: string
  /** 0: it had none yet. */
  readonly number: number
  readonly op: WritingOp
}

export function isWriting(op: Op): op is WritingOp {
  return op.type === "insert_cell" || op.type === "start_thread" || op.type === "reply" || op.type === "edit_comment"
}

/** Those of the messages that are commands of this kind. */
export function unsentOf(
  { client, epoch }: Pick<NotebookState, "client" | "epoch">, messages: readonly { readonly command: number; readonly op?: Op }[],
): readonly UnsentCommand[] {
  return messages.flatMap(({ command, op }) => op && isWriting(op) ? [{ client, epoch, number: command, op }] : [])
}

/** Whether the server has it, going by what a snapshot says. */
export function hasArrived({ client, epoch, number, op }: UnsentCommand, snapshot: Snapshot): boolean {
  if (epoch === snapshot.epoch && number > 0 && number <= (snapshot.accepted[client] ?? 0)) return true
  const comments = snapshot.threads.flatMap((thread) => thread.comments)
  switch (op.type) {
    case "insert_cell": return snapshot.cells.some(({ id }) => id === op.cell) || snapshot.bin.some(({ id }) => id === op.cell)
    case "start_thread":
    case "reply": return comments.some(({ id }) => id === op.comment)
    case "edit_comment": return comments.some(({ id, text }) => id === op.comment && text === op.text)
  }
}

/** The same, where it stood beside something that is gone by now. */
export function placed(op: WritingOp, snapshot: Snapshot): WritingOp {
  if (op.type !== "insert_cell" || op.after === null || snapshot.cells.some(({ id }) => id === op.after)) return op
  return { ...op, after: snapshot.cells.at(-1)?.id ?? null }
}

export function parseCommand(value: Json): UnsentCommand {
  const object = asObject(value, "unsent command")
  return {
    client: clientId(idAt(object, "client")), epoch: idAt(object, "epoch"), number: countAt(object, "number"),
    op: parseOp(asObject(member(object, "op"), "op")),
  }
}

function parseOp(op: JsonObject): WritingOp {
  const type = stringAt(op, "type")
  switch (type) {
    case "insert_cell": {
      const after = member(op, "after")
      return {
        type, cell: cellId(idAt(op, "cell")), cell_type: oneOfAt(op, "cell_type", cellTypes),
        after: typeof after === "string" ? cellId(after) : null, source: stringAt(op, "source"),
        metadata: asObject(member(op, "metadata"), "metadata"),
      }
    }
    case "start_thread": {
      const anchor = member(op, "anchor")
      const place = anchor === null ? null : asObject(anchor, "anchor")
      return {
        type, thread: threadId(idAt(op, "thread")), comment: commentId(idAt(op, "comment")), cell: cellId(idAt(op, "cell")),
        text: stringAt(op, "text"), version: countAt(op, "version"),
        anchor: place && { from: countAt(place, "from"), to: countAt(place, "to") },
      }
    }
    case "reply":
    case "edit_comment":
      return { type, thread: threadId(idAt(op, "thread")), comment: commentId(idAt(op, "comment")), text: stringAt(op, "text") }
    default:
      throw new WireError("a command that is not kept")
  }
}
