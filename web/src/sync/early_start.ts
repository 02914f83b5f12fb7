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
/** Longer does nobody wait for the screen. */
const paintMs = 100

/** Looks at what comes before the page gets it. */
export interface FirstSight {
  /** Whether it is interested in more. */
  readonly wanted: boolean
  /** Whether it has drawn something that should be on the screen before anything else is done. */
  take(frame: string): boolean
}

/** Calls `then` when what was drawn just now is on the screen, soon in any case. */
function afterPaint(then: () => void): void {
  let called = false
  const once = (): void => {
    if (!called) then()
    called = true
  }
  requestAnimationFrame(() => setTimeout(once))
  setTimeout(once, paintMs)
}

/** A notebook's socket with the hello said; what comes waits for the page. */
export class EarlySocket {
  readonly client = newClientId()
  private readonly socket: WebSocket
  private readonly frames: (string | ArrayBuffer)[] = []
  private readonly stale: ReturnType<typeof setTimeout>
  private taken = false
  private paints = false
  private wake = (): void => undefined

  constructor(readonly notebook: NotebookId, private readonly sight: FirstSight | null) {
    this.socket = openWebSocket(notebook)
    this.socket.onopen = () => this.socket.send(hello(this.client, null))
    this.socket.onmessage = (event: MessageEvent<unknown>) => {
      const frame = frameIn(event)
      if (frame === null) return
      this.frames.push(frame)
      if (typeof frame === "string" && sight?.wanted && sight.take(frame)) {
        this.paints = true
        afterPaint(() => {
          this.paints = false
          this.wake()
        })
      }
      this.wake()
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
    this.wake = () => port2.postMessage(null)
    const step = (): void => {
      if (stopped || this.paints) return
      const frame = frames.shift()
      if (frame !== undefined) {
        events.received(frame)
        this.wake()
        return
      }
      // While it is looked at what comes, it comes this way.
      if (!ended && this.sight?.wanted) return
      stopped = true
      port1.close()
      if (ended) events.closed(ended.code, ended.reason)
      else tell(socket, events)
    }
    socket.onclose = (event) => {
      ended = event
      this.wake()
    }
    port1.onmessage = step
    this.wake()
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

/** Kept in this browser, so that one who comes back need not wait for the answer; the server decides all the same. */
const signedInKey = "colibri.signed_in"

function wasSignedIn(): boolean {
  try {
    return localStorage.getItem(signedInKey) !== null
  } catch {
    return false // Storage is switched off in this browser.
  }
}

function rememberSignedIn(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(signedInKey, "1")
    else localStorage.removeItem(signedInKey)
  } catch {
    // Then it is asked first each time.
  }
}

export class Early {
  private socket: EarlySocket | null = null
  private me: Promise<Response> | null

  /** Asks who is signed in, and when somebody is, or was in this browser, for the notebook. */
  constructor(notebook: NotebookId | null, sight: FirstSight | null = null) {
    const me = fetch("/api/me", {
      method: "GET", headers: { accept: "application/json" }, credentials: "same-origin", cache: "no-store",
      signal: AbortSignal.timeout(deadlineMs),
    })
    this.me = me
    setTimeout(() => {
      this.me = null
    }, staleMs)
    const open = (): void => {
      if (notebook !== null) this.socket = new EarlySocket(notebook, sight)
    }
    const expected = wasSignedIn()
    if (expected) open()
    me.then(({ ok }) => {
      if (ok !== expected) rememberSignedIn(ok)
      if (ok && !expected) open()
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
