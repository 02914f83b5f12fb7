/**
 * A page's side of the kernel's comms: the state of its widgets, and the page's own questions, which
 * the kernel's prelude answers on the comm target `colibri`.
 */
import { pairBuffers, WidgetModels } from "../model/widget_models"
import { randomName } from "../wire/ids"
import { isObject, member, type JsonObject } from "../wire/json"
import type { Lease } from "../wire/lease"
import type { CommMessage } from "../wire/server_message"
import type { Clock } from "./clock"
import { FrameComms } from "./frame_comms"
import { OutputScripts } from "./output_scripts"

/** One message of a widget's comm. */
export interface WidgetMessage {
  readonly type: "comm_msg" | "comm_close"
  readonly id: string
  readonly data: JsonObject
  readonly buffers: readonly ArrayBuffer[]
}

type Send = (message: CommMessage, buffers: readonly ArrayBuffer[]) => boolean

const answerMs = 20_000
const mostQuestions = 16

export class Comms {
  readonly models = new WidgetModels()
  private readonly watchers = new Set<(message: WidgetMessage) => void>()
  private readonly listeners = new Set<() => void>()
  private readonly questions = new Map<string, (answer: JsonObject | null) => void>()
  private control: string | null = null
  private own: string | null = null
  private kernel = ""
  private stale = false
  /** Counts what changed about which models there are. */
  private changes = 0
  /** The kernel has told all its widgets. */
  private complete = false

  /** Those of outputs' scripts. */
  readonly frames: FrameComms
  readonly scripts = new OutputScripts()

  constructor(private readonly send: Send, private readonly clock: Clock) {
    this.frames = new FrameComms((message, buffers) => this.kernel !== "" && send(message, buffers))
  }

  get version(): number {
    return this.changes
  }

  /** True once the kernel has told all widgets that it has. */
  get told(): boolean {
    return this.complete
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Hears the messages of all widgets, after the models have taken them in. */
  readonly watch = (watcher: (message: WidgetMessage) => void): (() => void) => {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  /** Another kernel, or the same one started anew, has other widgets. */
  usesKernelOf(lease: Lease | null): void {
    const { state } = lease?.kernel ?? {}
    const kernel = lease?.state === "ready" && (state === "idle" || state === "busy") ? lease.id : ""
    if (kernel === this.kernel) {
      // After a time without connection: what was missed is told again.
      if (this.stale && kernel !== "" && this.models.size > 0) this.wantStates()
      this.stale = false
      return
    }
    this.kernel = kernel
    this.stale = false
    this.forget()
    this.models.clear()
    this.complete = false
    this.changed()
  }

  get connected(): boolean {
    return this.kernel !== ""
  }

  /** The connection is gone: what was asked is not answered, and messages may be missed. */
  disconnected(): void {
    this.forget()
    this.stale = true
    this.complete = false
  }

  private forget(): void {
    this.control = this.own = null
    this.frames.lose()
    for (const answer of [...this.questions.values()]) answer(null)
    this.questions.clear()
  }

  /** Asks the kernel for the state of all its widgets, once. */
  wantStates(): void {
    if (this.control !== null || this.kernel === "") return
    const comm = `colibri-${randomName(16)}`
    this.control = comm
    const opened = this.say("comm_open", comm, {}, { target_name: "jupyter.widget.control" }, { version: "1.0.0" })
    if (!opened || !this.say("comm_msg", comm, { method: "request_states" })) this.control = null
  }

  /** Asks the kernel's prelude; null without a kernel, or when it does not answer in time. */
  ask(what: string, about: JsonObject = {}): Promise<JsonObject | null> {
    if (this.kernel === "" || this.questions.size >= mostQuestions) return Promise.resolve(null)
    if (this.own === null) {
      const comm = `colibri-${randomName(16)}`
      if (!this.say("comm_open", comm, {}, { target_name: "colibri" })) return Promise.resolve(null)
      this.own = comm
    }
    const ask = randomName(12)
    if (!this.say("comm_msg", this.own, { ask, what, ...about })) return Promise.resolve(null)
    return new Promise((resolve) => {
      const finish = (answer: JsonObject | null): void => {
        cancel()
        this.questions.delete(ask)
        resolve(answer)
      }
      const cancel = this.clock.after(answerMs, () => finish(null))
      this.questions.set(ask, finish)
    })
  }

  /** From a view of a widget to its kernel side; only to widgets that the kernel has. */
  toWidget(id: string, data: JsonObject, buffers: readonly ArrayBuffer[]): boolean {
    if (!this.models.has(id)) return false
    if (member(data, "method") === "update") {
      const state = member(data, "state")
      const paired = pairBuffers(member(data, "buffer_paths"), buffers)
      if (isObject(state) && paired) this.models.update(id, state, paired)
    }
    return this.send({ type: "comm_msg", content: { comm_id: id, data }, metadata: {} }, buffers)
  }

  received({ type, content }: CommMessage, buffers: readonly ArrayBuffer[]): void {
    const id = member(content, "comm_id")
    if (typeof id !== "string") return
    const sent = member(content, "data")
    const data = isObject(sent) ? sent : {}
    if (id === this.own) this.answered(type, data)
    else if (id === this.control) this.controlled(type, data, buffers)
    else if (type === "comm_open") {
      if (member(content, "target_name") === "jupyter.widget") this.opened(id, data, buffers)
      else this.frames.received({ type, content, metadata: {} }, buffers)
    } else if (this.models.has(id)) this.widget({ type, id, data, buffers })
    else this.frames.received({ type, content, metadata: {} }, buffers)
  }

  private answered(type: CommMessage["type"], data: JsonObject): void {
    if (type === "comm_close") return this.forget() // An image without our prelude.
    const answer = member(data, "answer")
    if (typeof answer === "string") this.questions.get(answer)?.(data)
  }

  private opened(id: string, data: JsonObject, buffers: readonly ArrayBuffer[]): void {
    const state = member(data, "state")
    const paired = pairBuffers(member(data, "buffer_paths"), buffers)
    if (!isObject(state) || !paired) return
    this.models.open(id, state, paired)
    this.changed()
  }

  private controlled(type: CommMessage["type"], data: JsonObject, buffers: readonly ArrayBuffer[]): void {
    const states = member(data, "states")
    if (type === "comm_msg" && isObject(states)) {
      // Their paths begin with the widget's id.
      const paired = pairBuffers(member(data, "buffer_paths"), buffers) ?? []
      for (const [id, model] of Object.entries(states)) {
        const state = isObject(model) ? member(model, "state") : undefined
        if (!isObject(state)) continue
        const own = paired.filter(({ path }) => path[0] === id)
          .map(({ path, bytes }) => ({ path: path.slice(1), bytes }))
        this.models.open(id, state, own)
        const data = { method: "update", state, buffer_paths: own.map(({ path }) => [...path]) }
        this.tell({ type: "comm_msg", id, data, buffers: own.map(({ bytes }) => bytes) })
      }
    }
    if (this.control !== null && type === "comm_msg") this.say("comm_close", this.control, {})
    this.complete = true
    this.changed()
  }

  private widget(message: WidgetMessage): void {
    const { type, id, data, buffers } = message
    const method = member(data, "method")
    const state = member(data, "state")
    if (type === "comm_close") this.models.close(id)
    else if ((method === "update" || method === "echo_update") && isObject(state)) {
      const paired = pairBuffers(member(data, "buffer_paths"), buffers)
      if (!paired) return
      this.models.update(id, state, paired)
    }
    this.tell(message)
    if (type === "comm_close") this.changed()
  }

  private tell(message: WidgetMessage): void {
    for (const watcher of [...this.watchers]) watcher(message)
  }

  private changed(): void {
    this.changes += 1
    for (const listener of [...this.listeners]) listener()
  }

  private say(
    type: CommMessage["type"], comm_id: string, data: JsonObject, more: JsonObject = {}, metadata: JsonObject = {},
  ): boolean {
    return this.send({ type, content: { comm_id, data, ...more }, metadata }, [])
  }
}
