/**
 * The page's side of one sandboxed frame. Content goes in by a MessagePort after the frame, known by
 * its window and nothing else, has said that it is ready. What comes out is believed in two things
 * only: a height, and a wish to open a web address. What a frame of outputs says beyond that is frame_said.ts's to read.
 */
import type {
  CommInFrame, FrameContent, FrameTheme, FromFrame, ModelInFrame, ToFrame,
} from "../frame/messages"
import { isObject, parseJson, type JsonObject } from "../wire/json"
import { HeightGate } from "./height_gate"
import { webAddress } from "./terminal"

export interface FrameEvents {
  readonly onHeight: (height: number) => void
  readonly onOpen: (url: string) => void
  /** It was loaded again and again, and gets no more content. */
  readonly onStopped: () => void
  /** Only of a frame that shows a widget. */
  readonly onComm?: (message: CommFromFrame) => void
  /** Only of a frame of outputs: anything else that it says, unread. */
  readonly onSaid?: (data: unknown) => void
}

/** A message from a widget's view in the frame, read with care. */
export interface CommFromFrame {
  readonly id: string
  readonly data: JsonObject
  readonly buffers: readonly ArrayBuffer[]
}

/** A frame is loaded again when its place in the page moves; one that does so on and on is stopped. */
const mostLoads = 12
const msBetweenOpens = 500

export class FrameLink {
  readonly #target: () => Window | null
  #content: FrameContent | (() => FrameContent)
  readonly #events: FrameEvents
  #theme: FrameTheme
  #port: MessagePort | null = null
  #gate = new HeightGate()
  #loads = 0
  #openedAt = -Infinity

  /** `target` gives the frame's window as it is now; a `content` that changes is asked for at each loading. */
  constructor(
    target: () => Window | null, content: FrameContent | (() => FrameContent), theme: FrameTheme, events: FrameEvents,
  ) {
    this.#target = target
    this.#content = content
    this.#theme = theme
    this.#events = events
  }

  /** Takes a message event of the page's window; those of others are not looked at. */
  receive(event: Pick<MessageEvent<unknown>, "source" | "data">): void {
    const target = this.#target()
    if (!target || event.source !== target || !isReady(event.data)) return
    this.#loads += 1
    this.#port?.close()
    this.#port = null
    if (this.#loads > mostLoads) {
      if (this.#loads === mostLoads + 1) this.#events.onStopped()
      return
    }
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#gate = new HeightGate()
    port1.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (this.#port !== port1) return
      const comm = this.#events.onComm ? readComm(data) : null
      if (comm) this.#events.onComm?.(comm)
      else this.#obey(readFromFrame(data), data)
    }
    const content = typeof this.#content === "function" ? this.#content() : this.#content
    const show: ToFrame = { type: "show", content, theme: this.#theme }
    // An opaque origin cannot be named; that the window is ours has just been checked.
    target.postMessage(show, "*", [port2])
  }

  /** Shows other content of the same kind in the same frame. */
  change(content: FrameContent): void {
    if (content === this.#content) return
    this.#content = content
    const show: ToFrame = { type: "show", content, theme: this.#theme }
    this.#port?.postMessage(show)
  }

  /** False when there is no frame to hear it. */
  tell(message: ToFrame): boolean {
    this.#port?.postMessage(message)
    return this.#port !== null
  }

  /** Tells a frame that shows a widget what is new. */
  tellWidget(models: readonly ModelInFrame[], comm: CommInFrame | null): void {
    const message: ToFrame = { type: "widgets", models, comm }
    this.#port?.postMessage(message)
  }

  setTheme(theme: FrameTheme): void {
    this.#theme = theme
    const message: ToFrame = { type: "theme", theme }
    this.#port?.postMessage(message)
  }

  close(): void {
    this.#port?.close()
    this.#port = null
  }

  #obey(message: FromFrame | null, said: unknown): void {
    if (!message) this.#events.onSaid?.(said)
    if (message?.type === "height") {
      const height = this.#gate.take(message.height)
      if (height !== null) this.#events.onHeight(height)
    } else if (message?.type === "open") {
      const now = performance.now()
      if (now - this.#openedAt < msBetweenOpens) return
      this.#openedAt = now
      this.#events.onOpen(message.url)
    }
  }
}

function isReady(data: unknown): boolean {
  return typeof data === "object" && data !== null && "type" in data && data.type === "colibri-frame-ready"
}

/** A message of a frame, or null when it is anything else than the two we know. */
export function readFromFrame(data: unknown): FromFrame | null {
  if (typeof data !== "object" || data === null || !("type" in data)) return null
  if (data.type === "height" && "height" in data) {
    const { height } = data
    return typeof height === "number" && Number.isFinite(height) ? { type: "height", height } : null
  }
  if (data.type === "open" && "url" in data && typeof data.url === "string") {
    const url = webAddress(data.url)
    return url === null ? null : { type: "open", url }
  }
  return null
}

const mostCommBytes = 8 * 1024 * 1024

/** What a widget's view wants to tell its kernel side; null for anything else. */
function readComm(data: unknown): CommFromFrame | null {
  if (typeof data !== "object" || data === null || !("type" in data) || data.type !== "comm") return null
  if (!("id" in data) || typeof data.id !== "string" || !("data" in data) || !("buffers" in data)) return null
  const buffers: readonly unknown[] = Array.isArray(data.buffers) ? data.buffers : []
  const bytes = buffers.filter((buffer) => buffer instanceof ArrayBuffer)
  try {
    // Through its text: what is no JSON does not come out of it.
    const text = JSON.stringify(data.data)
    const size = bytes.reduce((sum, { byteLength }) => sum + byteLength, text.length)
    if (size > mostCommBytes || bytes.length !== buffers.length) return null
    const read = parseJson(text)
    return isObject(read) ? { id: data.id, data: read, buffers: bytes } : null
  } catch {
    return null
  }
}
