/**
 * The link to this server, as a supervisor has it (docs/protocol.md 3), over a WebSocket of this page's: numbered
 * frames are kept until they are acknowledged, and sent again after each new dial.
 */
import type { JsonObject } from "../wire/json"
import { member } from "../wire/json"
import { encodeFrame, FrameDecoder } from "./frames"
import { textIn, type LinkEvent } from "./translator"

export interface LinkSocket {
  binaryType: BinaryType
  onopen: ((event: Event) => void) | null
  onmessage: ((event: MessageEvent<unknown>) => void) | null
  onclose: ((event: CloseEvent) => void) | null
  send(bytes: Uint8Array<ArrayBuffer>): void
  close(): void
}

interface LinkEvents {
  readonly message: (message: JsonObject, buffers: readonly Uint8Array[]) => void
  /** Whether the server takes what is said now. */
  readonly open: (open: boolean) => void
  /** The server wants nothing more of it. */
  readonly over: () => void
}

export const linkProtocol = "colibri.link.v1"
const pieceBytes = 1024 * 1024
const silenceMs = 45_000
const keptLimit = 64 * 1024 * 1024
/** Signed out, no right, no such notebook. */
const forGood: ReadonlySet<number> = new Set([4401, 4403, 4404])

const numberIn = (message: JsonObject, key: string): number => {
  const value = member(message, key)
  return typeof value === "number" ? value : 0
}

export class Link {
  private socket: LinkSocket | null = null
  private open = false
  private stopped = false
  /** The number of the next frame; 0 before the first welcome, which says where to go on. */
  private next = 0
  private waiting: LinkEvent[] = []
  private readonly kept = new Map<number, Uint8Array<ArrayBuffer>>()
  private keptBytes = 0
  private waitMs = 100
  private heard = Date.now()

  constructor(
    private readonly runtime: string, private readonly token: string, private readonly events: LinkEvents,
    private readonly dialled: () => LinkSocket,
  ) {
    setInterval(() => {
      if (this.socket && Date.now() - this.heard > silenceMs) this.lost(this.socket, 0)
    }, 5000)
  }

  /** The server has been away for so long, or is so slow, that no more of the output can be kept. */
  get full(): boolean {
    return this.keptBytes > keptLimit
  }

  dial(): void {
    if (this.stopped || this.socket) return
    const socket = this.dialled()
    const decoder = new FrameDecoder()
    socket.binaryType = "arraybuffer"
    this.socket = socket
    this.heard = Date.now()
    socket.onopen = () => {
      const [oldest] = this.kept.keys()
      this.write({
        type: "hello", protocol: 1, runtime: this.runtime, token: this.token, next: this.next,
        kept: oldest ?? this.next,
      })
    }
    socket.onmessage = ({ data }) => {
      if (!(data instanceof ArrayBuffer) || this.socket !== socket) return
      this.heard = Date.now()
      for (const { message, buffers } of decoder.feed(new Uint8Array(data))) this.take(message, buffers)
    }
    socket.onclose = ({ code }) => this.lost(socket, code)
  }

  /** A numbered frame. */
  emit(event: LinkEvent): void {
    if (this.next === 0) {
      this.waiting.push(event)
      return
    }
    const n = this.next
    const bytes = encodeFrame({ ...event.message, n }, event.buffers)
      ?? encodeFrame({ type: "comm", n, message: { type: "comm_msg", content: {}, metadata: {} } })
    if (!bytes) return
    this.next += 1
    this.kept.set(n, bytes)
    this.keptBytes += bytes.length
    if (this.open) this.push(bytes)
  }

  /** An unnumbered one: lost while there is no link. */
  send(message: JsonObject): void {
    if (this.open) this.write(message)
  }

  /** Nothing more is said; what was said has at most `limitMs` to arrive. */
  async finish(limitMs: number): Promise<void> {
    const until = Date.now() + limitMs
    while (this.kept.size > 0 && !this.stopped && Date.now() < until) await new Promise((done) => setTimeout(done, 20))
    this.stop()
  }

  private stop(): void {
    this.stopped = true
    const { socket } = this
    this.socket = null
    socket?.close()
  }

  private write(message: JsonObject): void {
    const bytes = encodeFrame(message)
    if (bytes) this.push(bytes)
  }

  private push(bytes: Uint8Array<ArrayBuffer>): void {
    for (let at = 0; at < bytes.length; at += pieceBytes) this.socket?.send(bytes.subarray(at, at + pieceBytes))
  }

  private lost(socket: LinkSocket, code: number): void {
    if (this.socket !== socket) return
    this.socket = null
    this.open = false
    socket.onclose = socket.onmessage = socket.onopen = null
    socket.close()
    if (forGood.has(code)) return this.end()
    this.events.open(false)
    setTimeout(() => this.dial(), this.waitMs)
    this.waitMs = Math.min(5000, this.waitMs * 2)
  }

  private end(): void {
    if (this.stopped) return
    this.stop()
    this.events.over()
  }

  private take(message: JsonObject, buffers: readonly Uint8Array[]): void {
    switch (textIn(message, "type")) {
      case "welcome": return this.welcome(numberIn(message, "acknowledged"))
      case "refused": return this.end()
      case "ack": return this.acknowledge(numberIn(message, "n"))
      case "ping": return this.send({ type: "pong", n: numberIn(message, "n") })
      default: return this.events.message(message, buffers)
    }
  }

  private welcome(acknowledged: number): void {
    this.open = true
    this.waitMs = 100
    if (this.next === 0) this.next = acknowledged + 1
    this.acknowledge(acknowledged)
    for (const bytes of this.kept.values()) this.push(bytes)
    for (const event of this.waiting.splice(0)) this.emit(event)
    this.events.open(true)
  }

  private acknowledge(n: number): void {
    for (const [number, bytes] of this.kept) {
      if (number > n) break
      this.kept.delete(number)
      this.keptBytes -= bytes.length
    }
  }
}
