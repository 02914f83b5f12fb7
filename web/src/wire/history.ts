/** Revisions of a notebook, and what ran in it (docs/protocol.md 6). */
import { cellTypes, parseExecutionCount, type CellType } from "./cell"
import { cellId, executionId, userId, type CellId, type ExecutionId, type UserId } from "./ids"
import {
  asObject, booleanAt, countAt, idAt, listAt, member, objectAt, oneOfAt, optionalCountAt,
  optionalObjectAt, optionalStringAt, stringAt,
  type Json, type JsonObject,
} from "./json"
import { parseOutput, type Output } from "./output"

export interface Author {
  readonly user: UserId
  /** At that time. */
  readonly name: string
}

/** Counts of cells that differ from the revision before. */
export interface RevisionChanges {
  readonly added: number
  readonly deleted: number
  readonly changed: number
  readonly moved: number
  readonly outputs: number
  /** The notebook's own metadata. */
  readonly notebook: boolean
}

const kinds = [
  "now", "opened", "automatic", "session_end", "named", "before_restore", "before_outside", "outside",
] as const
export type RevisionKind = (typeof kinds)[number]

export interface Revision {
  /** From 1; 0 is the notebook as it is now. */
  readonly number: number
  readonly time_ms: number
  /** Why it was made; one that this page does not know yet is taken for `automatic`. */
  readonly kind: RevisionKind
  readonly name: string
  readonly pinned: boolean
  readonly authors: readonly Author[]
  readonly cells: number
  /** Null: there is none before it. */
  readonly changed: RevisionChanges | null
}

export interface RevisionPage {
  /** The newest first. */
  readonly revisions: readonly Revision[]
  readonly more: boolean
}

export interface RevisionCell {
  readonly id: CellId
  readonly cell_type: CellType
  readonly source: string
  readonly metadata: JsonObject
  /** Hashes; empty: there are none. */
  readonly attachments: string
  readonly outputs: string
  /** It ran just then, and what it had shown is no part of the revision. */
  readonly running: boolean
}

export interface RevisionContent {
  readonly revision: Revision
  readonly metadata: JsonObject
  /** False: the notebook's outputs are not saved, so nothing is known of them. */
  readonly with_outputs: boolean
  readonly cells: readonly RevisionCell[]
}

export interface RevisionOutputs {
  readonly outputs: readonly Output[]
  readonly execution_count: number | null
  readonly dropped_outputs: number
}

const statuses = ["", "ok", "error", "aborted"] as const

export interface Executed {
  readonly execution: ExecutionId
  /** The session that it ran in. */
  readonly runtime: string
  /** May be gone. */
  readonly cell: CellId
  readonly by: Author
  readonly source: string
  /** More than `source` has: it was cut. */
  readonly source_bytes: number
  readonly started_ms: number
  /** 0: it runs. */
  readonly finished_ms: number
  /** Empty: it runs. */
  readonly status: (typeof statuses)[number]
  readonly reason: string
  /** 0: none. */
  readonly count: number
}

function parseAuthor(value: Json): Author {
  const object = asObject(value, "author")
  return { user: userId(optionalStringAt(object, "user")), name: optionalStringAt(object, "name") }
}

function parseChanges(object: JsonObject): RevisionChanges {
  return {
    added: countAt(object, "added"), deleted: countAt(object, "deleted"),
    changed: countAt(object, "changed"), moved: countAt(object, "moved"),
    outputs: countAt(object, "outputs"), notebook: booleanAt(object, "notebook"),
  }
}

function parseRevision(value: Json | undefined): Revision {
  const object = asObject(value, "revision")
  const kind = stringAt(object, "kind")
  const changed = optionalObjectAt(object, "changed")
  return {
    number: countAt(object, "number"), time_ms: countAt(object, "time_ms"),
    kind: kinds.find((known) => known === kind) ?? "automatic",
    name: optionalStringAt(object, "name"), pinned: booleanAt(object, "pinned"),
    authors: listAt(object, "authors", parseAuthor), cells: countAt(object, "cells"),
    changed: changed ? parseChanges(changed) : null,
  }
}

export function parseRevisionPage(value: Json): RevisionPage {
  const object = asObject(value, "answer")
  return { revisions: listAt(object, "revisions", parseRevision), more: booleanAt(object, "more") }
}

function parseRevisionCell(value: Json): RevisionCell {
  const object = asObject(value, "cell")
  return {
    id: cellId(idAt(object, "id")), cell_type: oneOfAt(object, "cell_type", cellTypes),
    source: stringAt(object, "source"), metadata: objectAt(object, "metadata"),
    attachments: optionalStringAt(object, "attachments"), outputs: optionalStringAt(object, "outputs"),
    running: member(object, "running") === true,
  }
}

export function parseRevisionContent(value: Json): RevisionContent {
  const object = asObject(value, "answer")
  return {
    revision: parseRevision(member(object, "revision")), metadata: objectAt(object, "metadata"),
    with_outputs: booleanAt(object, "with_outputs"), cells: listAt(object, "cells", parseRevisionCell),
  }
}

export function parseRevisionOutputs(value: Json): RevisionOutputs {
  const object = asObject(value, "answer")
  return {
    outputs: listAt(object, "outputs", parseOutput), execution_count: parseExecutionCount(object),
    dropped_outputs: optionalCountAt(object, "dropped_outputs"),
  }
}

export function parseExecuted(value: Json): readonly Executed[] {
  return listAt(asObject(value, "answer"), "executions", (item) => {
    const object = asObject(item, "execution")
    return {
      execution: executionId(idAt(object, "execution")), runtime: optionalStringAt(object, "runtime"),
      cell: cellId(idAt(object, "cell")), by: parseAuthor(objectAt(object, "by")),
      source: stringAt(object, "source"), source_bytes: countAt(object, "source_bytes"),
      started_ms: countAt(object, "started_ms"), finished_ms: countAt(object, "finished_ms"),
      status: oneOfAt(object, "status", statuses), reason: optionalStringAt(object, "reason"),
      count: countAt(object, "count"),
    }
  })
}
