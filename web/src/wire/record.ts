/** The records of a document's log (docs/protocol.md 1.2): types and the parser that checks them. */
import {
  cellTypes, parseAfter, parseCell, parseCellIds, parseExecutionCount, runStatuses, userTzAt,
  type CellType, type RunStatus, type SnapshotCell,
} from "./cell"
import { parseAnchor, type Anchor } from "./comment"
import {
  cellId, clientId, commentId, executionId, threadId, userId,
  type CellId, type ClientId, type CommentId, type ExecutionId, type ThreadId, type UserId,
} from "./ids"
import {
  asArray, asObject, booleanAt, countAt, idAt, listAt, member, objectAt, oneOfAt, optionalCountAt,
  optionalObjectAt, optionalStringAt, stringAt, WireError,
  type Json, type JsonObject,
} from "./json"
import { parseBlobs, parseOutput, type BlobRef, type Output } from "./output"

export interface TextUpdate {
  /** Empty for what the server itself wrote. */
  readonly client: ClientId
  /** ChangeSet.toJSON(); its numbers are checked by ChangeSet.fromJSON in the model. */
  readonly changes: readonly Json[]
}

interface InCell {
  readonly cell: CellId
}
interface InRun extends InCell {
  readonly execution: ExecutionId
}

export interface OutputsOfCell extends InCell {
  readonly outputs: readonly Output[]
  readonly execution_count: number | null
  readonly dropped_outputs: number
}

/** A change of a cell's text, by whatever record it came. */
export interface TextChange extends InCell {
  readonly version: number
  readonly updates: readonly TextUpdate[]
}

interface InThread {
  readonly thread: ThreadId
}

interface Beginning extends InCell {
  readonly anchor: Anchor | null
  readonly quote: string
}

export type Fact =
  | TextChange & { type: "text_changed" }
  | { type: "cell_inserted"; readonly after: CellId | null; readonly cell: SnapshotCell }
  | InCell & { type: "cell_deleted"; readonly name: string }
  | TextChange & { type: "cell_split"; readonly inserted: SnapshotCell }
  | TextChange & {
    type: "cells_merged"; readonly merged: readonly CellId[]; readonly name: string
    /** Where the text of each of them begins now. */
    readonly starts: readonly number[]
    readonly attachments: JsonObject | null
  }
  | InCell & { type: "cell_moved"; readonly after: CellId | null }
  | InCell & { type: "cell_type_changed"; readonly cell_type: CellType }
  | InCell & { type: "cell_metadata_changed"; readonly metadata: JsonObject }
  | { type: "notebook_metadata_changed"; readonly metadata: JsonObject }
  | InCell & { type: "attachments_changed"; readonly attachments: JsonObject }
  | { type: "outputs_cleared"; readonly cells: readonly CellId[] }
  | { type: "outputs_replaced"; readonly cells: readonly OutputsOfCell[] }
  | {
    type: "runs_queued"; readonly runs: readonly InRun[]; readonly name: string
    /** Whose runtime they are for; empty in old logs, as with all lanes. */
    readonly lane: string
    readonly user_tz: number | null
  }
  | InRun & { type: "run_started" }
  | InRun & { type: "execution_counted"; readonly count: number }
  | InRun & {
    type: "stream_appended"; readonly name: "stdout" | "stderr"; readonly text: string
    readonly cut: { readonly lines: number; readonly bytes: number; readonly keep: number } | null
  }
  | InRun & { type: "output_appended"; readonly output: Output }
  | InRun & { type: "output_cleared"; readonly wait: boolean }
  | {
    type: "display_updated"; readonly display_id: string; readonly data: JsonObject
    readonly metadata: JsonObject; readonly blobs: Readonly<Record<string, BlobRef>>
    /** Whose runtime said so; empty in what is older. */
    readonly lane: string
  }
  | InRun & { type: "input_requested"; readonly prompt: string; readonly password: boolean }
  | InRun & { type: "input_answered"; readonly echo: string }
  | InRun & {
    type: "run_finished"; readonly status: RunStatus; readonly reason: string
    readonly dropped_outputs: number; readonly cancelled: readonly CellId[]
  }
  | { type: "runs_cancelled"; readonly cells: readonly CellId[] }
  | {
    type: "kernel_lost"; readonly lane: string; readonly reason: string; readonly detail: string
    readonly cancelled: readonly CellId[]
  }
  | InThread & {
    type: "comment_added"; readonly comment: CommentId; readonly name: string; readonly text: string
    /** Of the first comment of a thread. */
    readonly begins: Beginning | null
  }
  | InThread & { type: "comment_edited"; readonly comment: CommentId; readonly text: string }
  | InThread & { type: "comment_deleted"; readonly comment: CommentId }
  | InThread & { type: "thread_resolved"; readonly resolved: boolean; readonly name: string }

export type LogRecord = Fact & {
  readonly seq: number
  readonly time_ms: number
  /** Empty for what the server or a kernel did. */
  readonly user: UserId
  /** With `command`: whose command this acknowledges. */
  readonly client: ClientId
  /** 0 when no client's command caused the record. */
  readonly command: number
}

function parseUpdate(value: Json): TextUpdate {
  const object = asObject(value, "update")
  return {
    client: clientId(stringAt(object, "client")),
    changes: asArray(member(object, "changes"), "changes"),
  }
}

/** The one update of a record that the server made itself. */
function parseOwnUpdate(object: JsonObject): TextChange {
  return {
    ...inCell(object), version: countAt(object, "version"),
    updates: [{ client: clientId(""), changes: asArray(member(object, "changes"), "changes") }],
  }
}

function parseOutputsOfCell(value: Json): OutputsOfCell {
  const object = asObject(value, "outputs of a cell")
  return {
    ...inCell(object),
    outputs: listAt(object, "outputs", parseOutput),
    execution_count: parseExecutionCount(object),
    dropped_outputs: optionalCountAt(object, "dropped_outputs"),
  }
}

function parseCut(object: JsonObject): { lines: number; bytes: number; keep: number } | null {
  const cut = optionalObjectAt(object, "cut")
  return cut
    ? { lines: countAt(cut, "lines"), bytes: countAt(cut, "bytes"), keep: countAt(cut, "keep") }
    : null
}

type Parsers = { readonly [T in Fact["type"]]: (object: JsonObject) => Extract<Fact, { type: T }> }

const inCell = (object: JsonObject): InCell => ({ cell: cellId(idAt(object, "cell")) })
const inRun = (object: JsonObject): InRun =>
  ({ ...inCell(object), execution: executionId(idAt(object, "execution")) })
const inThread = (object: JsonObject): InThread => ({ thread: threadId(idAt(object, "thread")) })
const inComment = (object: JsonObject): { comment: CommentId } =>
  ({ comment: commentId(idAt(object, "comment")) })

function parseBeginning(object: JsonObject | undefined): Beginning | null {
  return object
    ? { ...inCell(object), anchor: parseAnchor(object), quote: optionalStringAt(object, "quote") } : null
}

const parsers: Parsers = {
  text_changed: (o) => ({
    type: "text_changed", ...inCell(o), version: countAt(o, "version"),
    updates: listAt(o, "updates", parseUpdate),
  }),
  cell_inserted: (o) =>
    ({ type: "cell_inserted", after: parseAfter(o), cell: parseCell(objectAt(o, "cell")) }),
  cell_deleted: (o) =>
    ({ type: "cell_deleted", ...inCell(o), name: optionalStringAt(o, "name") }),
  cell_split: (o) => ({
    type: "cell_split", ...parseOwnUpdate(o), inserted: parseCell(objectAt(o, "inserted")),
  }),
  cells_merged: (o) => ({
    type: "cells_merged", ...parseOwnUpdate(o), merged: parseCellIds(o, "merged"),
    name: optionalStringAt(o, "name"), attachments: optionalObjectAt(o, "attachments") ?? null,
    starts: listAt(o, "starts", (start) => countAt({ start }, "start")),
  }),
  cell_moved: (o) => ({ type: "cell_moved", ...inCell(o), after: parseAfter(o) }),
  cell_type_changed: (o) =>
    ({ type: "cell_type_changed", ...inCell(o), cell_type: oneOfAt(o, "cell_type", cellTypes) }),
  cell_metadata_changed: (o) =>
    ({ type: "cell_metadata_changed", ...inCell(o), metadata: objectAt(o, "metadata") }),
  notebook_metadata_changed: (o) =>
    ({ type: "notebook_metadata_changed", metadata: objectAt(o, "metadata") }),
  attachments_changed: (o) =>
    ({ type: "attachments_changed", ...inCell(o), attachments: objectAt(o, "attachments") }),
  outputs_cleared: (o) => ({ type: "outputs_cleared", cells: parseCellIds(o, "cells") }),
  outputs_replaced: (o) =>
    ({ type: "outputs_replaced", cells: listAt(o, "cells", parseOutputsOfCell) }),
  runs_queued: (o) => ({
    type: "runs_queued", runs: listAt(o, "runs", (value) => inRun(asObject(value, "run"))),
    name: optionalStringAt(o, "name"), lane: optionalStringAt(o, "lane"), user_tz: userTzAt(o),
  }),
  run_started: (o) => ({ type: "run_started", ...inRun(o) }),
  execution_counted: (o) =>
    ({ type: "execution_counted", ...inRun(o), count: countAt(o, "count") }),
  stream_appended: (o) => ({
    type: "stream_appended", ...inRun(o), text: stringAt(o, "text"), cut: parseCut(o),
    name: stringAt(o, "name") === "stderr" ? "stderr" : "stdout",
  }),
  output_appended: (o) =>
    ({ type: "output_appended", ...inRun(o), output: parseOutput(objectAt(o, "output")) }),
  output_cleared: (o) => ({ type: "output_cleared", ...inRun(o), wait: booleanAt(o, "wait") }),
  display_updated: (o) => ({
    type: "display_updated", display_id: idAt(o, "display_id"), data: objectAt(o, "data"),
    metadata: objectAt(o, "metadata"), blobs: parseBlobs(optionalObjectAt(o, "blobs")),
    lane: optionalStringAt(o, "lane"),
  }),
  input_requested: (o) => ({
    type: "input_requested", ...inRun(o), prompt: stringAt(o, "prompt"),
    password: booleanAt(o, "password"),
  }),
  input_answered: (o) => ({ type: "input_answered", ...inRun(o), echo: stringAt(o, "echo") }),
  run_finished: (o) => ({
    type: "run_finished", ...inRun(o), status: oneOfAt(o, "status", runStatuses),
    reason: optionalStringAt(o, "reason"), dropped_outputs: optionalCountAt(o, "dropped_outputs"),
    cancelled: parseCellIds(o, "cancelled"),
  }),
  runs_cancelled: (o) => ({ type: "runs_cancelled", cells: parseCellIds(o, "cells") }),
  kernel_lost: (o) => ({
    type: "kernel_lost", lane: optionalStringAt(o, "lane"), reason: optionalStringAt(o, "reason"),
    detail: optionalStringAt(o, "detail"), cancelled: parseCellIds(o, "cancelled"),
  }),
  comment_added: (o) => ({
    type: "comment_added", ...inThread(o), ...inComment(o), name: optionalStringAt(o, "name"),
    text: stringAt(o, "text"), begins: parseBeginning(optionalObjectAt(o, "begins")),
  }),
  comment_edited: (o) =>
    ({ type: "comment_edited", ...inThread(o), ...inComment(o), text: stringAt(o, "text") }),
  comment_deleted: (o) => ({ type: "comment_deleted", ...inThread(o), ...inComment(o) }),
  thread_resolved: (o) => ({
    type: "thread_resolved", ...inThread(o), resolved: booleanAt(o, "resolved"),
    name: optionalStringAt(o, "name"),
  }),
}

function isFactType(type: string): type is Fact["type"] {
  return Object.hasOwn(parsers, type)
}

export function parseRecord(value: Json): LogRecord {
  const object = asObject(value, "record")
  const type = stringAt(object, "type")
  if (!isFactType(type)) throw new WireError(`unknown record ${type.slice(0, 40)}`)
  return {
    ...parsers[type](object),
    seq: countAt(object, "seq"),
    time_ms: optionalCountAt(object, "time_ms"),
    user: userId(optionalStringAt(object, "user")),
    client: clientId(optionalStringAt(object, "client")),
    command: optionalCountAt(object, "command"),
  }
}
