/** One kernel of a Jupyter server over its WebSocket: until it answers, while it does, and when it is gone. */
import type { JsonObject } from "../wire/json"
import { decodeLegacy, decodeV1, encodeLegacy, encodeV1, parentOf, typeOf, v1Protocol, type KernelMessage } from "./channels"
import type { Jupyter } from "./jupyter"
import { objectIn, textIn } from "./translator"

interface KernelEvents {
  readonly message: (message: KernelMessage) => void
  /** It takes cells, for the first time or again. */
  readonly ready: (language: string) => void
  /** The server does not answer, or does so again. */
  readonly away: (away: boolean) => void
  /** There is no such kernel at the server any more. */
  readonly gone: () => void
}

const nudgeMs = 2000
const longestWaitMs = 5000

export const randomId = (): string => crypto.getRandomValues(new Uint32Array(4)).reduce((id, part) => id + part.toString(16).padStart(8, "0"), "")

export class KernelConnection {
  private socket: WebSocket | null = null
  private legacy = false
  private offersV1 = true
  private closed = false
  private isReady = false
  private isAway = false
  private answered = false
  private heardIopub = false
  private language = ""
  private readonly asked = new Set<string>()
  private waitMs = 200
  private nudge: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly jupyter: Jupyter, readonly id: string, private readonly session: string,
    private readonly events: KernelEvents,
  ) {}

  get ready(): boolean {
    return this.isReady
  }

  connect(): void {
    if (this.closed || this.socket) return
    const url = this.jupyter.channels(this.id, this.session)
    const socket = this.offersV1 ? new WebSocket(url, v1Protocol) : new WebSocket(url)
    socket.binaryType = "arraybuffer"
    this.socket = socket
    let opened = false
    socket.onopen = () => {
      opened = true
      this.legacy = socket.protocol !== v1Protocol
      this.waitMs = 200
      this.setAway(false)
      this.askAgain()
    }
    socket.onmessage = ({ data }: MessageEvent<unknown>) => this.receive(data)
    socket.onclose = () => {
      if (this.socket !== socket) return
      this.socket = null
      this.isReady = false
      clearTimeout(this.nudge)
      // A server that does not know the newer form gives no answer to it that a browser takes.
      if (!opened) this.offersV1 = !this.offersV1
      void this.lost()
    }
  }

  /** The kernel is another than before: it must answer anew. */
  renew(): void {
    this.isReady = this.answered = this.heardIopub = false
    this.askAgain()
  }

  /** Sends a request; its id, or null when there is nobody to take it. */
  request(channel: string, type: string, content: JsonObject, options: {
    readonly id?: string; readonly parent?: JsonObject; readonly metadata?: JsonObject; readonly buffers?: readonly Uint8Array[]
  } = {}): string | null {
    const { socket } = this
    if (socket?.readyState !== WebSocket.OPEN) return null
    const id = options.id ?? randomId()
    const message: KernelMessage = {
      channel, parent: options.parent ?? {}, metadata: options.metadata ?? {}, content, buffers: options.buffers ?? [], leftOut: 0,
      header: {
        msg_id: id, session: this.session, username: "colibri", date: new Date().toISOString(), msg_type: type, version: "5.3",
      },
    }
    socket.send(this.legacy ? encodeLegacy(message) : encodeV1(message))
    return id
  }

  close(): void {
    this.closed = true
    clearTimeout(this.nudge)
    const { socket } = this
    this.socket = null
    socket?.close()
  }

  /** Asks what it is until it has answered and iopub was heard: before that, what a cell prints could get lost. */
  private askAgain(): void {
    clearTimeout(this.nudge)
    if (this.closed || this.isReady || !this.socket) return
    const id = this.request("shell", "kernel_info_request", {})
    if (id !== null) this.asked.add(id)
    this.nudge = setTimeout(() => this.askAgain(), this.answered ? 100 : nudgeMs)
  }

  private receive(data: unknown): void {
    let message
    try {
      if (typeof data === "string") message = decodeLegacy(data)
      else if (data instanceof ArrayBuffer) message = this.legacy ? decodeLegacy(data) : decodeV1(data)
      else return
    } catch {
      return // One that is malformed must not take the others with it.
    }
    const ours = this.asked.has(parentOf(message))
    if (ours && message.channel === "iopub") this.heardIopub = true
    if (ours && typeOf(message) === "kernel_info_reply") {
      this.answered = true
      this.language = textIn(objectIn(message.content, "language_info"), "name")
    }
    if (!this.isReady && this.answered && this.heardIopub) {
      this.isReady = true
      this.asked.clear()
      clearTimeout(this.nudge)
      this.events.ready(this.language)
    }
    if (!ours) this.events.message(message)
  }

  private setAway(away: boolean): void {
    if (this.isAway === away) return
    this.isAway = away
    this.events.away(away)
  }

  private async lost(): Promise<void> {
    this.answered = this.heardIopub = false
    await new Promise((done) => setTimeout(done, this.waitMs))
    if (this.closed) return
    this.waitMs = Math.min(longestWaitMs, this.waitMs * 2)
    try {
      if (await this.jupyter.kernel(this.id) === null) {
        if (!this.isClosed()) this.events.gone()
        return
      }
    } catch {
      if (this.isClosed()) return
      this.setAway(true)
      return void this.lost()
    }
    this.connect()
  }

  private isClosed(): boolean {
    return this.closed
  }
}
