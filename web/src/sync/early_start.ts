/**
 * What the page's first script asks of the server while the large ones are still coming: who is signed
 * in, and a notebook's socket with the hello said. early.ts takes both over; what it cannot take over is
 * asked for again.
 */
import { newClientId, type NotebookId } from "../wire/ids"
import { asSocket, frameIn, openWebSocket, tell } from "./browser_socket"
import type { OpenSocket } from "./connection"
import { hello } from "./hello"

/** What is older is not taken over: the socket is closed, who is signed in is asked again. */
const staleMs = 10_000
const deadlineMs = 30_000

/** A notebook's socket with the hello said; what comes waits for the page. */
export class EarlySocket {
  readonly client = newClientId()
  private readonly socket: WebSocket
  private readonly frames: (string | ArrayBuffer)[] = []
  private readonly stale: ReturnType<typeof setTimeout>
  private taken = false

  constructor(readonly notebook: NotebookId) {
    this.socket = openWebSocket(notebook)
    this.socket.onopen = () => this.socket.send(hello(this.client, null))
    this.socket.onmessage = (event: MessageEvent<unknown>) => {
      const frame = frameIn(event)
      if (frame !== null) this.frames.push(frame)
    }
    this.stale = setTimeout(() => this.close(), staleMs)
  }

  /** Whether it is still good for a page; it stays so for the rest of this turn. */
  get isGood(): boolean {
    return !this.taken && this.socket.readyState <= WebSocket.OPEN
  }

  close(): void {
    clearTimeout(this.stale)
    this.frames.length = 0
    asSocket(this.socket).close(1000)
  }

  /** Hands on what has come so far, each frame in a task of its own as from the network, then what comes. */
  readonly takeOver: OpenSocket = (events) => {
    this.taken = true
    clearTimeout(this.stale)
    const { socket, frames } = this
    const { port1, port2 } = new MessageChannel()
    let ended: CloseEvent | null = null
    let stopped = false
    const step = (): void => {
      if (stopped) return
      const frame = frames.shift()
      if (frame !== undefined) {
        events.received(frame)
        port2.postMessage(null)
        return
      }
      port1.close()
      if (ended) events.closed(ended.code, ended.reason)
      else tell(socket, events)
    }
    socket.onclose = (event) => {
      ended = event
    }
    port1.onmessage = step
    port2.postMessage(null)
    return {
      send: (text) => socket.send(text),
      close: (code) => {
        stopped = true
        port1.close()
        asSocket(socket).close(code)
      },
    }
  }
}

export class Early {
  private socket: EarlySocket | null = null
  private me: Promise<Response> | null

  /** Asks who is signed in, and when somebody is, for the notebook. */
  constructor(notebook: NotebookId | null) {
    const me = fetch("/api/me", {
      method: "GET", headers: { accept: "application/json" }, credentials: "same-origin", cache: "no-store",
      signal: AbortSignal.timeout(deadlineMs),
    })
    this.me = me
    setTimeout(() => {
      this.me = null
    }, staleMs)
    me.then(({ ok }) => {
      if (ok && notebook !== null) this.socket = new EarlySocket(notebook)
    }, () => undefined)
  }

  /** The answer of who is signed in, once; null when there is none to be had. */
  takeMe(): Promise<Response> | null {
    const { me } = this
    this.me = null
    return me
  }

  /** The socket to this notebook, once; one to another is closed. */
  takeSocket(notebook: NotebookId): EarlySocket | null {
    const { socket } = this
    this.socket = null
    if (!socket) return null
    if (socket.notebook === notebook && socket.isGood) return socket
    socket.close()
    return null
  }
}
