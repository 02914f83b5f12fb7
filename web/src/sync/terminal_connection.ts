/**
 * A page's end of one terminal's socket: comes back by itself, goes on where it was, and asks for no
 * more than was shown. Knows nothing of how a terminal is drawn.
 */
import { parseTerminalMessage, type TerminalMessage } from "../wire/sessions"
import type { Clock } from "./clock"

export type TerminalState = "connecting" | "online" | "ended" | "denied"

export interface TerminalScreen {
  /** Draws `bytes`, and calls `shown` when that is done. */
  readonly write: (bytes: Uint8Array, shown: () => void) => void
  /** What was shown does not go on: an empty screen. */
  readonly reset: () => void
  readonly changed: (state: TerminalState) => void
}

export interface TerminalSocketEvents {
  readonly opened: () => void
  readonly received: (data: string | ArrayBuffer) => void
  readonly closed: (code: number) => void
}
export interface TerminalSocket {
  readonly send: (data: string | Uint8Array<ArrayBuffer>) => void
  readonly close: () => void
}
export type OpenTerminalSocket = (events: TerminalSocketEvents) => TerminalSocket

export const mostPasted = 1 << 20
const mostSent = 32 << 10
const firstPauseMs = 300
const longestPauseMs = 5000

export class TerminalConnection {
  private socket: TerminalSocket | null = null
  private attached = false
  /** Up to where output has come, and was shown. */
  private place = 0
  private shown = 0
  /** Questions in what was printed before this were answered then. */
  private replayedTo = 0
  private pauseMs = firstPauseMs
  private cancelPause: (() => void) | null = null
  private stopped = false
  private current: TerminalState = "connecting"

  constructor(private readonly open: OpenTerminalSocket, private readonly clock: Clock,
    private readonly screen: TerminalScreen, private size: { columns: number; rows: number }) {}

  get state(): TerminalState {
    return this.current
  }

  start(): void {
    this.stopped = false
    this.dial()
  }

  /** Nothing is called any more. */
  stop(): void {
    this.stopped = true
    this.cancelPause?.()
    this.socket?.close()
    this.socket = null
  }

  resize(columns: number, rows: number): void {
    if (this.size.columns === columns && this.size.rows === rows) return
    this.size = { columns, rows }
    if (this.attached) this.say({ type: "resize", columns, rows })
  }

  /** Whether it went out: not while offline, nor as an answer to a question of long ago. */
  type(bytes: Uint8Array<ArrayBuffer>): boolean {
    if (!this.attached || !this.socket || this.shown < this.replayedTo) return false
    for (let at = 0; at < bytes.length; at += mostSent) this.socket.send(bytes.slice(at, at + mostSent))
    return true
  }

  private say(message: object): void {
    this.socket?.send(JSON.stringify(message))
  }

  private become(state: TerminalState): void {
    if (this.current === state) return
    this.current = state
    this.screen.changed(state)
  }

  private dial(): void {
    const socket = this.open({
      opened: () => {
        if (this.socket === socket) this.say({ type: "attach", from: this.place, ...this.size })
      },
      received: (data) => {
        if (this.socket === socket) this.take(parseTerminalMessage(data))
      },
      closed: (code) => {
        if (this.socket === socket) this.lost(code)
      },
    })
    this.socket = socket
  }

  private take(message: TerminalMessage): void {
    switch (message.type) {
      case "attached":
        this.attach(message.from, message.end)
        return this.become("online")
      case "output": return this.show(message.place, message.bytes)
      case "ended": return this.become("ended")
    }
  }

  private attach(from: number, end: number): void {
    const goesOn = this.place > 0 && from === this.place
    if (!goesOn) this.restart(from)
    this.replayedTo = goesOn ? 0 : end
    this.attached = true
    this.pauseMs = firstPauseMs
    if (!goesOn && end > from) this.askToDraw()
  }

  /**
   * What a program drew on the whole screen may not be among what is kept any more: one that is told of
   * another size draws itself anew, and of the same size nobody is told.
   */
  private askToDraw(): void {
    const { columns, rows } = this.size
    this.say({ type: "resize", columns, rows: rows > 2 ? rows - 1 : rows + 1 })
    this.say({ type: "resize", columns, rows })
  }

  private restart(place: number): void {
    this.screen.reset()
    this.place = this.shown = place
  }

  private show(place: number, bytes: Uint8Array): void {
    if (place !== this.place) this.restart(place)
    this.place = place + bytes.length
    const to = this.place
    const socket = this.socket
    this.screen.write(bytes, () => {
      if (to > this.shown) this.shown = to
      if (this.attached && this.socket === socket) this.say({ type: "taken", to })
    })
  }

  private lost(code: number): void {
    this.socket = null
    this.attached = false
    if (this.stopped || this.current === "ended") return
    if (code === 4410) return this.become("ended")
    if (code === 4401 || code === 4403 || code === 4404) return this.become("denied")
    this.become("connecting")
    this.cancelPause = this.clock.after(this.pauseMs, () => this.dial())
    this.pauseMs = Math.min(this.pauseMs * 2, longestPauseMs)
  }
}
