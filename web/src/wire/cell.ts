/** A cell and a whole document as they stand in a snapshot (docs/protocol.md 1.1). */
import { cellId, executionId, userId, type CellId, type ExecutionId, type UserId } from "./ids"
import {
  asObject, asString, booleanAt, countAt, idAt, listAt, member, numberAt, objectAt, oneOfAt,
  optionalCountAt, optionalObjectAt, optionalStringAt, stringAt, WireError,
  type Json, type JsonObject,
} from "./json"
import { parseThread, type Thread } from "./comment"
import { parseOutput, type Output } from "./output"

export type CellType = "code" | "markdown" | "raw"
export const cellTypes = ["code", "markdown", "raw"] as const

export type RunStatus = "ok" | "error" | "aborted"
export const runStatuses = ["ok", "error", "aborted"] as const

/** Somebody, with the name they had then; empty where nobody is known. */
export interface Author {
  readonly user: UserId
  readonly name: string
}

export interface Run {
  readonly state: "queued" | "running"
  readonly execution: ExecutionId
  readonly queued_ms: number
  readonly started_ms: number
  readonly by: Author
  /** Whose runtime it is for. */
  readonly lane: string
  /** Minutes from the person's clock to UTC. */
  readonly user_tz: number | null
}

export interface LastRun {
  readonly execution: ExecutionId
  readonly status: RunStatus
  readonly reason: string
  readonly started_ms: number
  readonly finished_ms: number
  readonly by: Author
}

export interface InputRequest {
  readonly execution: ExecutionId
  readonly prompt: string
  readonly password: boolean
}

export interface SnapshotCell {
  readonly id: CellId
  readonly cell_type: CellType
  readonly source: string
  readonly version: number
  readonly metadata: JsonObject
  readonly attachments: JsonObject
  readonly execution_count: number | null
  readonly outputs: readonly Output[]
  readonly dropped_outputs: number
  readonly clear_at_next_output: boolean
  readonly run: Run | null
  readonly last_run: LastRun | null
  readonly input: InputRequest | null
  /** How many text updates of each client the log holds. */
  readonly confirmed: Readonly<Record<string, number>>
}

/** A deleted cell, as the list of the bin has it. */
export interface BinnedCell {
  readonly id: CellId
  readonly cell_type: CellType
  readonly first_line: string
  /** The cell it stood behind. */
  readonly after: CellId | null
  /** How many outputs it had. */
  readonly outputs: number
  readonly by: Author
  readonly time_ms: number
}

export interface Snapshot {
  readonly epoch: string
  readonly seq: number
  readonly nbformat_minor: number
  readonly metadata: JsonObject
  readonly cells: readonly SnapshotCell[]
  readonly queue: readonly CellId[]
  /** Oldest first. */
  readonly bin: readonly BinnedCell[]
  /** Comments, in the order in which their threads began. */
  readonly threads: readonly Thread[]
  /** The last accepted command of each client. */
  readonly accepted: Readonly<Record<string, number>>
}

function parseAuthor(object: JsonObject): Author {
  return { user: userId(optionalStringAt(object, "user")), name: optionalStringAt(object, "name") }
}

export function parseAfter(object: JsonObject): CellId | null {
  return member(object, "after") === null ? null : cellId(idAt(object, "after"))
}

function parseBinned(value: Json): BinnedCell {
  const object = asObject(value, "binned cell")
  return {
    id: cellId(idAt(object, "id")),
    cell_type: oneOfAt(object, "cell_type", cellTypes),
    first_line: stringAt(object, "first_line"),
    after: parseAfter(object),
    outputs: optionalCountAt(object, "outputs"),
    by: parseAuthor(object),
    time_ms: optionalCountAt(object, "time_ms"),
  }
}

export function userTzAt(object: JsonObject): number | null {
  return member(object, "user_tz") === undefined ? null : numberAt(object, "user_tz")
}

function parseRun(object: JsonObject): Run {
  return {
    state: oneOfAt(object, "state", ["queued", "running"]),
    execution: executionId(idAt(object, "execution")),
    queued_ms: optionalCountAt(object, "queued_ms"),
    started_ms: optionalCountAt(object, "started_ms"),
    by: parseAuthor(optionalObjectAt(object, "by") ?? {}),
    lane: optionalStringAt(object, "lane"), user_tz: userTzAt(object),
  }
}

function parseLastRun(object: JsonObject): LastRun {
  return {
    execution: executionId(optionalStringAt(object, "execution")),
    status: oneOfAt(object, "status", runStatuses),
    reason: optionalStringAt(object, "reason"),
    started_ms: optionalCountAt(object, "started_ms"),
    finished_ms: optionalCountAt(object, "finished_ms"),
    by: parseAuthor(optionalObjectAt(object, "by") ?? {}),
  }
}

function parseInput(object: JsonObject): InputRequest {
  return {
    execution: executionId(idAt(object, "execution")),
    prompt: stringAt(object, "prompt"),
    password: booleanAt(object, "password"),
  }
}

function parseCounts(object: JsonObject | undefined): Readonly<Record<string, number>> {
  if (!object) return {}
  return Object.fromEntries(Object.keys(object).map((key) => [key, countAt(object, key)]))
}

export function parseCellIds(object: JsonObject, key: string): readonly CellId[] {
  return listAt(object, key, (value) => cellId(asString(value, key)))
}

export function parseExecutionCount(object: JsonObject): number | null {
  return member(object, "execution_count") === null ? null : numberAt(object, "execution_count")
}

export function parseCell(value: Json): SnapshotCell {
  const object = asObject(value, "cell")
  const run = optionalObjectAt(object, "run")
  const lastRun = optionalObjectAt(object, "last_run")
  const input = optionalObjectAt(object, "input")
  return {
    id: cellId(idAt(object, "id")),
    cell_type: oneOfAt(object, "cell_type", cellTypes),
    source: stringAt(object, "source"),
    version: countAt(object, "version"),
    metadata: objectAt(object, "metadata"),
    attachments: optionalObjectAt(object, "attachments") ?? {},
    execution_count: parseExecutionCount(object),
    outputs: listAt(object, "outputs", parseOutput),
    dropped_outputs: optionalCountAt(object, "dropped_outputs"),
    clear_at_next_output: member(object, "clear_at_next_output") === true,
    run: run ? parseRun(run) : null,
    last_run: lastRun ? parseLastRun(lastRun) : null,
    input: input ? parseInput(input) : null,
    confirmed: parseCounts(optionalObjectAt(object, "confirmed")),
  }
}

export function parseSnapshot(object: JsonObject): Snapshot {
  const cells = listAt(object, "cells", parseCell)
  if (new Set(cells.map((cell) => cell.id)).size !== cells.length) {
    throw new WireError("two cells have the same id")
  }
  return {
    epoch: idAt(object, "epoch"),
    seq: countAt(object, "seq"),
    nbformat_minor: countAt(object, "nbformat_minor"),
    metadata: objectAt(object, "metadata"),
    cells,
    queue: parseCellIds(object, "queue"),
    bin: member(object, "bin") === undefined ? [] : listAt(object, "bin", parseBinned),
    threads: member(object, "threads") === undefined ? [] : listAt(object, "threads", parseThread),
    accepted: parseCounts(optionalObjectAt(object, "accepted")),
  }
}
