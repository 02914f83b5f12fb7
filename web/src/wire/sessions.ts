/** Sessions, their meters and logs, and terminals (docs/protocol.md 2.6 and 7). */
import { notebookId, userId, type NotebookId, type UserId } from "./ids"
import {
  asArray, asObject, booleanAt, countAt, idAt, isObject, listAt, member, numberAt, objectAt, oneOfAt, optionalCountAt,
  optionalObjectAt, optionalStringAt, parseJson, stringAt, type Json, type JsonObject,
} from "./json"
import { kernelStates, leaseStates, type KernelState, type LeaseState } from "./lease"
import { parseAccelerators, type AcceleratorMeter } from "./meters"

export interface Session {
  readonly id: string
  readonly mine: boolean
  readonly user: { readonly id: UserId; readonly email: string; readonly name: string }
  /** Null: somebody else's, whose name is not told. */
  readonly notebook: { readonly id: NotebookId; readonly title: string } | null
  readonly flavor: string
  readonly flavor_title: string
  readonly image: string
  readonly state: LeaseState
  readonly kernel: KernelState
  readonly since_ms: number
  /** 0 before it has begun. */
  readonly ends_ms: number
  /** When a cell last ran; 0: not known. */
  readonly used_ms: number
  readonly cpu: number
  readonly memory_used: number
  readonly memory_limit: number
  readonly disk_used: number
  readonly disk_total: number
  readonly accelerators: readonly AcceleratorMeter[]
}

export interface LogLine {
  readonly time_ms: number
  readonly source: string
  readonly level: "debug" | "info" | "warning" | "error"
  readonly text: string
}

/** Null where the accelerator told nothing. */
export type Told = readonly (number | null)[]

/** Meters over time, by columns of the same length. */
export interface ResourcePoints {
  readonly time_ms: readonly number[]
  readonly memory_used: readonly number[]
  readonly memory_limit: readonly number[]
  readonly disk_used: readonly number[]
  readonly disk_total: readonly number[]
  readonly cpu: readonly number[]
  readonly accelerators: ReadonlyMap<string, {
    readonly memory_used: Told; readonly memory_total: Told; readonly utilization: Told
  }>
}

export interface TerminalEntry {
  readonly id: string
  readonly title: string
}

const atLeast0 = (object: JsonObject, key: string): number => {
  const value = member(object, key)
  return typeof value === "number" && value > 0 ? value : 0
}

function parseSession(value: Json): Session {
  const object = asObject(value, "session")
  const user = objectAt(object, "user")
  const notebook = optionalObjectAt(object, "notebook")
  const kernel = optionalObjectAt(object, "kernel") ?? {}
  return {
    id: idAt(object, "id"), mine: booleanAt(object, "mine"),
    user: { id: userId(idAt(user, "id")), email: optionalStringAt(user, "email"), name: optionalStringAt(user, "name") },
    notebook: notebook ? { id: notebookId(idAt(notebook, "id")), title: stringAt(notebook, "title") } : null,
    flavor: optionalStringAt(object, "flavor"), flavor_title: optionalStringAt(object, "flavor_title"),
    image: optionalStringAt(object, "image"),
    state: oneOfAt(object, "state", leaseStates),
    kernel: member(kernel, "state") === undefined ? "none" : oneOfAt(kernel, "state", kernelStates),
    since_ms: optionalCountAt(object, "since_ms"), ends_ms: optionalCountAt(object, "ends_ms"),
    used_ms: optionalCountAt(object, "used_ms"), cpu: atLeast0(object, "cpu"),
    memory_used: atLeast0(object, "memory_used"), memory_limit: atLeast0(object, "memory_limit"),
    disk_used: atLeast0(object, "disk_used"), disk_total: atLeast0(object, "disk_total"),
    accelerators: parseAccelerators(object),
  }
}

export const parseSessions = (value: Json): readonly Session[] =>
  listAt(asObject(value, "answer"), "sessions", parseSession)

export const parseLog = (value: Json): readonly LogLine[] =>
  listAt(asObject(value, "answer"), "lines", (line) => {
    const object = asObject(line, "line")
    return {
      time_ms: numberAt(object, "time_ms"), source: stringAt(object, "source"),
      level: oneOfAt(object, "level", ["debug", "info", "warning", "error"]), text: stringAt(object, "text"),
    }
  })

const numbers = (object: JsonObject, key: string): readonly number[] =>
  asArray(member(object, key), key).map((value) => typeof value === "number" ? value : 0)
const told = (object: JsonObject, key: string): Told =>
  asArray(member(object, key), key).map((value) => typeof value === "number" ? value : null)

export function parseResources(value: Json): ResourcePoints {
  const points = objectAt(asObject(value, "answer"), "points")
  const accelerators = Object.entries(objectAt(points, "accelerators")).filter(([, each]) => isObject(each))
  return {
    time_ms: numbers(points, "time_ms"), cpu: numbers(points, "cpu"),
    memory_used: numbers(points, "memory_used"), memory_limit: numbers(points, "memory_limit"),
    disk_used: numbers(points, "disk_used"), disk_total: numbers(points, "disk_total"),
    accelerators: new Map(accelerators.map(([id, each]) => {
      const object = asObject(each, "accelerator")
      return [id, {
        memory_used: told(object, "memory_used"), memory_total: told(object, "memory_total"),
        utilization: told(object, "utilization"),
      }]
    })),
  }
}

export const parseTerminals = (value: Json): readonly TerminalEntry[] =>
  listAt(asObject(value, "answer"), "terminals", (terminal) => {
    const object = asObject(terminal, "terminal")
    return { id: idAt(object, "id"), title: optionalStringAt(object, "title") }
  })

// --- a terminal's socket ---

export const terminalSubprotocol = "colibri.terminal.v1"

export type TerminalMessage =
  | { readonly type: "attached"; readonly from: number; readonly end: number }
  | { readonly type: "ended"; readonly status: number; readonly signal: number }
  /** `place`: of the first byte in all that the terminal ever printed. */
  | { readonly type: "output"; readonly place: number; readonly bytes: Uint8Array<ArrayBuffer> }

export function parseTerminalMessage(data: string | ArrayBuffer): TerminalMessage {
  if (typeof data !== "string") {
    const place = Number(new DataView(data).getBigUint64(0, true))
    return { type: "output", place, bytes: new Uint8Array(data, 8) }
  }
  const object = asObject(parseJson(data), "message")
  const type = oneOfAt(object, "type", ["attached", "ended"])
  return type === "attached" ? { type, from: countAt(object, "from"), end: countAt(object, "end") }
    : { type, status: optionalCountAt(object, "status"), signal: optionalCountAt(object, "signal") }
}
