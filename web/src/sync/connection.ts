/**
 * A socket to one notebook that comes back by itself: opens, says hello, notices silence, waits
 * longer after each failure. It knows no document; what it reads goes to its owner.
 */
import { WireError } from "../wire/json"
import { commFrame } from "../wire/page_comm"
import type { PageMessage } from "../wire/page_message"
import { parseServerBinary, parseServerText, type CommMessage, type ServerMessage } from "../wire/server_message"
import type { ClientId } from "../wire/ids"
import type { Clock } from "./clock"
import { hello, type Position } from "./hello"

export interface Socket {
  send(text: string): void
  /** Only what goes to a kernel's comms has bytes. */
  sendBytes?(frame: ArrayBuffer): void
  close(code?: number): void
}

export interface SocketEvents {
  /** Asks for the hello: not called for a socket that has said it. */
  readonly opened: () => void
  readonly received: (frame: string | ArrayBuffer) => void
  readonly closed: (code: number, reason: string) => void
}

/** Opens a socket; must call `closed` exactly once, also when opening failed. */
export type OpenSocket = (events: SocketEvents) => Socket

/** Why a connection stays closed. */
export type Ending = "signed_out" | "denied" | "not_found" | "reload_page"

/** `online` is from the server's welcome on. */
export type ConnectionState =
  | { readonly kind: "connecting" }
  | { readonly kind: "online" }
  | { readonly kind: "offline"; readonly retry_ms: number }
  | { readonly kind: "ended"; readonly ending: Ending; readonly detail: string }

export interface ConnectionOwner {
  readonly client: ClientId
  /** Where to go on from, or null for a fresh snapshot. */
  readonly resumeFrom: () => Position | null
  /** May throw a WireError: then the connection starts anew. */
  readonly received: (message: ServerMessage) => void
  readonly changed: (state: ConnectionState) => void
  /** Asked after a handshake failed, which a browser does not explain: what does HTTP say? */
  readonly probe: () => Promise<Ending | null>
}

const endings: ReadonlyMap<number, Ending> = new Map([
  [4401, "signed_out"], [4403, "denied"], [4404, "not_found"], [4409, "reload_page"],
])

const firstRetryMs = 500
const lastRetryMs = 15_000
const pingEveryMs = 15_000
const silenceMs = 40_000
/** Looks at the clock so often; when it went on much further, the computer was asleep. */
const tickMs = 5_000
const sleptMs = 15_000
/** How long a socket that may be dead has for a word. */
const proofMs = 4_000

export class Connection {
  private socket: Socket | null = null
  private attempt = 0
  private lastHeardMs = 0
  private lastPingMs = 0
  /** The last ping whose answer came. */
  private answered = 0
  /** How many frames came. */
  private heard = 0
  private cancelProof: () => void = () => undefined
  private pings = 0
  private cancelTimer: () => void = () => undefined
  private state: ConnectionState = { kind: "connecting" }
  /** Counts sockets, so that a late word of an old one is not taken for the new one's. */
  private generation = 0

  constructor(
    private readonly open: OpenSocket,
    private readonly owner: ConnectionOwner,
    private readonly clock: Clock,
  ) {}

  /** Opens now; a waiting retry is cut short. Does nothing while a socket is open. */
  start(): void {
    if (this.socket || this.state.kind === "ended") return
    this.cancelTimer()
    const generation = ++this.generation
    const current = (): boolean => generation === this.generation
    let welcomed = false
    this.set({ kind: "connecting" })
    this.lastHeardMs = this.lastPingMs = this.clock.now()
    this.socket = this.open({
      opened: () => current() && this.sayHello(),
      received: (frame) => {
        if (!current()) return
        this.lastHeardMs = this.clock.now()
        this.heard += 1
        welcomed = this.hear(frame) || welcomed
      },
      closed: (code, reason) => current() && this.lost(code, reason, welcomed),
    })
    this.watch()
  }

  /**
   * The network may be another now (the computer woke, the window is looked at again): opens at once
   * what is closed, and gives up a socket that does not say a word soon.
   */
  wake(): void {
    if (!this.socket) return this.start()
    if (this.state.kind === "online") {
      this.ping()
      this.prove(this.pings)
    } else this.prove(null)
  }

  /** Until ping `n` is answered something must come; what was on its way before proves nothing. */
  private prove(n: number | null): void {
    const { heard } = this
    this.cancelProof()
    this.cancelProof = this.clock.after(proofMs, () => {
      if (!this.socket || (n !== null && this.answered >= n)) return
      if (this.heard === heard) {
        this.drop()
        this.start()
      } else if (n !== null) this.prove(n)
    })
  }

  /** Ends for good. */
  stop(): void {
    this.drop()
    this.cancelTimer()
  }

  /** Begins again after an ending that is mended: somebody signed in anew. */
  revive(): void {
    this.drop()
    this.state = { kind: "connecting" }
    this.start()
  }

  /** The owner took in what the server had to say: the next failure is a first one again. */
  settled(): void {
    this.attempt = 0
  }

  /** The owner could not take in what came: it begins anew after a wait that grows. */
  fail(reason: string): void {
    if (this.state.kind === "ended") return
    console.warn("Colibri: the connection begins anew:", reason)
    this.drop()
    this.retryLater()
  }

  /** Whether it went out; nothing is kept for later. */
  send(message: PageMessage): boolean {
    if (!this.socket || this.state.kind !== "online") return false
    this.socket.send(JSON.stringify(message))
    return true
  }

  /** A message to a comm of the kernel; whether it went out. */
  sendComm(message: CommMessage, buffers: readonly ArrayBuffer[]): boolean {
    const frame = this.state.kind === "online" ? commFrame(message, buffers) : null
    if (!this.socket || frame === null) return false
    if (typeof frame === "string") this.socket.send(frame)
    else this.socket.sendBytes?.(frame)
    return true
  }

  private set(state: ConnectionState): void {
    this.state = state
    this.owner.changed(state)
  }

  private drop(): void {
    this.generation += 1
    this.socket?.close(1000)
    this.socket = null
    this.cancelTimer()
    this.cancelProof()
  }

  private sayHello(): void {
    this.socket?.send(hello(this.owner.client, this.owner.resumeFrom()))
  }

  /** Whether it was the welcome. */
  private hear(frame: string | ArrayBuffer): boolean {
    try {
      const message = typeof frame === "string" ? parseServerText(frame) : parseServerBinary(frame)
      if (message.type === "welcome") this.set({ kind: "online" })
      if (message.type === "pong") this.answered = message.n
      else this.owner.received(message)
      return message.type === "welcome"
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.fail(error.message)
      return false
    }
  }

  private lost(code: number, detail: string, welcomed: boolean): void {
    this.drop()
    const ending = endings.get(code)
    if (ending) {
      this.set({ kind: "ended", ending, detail })
      return
    }
    this.retryLater()
    if (welcomed) return
    const generation = this.generation
    void this.owner.probe().then((found) => {
      if (found === null || generation !== this.generation) return
      this.drop()
      this.set({ kind: "ended", ending: found, detail: "" })
    }, () => undefined)
  }

  private retryLater(): void {
    const wait = Math.min(lastRetryMs, firstRetryMs * 2 ** this.attempt)
    this.attempt += 1
    // Spread out, so that a server that comes back is not met by everybody at once.
    const retry_ms = Math.round(wait * (0.75 + Math.random() * 0.5))
    this.set({ kind: "offline", retry_ms })
    this.cancelTimer = this.clock.after(retry_ms, () => this.start())
  }

  private ping(): void {
    this.lastPingMs = this.clock.now()
    this.send({ type: "ping", n: ++this.pings })
  }

  private watch(): void {
    const before = this.clock.now()
    this.cancelTimer = this.clock.after(tickMs, () => {
      const now = this.clock.now()
      if (now - before > sleptMs) this.wake()
      else if (now - this.lastHeardMs > silenceMs) {
        this.drop()
        this.retryLater()
        return
      } else if (now - this.lastPingMs >= pingEveryMs) this.ping()
      if (this.socket) this.watch()
    })
  }
}
