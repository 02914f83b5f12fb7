/** Answers about the Drive (docs/protocol.md 8), checked. */
import { parseNotebook, type NotebookEntry } from "./api"
import {
  asObject, countAt, idAt, listAt, member, objectAt, oneOfAt, optionalCountAt, optionalObjectAt, optionalStringAt,
  stringAt, type Json,
} from "./json"
import { parseFailure, type WireFailure } from "./server_message"

export const driveViews = ["recent", "folder", "shared", "starred", "trash", "search"] as const
export type DriveView = (typeof driveViews)[number]

export interface DriveEntry {
  readonly kind: "folder" | "notebook" | "file"
  readonly name: string
  /** In one's own Drive; empty in somebody else's and in the Trash. */
  readonly path: string
  /** The folder that it is in or, in the Trash, was in. */
  readonly place: string
  readonly bytes: number
  readonly modified_ms: number
  readonly starred: boolean
  /** Of a notebook that is not in the Trash. */
  readonly notebook: NotebookEntry | null
  /** 0: it is not in the Trash. */
  readonly trashed_ms: number
  /** What was found in it, with some words around it. */
  readonly found: string
}

export interface DrivePage {
  readonly entries: readonly DriveEntry[]
  readonly total: number
  /** Names the list, so that the next piece is of the same. */
  readonly list: string
}

export interface Space {
  readonly used: number
  /** 0: none. */
  readonly quota: number
}

export interface UploadState {
  readonly id: string
  readonly path: string
  readonly bytes: number
  readonly received: number
}

/** What became of one of several things. */
export type Outcome = { readonly path: string } | { readonly error: WireFailure }

function parseEntry(item: Json): DriveEntry {
  const object = asObject(item, "entry")
  const notebook = optionalObjectAt(object, "notebook")
  return {
    kind: oneOfAt(object, "kind", ["folder", "notebook", "file"]), name: stringAt(object, "name"),
    path: optionalStringAt(object, "path"), place: optionalStringAt(object, "place"),
    bytes: countAt(object, "bytes"), modified_ms: countAt(object, "modified_ms"),
    starred: member(object, "starred") === true, notebook: notebook ? parseNotebook(notebook) : null,
    trashed_ms: optionalCountAt(object, "trashed_ms"), found: optionalStringAt(object, "found"),
  }
}

export function parseDrivePage(value: Json): DrivePage {
  const answer = asObject(value, "answer")
  return { entries: listAt(answer, "entries", parseEntry), total: countAt(answer, "total"), list: idAt(answer, "list") }
}

export function parseSpace(value: Json): Space {
  const answer = asObject(value, "answer")
  return { used: countAt(answer, "used"), quota: countAt(answer, "quota") }
}

export function parseUpload(value: Json): UploadState {
  const upload = asObject(value, "upload")
  return {
    id: idAt(upload, "id"), path: stringAt(upload, "path"), bytes: countAt(upload, "bytes"),
    received: countAt(upload, "received"),
  }
}

export const parseUploads = (value: Json): readonly UploadState[] =>
  listAt(asObject(value, "answer"), "uploads", parseUpload)

export function parseOutcomes(value: Json): readonly Outcome[] {
  return listAt(asObject(value, "answer"), "outcomes", (item) => {
    const outcome = asObject(item, "outcome")
    return member(outcome, "error") === undefined
      ? { path: optionalStringAt(outcome, "path") } : { error: parseFailure(objectAt(outcome, "error")) }
  })
}
