/** What the server sends on a notebook's socket (docs/protocol.md 2.1 and 2.3). */
import { parseSnapshot, type Snapshot } from "./cell"
import { cellId, executionId, notebookId, userId, type CellId, type ExecutionId, type NotebookId, type UserId } from "./ids"
import {
  asString, booleanAt, countAt, idAt, listAt, member, objectAt, oneOfAt,
  optionalCountAt, optionalObjectAt, optionalStringAt, parseJson, asObject, stringAt, WireError,
  type Json, type JsonObject,
} from "./json"
import { parseMeters, type Meters } from "./meters"
import { parseLease, type Lease } from "./lease"
import { parseOutput, type Output } from "./output"
import { parsePeople, parsePresence, type PeopleMessage, type PresenceMessage } from "./presence"
import { parseRecord, type LogRecord } from "./record"
import { roles, type Role } from "./role"

/** A runtime that one may use: one's own, or one that its owner shares. */
export interface RuntimeChoice {
  readonly owner: UserId
  readonly name: string
  readonly alive: boolean
  readonly shared: boolean
  /** Names of the others who use it. */
  readonly users: readonly string[]
}

export interface WireFailure {
  readonly code: string
  readonly detail: string
}

/** From the kernel, or to it: the content is the kernel's own affair. */
export interface CommMessage {
  readonly type: "comm_open" | "comm_msg" | "comm_close"
  readonly content: JsonObject
  readonly metadata: JsonObject
}

export interface Person {
  readonly id: UserId
  readonly email: string
  readonly name: string
}

/** Where a run is that takes more than a moment. */
export interface RunningLine {
  readonly execution: ExecutionId
  /** From 1. */
  readonly line: number
  /** The functions from there on inwards. */
  readonly calls: readonly string[]
}

/** What the snapshot left out of a cell. */
export interface LaterOutputs {
  readonly cell: CellId
  readonly outputs: readonly Output[]
}

/** What a program in the person's runtime asks, that this page alone is to answer it, that it need not. */
export type AskMessage =
  | { readonly type: "ask"; readonly ask: string; readonly name: string; readonly params: JsonObject }
  | { readonly type: "ask_yours" | "ask_over"; readonly ask: string }

export type ServerMessage =
  | {
    readonly type: "welcome"
    readonly user: Person
    readonly notebook: {
      readonly id: NotebookId; readonly title: string; readonly role: Role
      /** Who wrote it: the owner, of a playground its origin's. Null when that is not told. */
      readonly author: Person | null
      readonly playground: boolean
      /** Of a playground of what is in no Drive here: where that is from; else empty. */
      readonly origin: string
      readonly starred: boolean
      /** The person has run it although somebody else wrote it. */
      readonly trusted: boolean
    }
    readonly resumed: boolean
  }
  | { readonly type: "snapshot"; readonly snapshot: Snapshot; readonly notes: readonly string[] }
  | { readonly type: "outputs"; readonly cells: readonly LaterOutputs[] }
  | { readonly type: "records"; readonly epoch: string; readonly records: readonly LogRecord[] }
  | { readonly type: "refused"; readonly command: number; readonly error: WireFailure }
  | { readonly type: "lease"; readonly lease: Lease | null }
  | {
    readonly type: "runtimes"; readonly in_use: UserId
    readonly runtimes: readonly RuntimeChoice[]
  }
  | { readonly type: "meters"; readonly meters: Meters }
  | { readonly type: "saved"; readonly seq: number; readonly time_ms: number; readonly error: string }
  | { readonly type: "title"; readonly title: string }
  | { readonly type: "role"; readonly role: Role }
  | { readonly type: "comments_read"; readonly seq: number }
  | { readonly type: "access" }
  | {
    readonly type: "notice"; readonly level: "info" | "warning" | "error"
    readonly code: string; readonly detail: string
  }
  | {
    readonly type: "reply"; readonly request: string
    readonly content: JsonObject | null; readonly error: WireFailure | null
  }
  | {
    readonly type: "comm"; readonly message: CommMessage
    readonly buffers: readonly ArrayBuffer[]
  }
  /** Of what this tab runs by itself: records of its own document, or all of that; null: the server has none. */
  | { readonly type: "scratch"; readonly records: readonly LogRecord[] }
  | { readonly type: "scratch_snapshot"; readonly snapshot: Snapshot | null }
  | RunningLine & { readonly type: "line" }
  | PeopleMessage
  | PresenceMessage
  | AskMessage
  | { readonly type: "pong"; readonly n: number }

export function parseFailure(object: JsonObject): WireFailure {
  return { code: stringAt(object, "code"), detail: optionalStringAt(object, "detail") }
}

/** An empty id: somebody who is gone. */
export function parseUser(object: JsonObject): Person {
  return {
    id: userId(optionalStringAt(object, "id")), email: optionalStringAt(object, "email"),
    name: optionalStringAt(object, "name"),
  }
}

function parseWelcome(object: JsonObject): ServerMessage {
  const user = objectAt(object, "user")
  const notebook = objectAt(object, "notebook")
  const author = optionalObjectAt(notebook, "author")
  return {
    type: "welcome",
    user: { ...parseUser(user), id: userId(idAt(user, "id")) },
    notebook: {
      id: notebookId(idAt(notebook, "id")), title: stringAt(notebook, "title"),
      role: oneOfAt(notebook, "role", roles),
      author: author ? parseUser(author) : null,
      playground: member(notebook, "playground") === true,
      origin: optionalStringAt(notebook, "origin"),
      starred: member(notebook, "starred") === true,
      trusted: member(notebook, "trusted") === true,
    },
    resumed: booleanAt(object, "resumed"),
  }
}

function parseComm(object: JsonObject, buffers: readonly ArrayBuffer[]): ServerMessage {
  const message = objectAt(object, "message")
  return {
    type: "comm",
    message: {
      type: oneOfAt(message, "type", ["comm_open", "comm_msg", "comm_close"]),
      content: objectAt(message, "content"),
      metadata: optionalObjectAt(message, "metadata") ?? {},
    },
    buffers,
  }
}

function parseScratch(object: JsonObject): ServerMessage {
  if (member(object, "snapshot") === undefined) {
    return { type: "scratch", records: listAt(object, "records", parseRecord) }
  }
  const snapshot = optionalObjectAt(object, "snapshot")
  return { type: "scratch_snapshot", snapshot: snapshot ? parseSnapshot(snapshot) : null }
}

function parseReply(object: JsonObject): ServerMessage {
  const error = optionalObjectAt(object, "error")
  return {
    type: "reply", request: idAt(object, "request"),
    content: error ? null : objectAt(object, "content"),
    error: error ? parseFailure(error) : null,
  }
}

/** Reads one text frame; a WireError says what does not fit. */
export function parseServerText(text: string): ServerMessage {
  const object = asObject(parseJson(text), "message")
  const type = stringAt(object, "type")
  switch (type) {
    case "welcome": return parseWelcome(object)
    case "snapshot":
      return {
        type, snapshot: parseSnapshot(objectAt(object, "snapshot")),
        notes: member(object, "notes") === undefined
          ? [] : listAt(object, "notes", (note: Json) => asString(note, "note")),
      }
    case "outputs":
      return {
        type, cells: listAt(object, "cells", (item) => {
          const later = asObject(item, "outputs of a cell")
          return { cell: cellId(idAt(later, "cell")), outputs: listAt(later, "outputs", parseOutput) }
        }),
      }
    case "records":
      return { type, epoch: idAt(object, "epoch"), records: listAt(object, "records", parseRecord) }
    case "refused":
      return { type, command: countAt(object, "command"), error: parseFailure(objectAt(object, "error")) }
    case "lease": {
      const lease = optionalObjectAt(object, "lease")
      return { type, lease: lease ? parseLease(lease) : null }
    }
    case "runtimes":
      return {
        type, in_use: userId(idAt(object, "in_use")),
        runtimes: listAt(object, "runtimes", (item) => {
          const choice = asObject(item, "runtime")
          return {
            owner: userId(idAt(choice, "owner")), name: optionalStringAt(choice, "name"),
            alive: booleanAt(choice, "alive"), shared: booleanAt(choice, "shared"),
            users: listAt(choice, "users", (name) => asString(name, "name")),
          }
        }),
      }
    case "meters": return { type, meters: parseMeters(object) }
    case "saved":
      return {
        type, seq: countAt(object, "seq"), time_ms: optionalCountAt(object, "time_ms"),
        error: optionalStringAt(object, "error"),
      }
    case "comments_read": return { type, seq: countAt(object, "seq") }
    case "role": return { type, role: oneOfAt(object, "role", roles) }
    case "access": return { type }
    case "title": return { type, title: stringAt(object, "title") }
    case "notice":
      return {
        type, level: oneOfAt(object, "level", ["info", "warning", "error"]),
        code: optionalStringAt(object, "code"), detail: stringAt(object, "detail"),
      }
    case "reply": return parseReply(object)
    case "comm": return parseComm(object, [])
    case "scratch": return parseScratch(object)
    case "line":
      return {
        type, execution: executionId(idAt(object, "execution")), line: countAt(object, "line"),
        calls: listAt(object, "calls", (call) => asString(call, "call")),
      }
    case "people": return parsePeople(object)
    case "presence": return parsePresence(object)
    case "ask":
      return { type, ask: idAt(object, "ask"), name: idAt(object, "name"), params: objectAt(object, "params") }
    case "ask_yours": case "ask_over": return { type, ask: idAt(object, "ask") }
    case "pong": return { type, n: countAt(object, "n") }
    default: throw new WireError(`unknown message ${type.slice(0, 40)}`)
  }
}

/** Reads one binary frame: u32 little-endian length, JSON, buffers. Only comms come this way. */
export function parseServerBinary(frame: ArrayBuffer): ServerMessage {
  if (frame.byteLength < 4) throw new WireError("a truncated frame")
  const length = new DataView(frame).getUint32(0, true)
  if (length > frame.byteLength - 4) throw new WireError("a truncated frame")
  const text = new TextDecoder().decode(new Uint8Array(frame, 4, length))
  const object = asObject(parseJson(text), "message")
  if (stringAt(object, "type") !== "comm") throw new WireError("a binary frame that is no comm")
  let at = 4 + length
  const buffers = listAt(object, "buffers", (value) => {
    const size = countAt({ size: value }, "size")
    if (size > frame.byteLength - at) throw new WireError("a truncated frame")
    at += size
    return frame.slice(at - size, at)
  })
  if (at !== frame.byteLength) throw new WireError("a frame longer than it says")
  return parseComm(object, buffers)
}
