/** What the page and the worker that plays a local runtime's supervisor say to each other: JSON texts. */
import {
  asObject, idAt, listAt, numberAt, objectAt, oneOfAt, optionalObjectAt, optionalStringAt, parseJson, stringAt,
  type JsonObject,
} from "./json"

export interface JupyterKernel {
  readonly name: string
  readonly display_name: string
  readonly language: string
}

/** What a page keeps, so that it can go on after it was loaded anew. */
export interface LocalRecord {
  readonly kernel_id: string
  /** Of the kernel's WebSocket: by it Jupyter knows who comes back. */
  readonly session: string
  /** The execution that the kernel was given last; empty: none. */
  readonly running: string
}

export interface Words {
  /** In a cell whose end was lost. */
  readonly lost: string
  /** In a cell that ran while others listened in the page's place. */
  readonly away: string
}

export type ToWorker =
  | { readonly type: "look"; readonly base: string; readonly token: string }
  | {
    readonly type: "start"; readonly base: string; readonly token: string
    /** Of this server: where the link is dialled. */
    readonly socket: string; readonly runtime: string; readonly link_token: string
    readonly kernel: string; readonly resume: LocalRecord | null; readonly words: Words
  }
  | { readonly type: "kept"; readonly ticket: number }

const problems = ["unreachable", "not_allowed", "refused", "not_jupyter", "no_kernels", "kernel"] as const
export type LocalProblem = (typeof problems)[number]

const states = ["starting", "connected", "jupyter_away", "server_away"] as const
export type LocalState = (typeof states)[number]

export type FromWorker =
  | { readonly type: "found"; readonly kernels: readonly JupyterKernel[]; readonly chosen: string }
  | { readonly type: "problem"; readonly problem: LocalProblem; readonly detail: string }
  | { readonly type: "keep"; readonly ticket: number; readonly record: LocalRecord }
  | { readonly type: "state"; readonly state: LocalState }
  | { readonly type: "ended" }

export function parseRecord(object: JsonObject): LocalRecord {
  return {
    kernel_id: idAt(object, "kernel_id"), session: idAt(object, "session"), running: optionalStringAt(object, "running"),
  }
}

export function parseToWorker(text: string): ToWorker {
  const message = asObject(parseJson(text), "message")
  const type = oneOfAt(message, "type", ["look", "start", "kept"])
  if (type === "kept") return { type, ticket: numberAt(message, "ticket") }
  const server = { base: idAt(message, "base"), token: optionalStringAt(message, "token") }
  if (type === "look") return { type, ...server }
  const resume = optionalObjectAt(message, "resume")
  const words = objectAt(message, "words")
  return {
    type, ...server, socket: idAt(message, "socket"), runtime: idAt(message, "runtime"),
    link_token: idAt(message, "link_token"), kernel: stringAt(message, "kernel"),
    resume: resume ? parseRecord(resume) : null,
    words: { lost: stringAt(words, "lost"), away: stringAt(words, "away") },
  }
}

export function parseFromWorker(text: string): FromWorker {
  const message = asObject(parseJson(text), "message")
  const type = oneOfAt(message, "type", ["found", "problem", "keep", "state", "ended"])
  switch (type) {
    case "found": return { type, kernels: listAt(message, "kernels", (one) => parseKernel(asObject(one, "kernel"))), chosen: optionalStringAt(message, "chosen") }
    case "problem": return { type, problem: oneOfAt(message, "problem", problems), detail: optionalStringAt(message, "detail") }
    case "keep": return { type, ticket: numberAt(message, "ticket"), record: parseRecord(objectAt(message, "record")) }
    case "state": return { type, state: oneOfAt(message, "state", states) }
    case "ended": return { type }
  }
}

function parseKernel(object: JsonObject): JupyterKernel {
  return {
    name: idAt(object, "name"), display_name: optionalStringAt(object, "display_name"),
    language: optionalStringAt(object, "language"),
  }
}
