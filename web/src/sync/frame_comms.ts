/** Comms that scripts of outputs open to the kernel, and those that the kernel opens for targets they wait for. */
import { randomName } from "../wire/ids"
import { member, type Json, type JsonObject } from "../wire/json"
import type { CommMessage } from "../wire/server_message"

export interface FromKernel {
  readonly event: "open" | "msg" | "close"
  /** As the frame names the comm. */
  readonly id: string
  readonly target: string
  readonly data: Json
  readonly buffers: readonly ArrayBuffer[]
}

export type Hear = (message: FromKernel) => void
type Send = (message: CommMessage, buffers: readonly ArrayBuffer[]) => boolean

interface Opened {
  readonly hear: Hear
  readonly name: string
}

const mostOfOneFrame = 256

export class FrameComms {
  /** By the names that the kernel knows. */
  private readonly comms = new Map<string, Opened>()
  private readonly targets = new Map<string, Set<Hear>>()
  private opened = 0

  constructor(private readonly send: Send) {}

  /** False when there is no kernel, or the frame has too many already. */
  open(hear: Hear, name: string, target: string, data: Json, buffers: readonly ArrayBuffer[]): boolean {
    if (this.find(hear, name) !== null || this.countOf(hear) >= mostOfOneFrame) return false
    const id = `frame-${randomName(16)}`
    this.comms.set(id, { hear, name })
    if (this.send({ type: "comm_open", content: { comm_id: id, target_name: target, data }, metadata: {} }, buffers)) return true
    this.comms.delete(id)
    return false
  }

  say(hear: Hear, name: string, event: "msg" | "close", data: Json, buffers: readonly ArrayBuffer[]): void {
    const id = this.find(hear, name)
    if (id === null) return
    const type = event === "msg" ? "comm_msg" : "comm_close"
    this.send({ type, content: { comm_id: id, data }, metadata: {} }, buffers)
    if (event === "close") this.comms.delete(id)
  }

  waitFor(hear: Hear, target: string): void {
    const waiting = this.targets.get(target) ?? new Set()
    if (this.targets.size < mostOfOneFrame) this.targets.set(target, waiting.add(hear))
  }

  received({ type, content }: CommMessage, buffers: readonly ArrayBuffer[]): void {
    const id = member(content, "comm_id")
    if (typeof id !== "string") return
    const data = member(content, "data") ?? {}
    if (type === "comm_open") return this.openedByKernel(id, content, data, buffers)
    const comm = this.comms.get(id)
    if (type === "comm_close") this.comms.delete(id)
    comm?.hear({ event: type === "comm_msg" ? "msg" : "close", id: comm.name, target: "", data, buffers })
  }

  /** The frame is gone: the kernel is told that its comms are. */
  leave(hear: Hear): void {
    for (const waiting of this.targets.values()) waiting.delete(hear)
    for (const [, { name }] of [...this.comms].filter(([, comm]) => comm.hear === hear)) this.say(hear, name, "close", {}, [])
  }

  /** The kernel is gone, and all comms with it. */
  lose(): void {
    for (const [id, { hear, name }] of [...this.comms]) {
      this.comms.delete(id)
      hear({ event: "close", id: name, target: "", data: {}, buffers: [] })
    }
  }

  private openedByKernel(id: string, content: JsonObject, data: Json, buffers: readonly ArrayBuffer[]): void {
    const target = member(content, "target_name")
    if (typeof target !== "string") return
    // One comm has one end: the frame that came last.
    const hear = [...this.targets.get(target) ?? []].at(-1)
    if (!hear || this.countOf(hear) >= mostOfOneFrame) return
    const name = `k${++this.opened}`
    this.comms.set(id, { hear, name })
    hear({ event: "open", id: name, target, data, buffers })
  }

  private countOf(hear: Hear): number {
    let count = 0
    for (const comm of this.comms.values()) count += comm.hear === hear ? 1 : 0
    return count
  }

  private find(hear: Hear, name: string): string | null {
    for (const [id, comm] of this.comms) if (comm.hear === hear && comm.name === name) return id
    return null
  }
}
