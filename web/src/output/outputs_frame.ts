/**
 * The page's side of the one frame in which all HTML and scripts of a cell's run stand. Each output that needs it keeps a
 * slot of its height in the page; the frame lies behind them, and is told how much of the page stands between.
 */
import { createContext } from "react"
import type { FrameContent, Gaps, PortFrame, Segment } from "../frame/messages"
import { readSaid, type Said } from "./frame_said"
import type { FrameHost } from "./frame_host"
import type { FrameLink } from "./frame_link"
import { HeightGate } from "./height_gate"
import type { Evaluated } from "../sync/evaluations"
import type { FromKernel } from "../sync/frame_comms"

export interface Slot {
  readonly element: HTMLElement
  readonly kind: Segment["kind"]
  readonly text: string
  readonly area: string
  /** The output's data, by which the host knows whether it may speak with the kernel. */
  readonly memory: object
  readonly onHeight: (height: number) => void
}

interface Kept {
  slot: Slot
  readonly gate: HeightGate
}

export interface FrameEdges {
  readonly head: number
  readonly tail: number
}

type Answer = (evaluated: Evaluated) => void

const gone: Evaluated = { error: true, value: '"The frame is gone."' }

export class OutputsFrame {
  private readonly slots = new Map<string, Kept>()
  private readonly listeners = new Set<() => void>()
  private readonly answers = new Map<string, Answer>()
  /** For a frame that is still loading. */
  private readonly waiting: { readonly script: string; readonly answer: Answer }[] = []
  private readonly headGate = new HeightGate()
  private readonly tailGate = new HeightGate()
  private sent = new Map<string, string>()
  private told = ""
  private named = 0
  private scheduled = false
  private holds = 0
  private link: FrameLink | null = null
  private container: HTMLElement | null = null
  private tail: HTMLElement | null = null
  /** An output that may not speak with the kernel has been in the frame: what runs in it is anybody's since. */
  private tainted = false
  edges: FrameEdges = { head: 0, tail: 0 }
  /** Where ports of the runtime are shown before the frame. */
  portFrames: readonly PortFrame[] = []
  private readonly portOrigins = new Set<string>()
  needed = false
  host: FrameHost | null = null

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Keeps a slot until what is returned is called; `update` gives it other content. */
  add(slot: Slot): { readonly update: (slot: Slot) => void; readonly remove: () => void } {
    const id = `s${++this.named}`
    this.slots.set(id, { slot, gate: new HeightGate() })
    this.need()
    this.schedule()
    return {
      update: (next) => {
        const kept = this.slots.get(id)
        if (kept) kept.slot = next
        this.schedule()
      },
      remove: () => {
        this.slots.delete(id)
        this.schedule()
      },
    }
  }

  /** Nothing more is given to the frame until what is returned is called: an output that is not ready stands before others. */
  hold(): () => void {
    this.holds += 1
    return () => {
      this.holds -= 1
      this.schedule()
    }
  }

  need(): void {
    if (this.needed) return
    this.needed = true
    this.changed()
  }

  place(container: HTMLElement, tail: HTMLElement): void {
    this.container = container
    this.tail = tail
  }

  /** What a frame that was loaded just now gets. What waited for it is evaluated then. */
  content(): FrameContent {
    this.lose()
    queueMicrotask(() => this.evaluateWaiting())
    this.tainted = false
    this.portFrames = []
    const segments = this.holds > 0 ? [] : this.ordered()
    this.sent = new Map(segments.map((segment) => [segment.id, signature(segment)]))
    const gaps = this.gaps(segments)
    this.told = JSON.stringify(gaps)
    return { kind: "outputs", segments, gaps, access: this.allowed() }
  }

  connect(link: FrameLink): void {
    this.link = link
  }

  disconnect(): void {
    this.link = null
    this.lose()
    for (const { answer } of this.waiting.splice(0)) answer(gone)
  }

  /** Tells the frame, at the next chance, what has changed. */
  readonly schedule = (): void => {
    if (this.scheduled) return
    this.scheduled = true
    queueMicrotask(() => {
      this.scheduled = false
      this.tell()
      if (this.holds === 0) this.evaluateWaiting()
    })
  }

  readonly evaluate = (script: string, answer: Answer): void => {
    this.tell() // What it looks for may have come just now.
    const id = `e${++this.named}`
    if (this.holds === 0 && this.link?.tell({ type: "evaluate", id, script })) this.answers.set(id, answer)
    else this.waiting.push({ script, answer })
  }

  private evaluateWaiting(): void {
    for (const { script, answer } of this.waiting.splice(0)) this.evaluate(script, answer)
  }

  hear(data: unknown): void {
    const said = readSaid(data)
    if (said?.type === "heights") this.resize(said)
    else if (said?.type === "evaluated") this.answered(said.id, said)
    else if (said && this.host && this.allowed()) this.carryOut(said, this.host)
  }

  /** Whether all that runs in the frame may speak with the kernel. */
  private allowed(): boolean {
    const { host } = this
    if (!host || [...this.slots.values()].some(({ slot }) => !host.allows(slot.memory))) this.tainted = true
    return !this.tainted
  }

  private carryOut(said: Said, host: FrameHost): void {
    if (said.type === "add_cell") host.addCell(said.text, said.cell_type)
    else if (said.type === "port") void this.openPort(host, said)
    else if (said.type === "port_frames") {
      this.portFrames = said.frames.filter(({ url }) => this.portOrigins.has(URL.parse(url)?.origin ?? ""))
      this.changed()
    }
    else if (said.type === "kernel") {
      const { event, id, target, data, buffers } = said
      if (event === "target") host.kernel.waitFor(this.fromKernel, target)
      else if (event !== "open") host.kernel.say(this.fromKernel, id, event, data, buffers)
      else if (!host.kernel.open(this.fromKernel, id, target, data, buffers)) {
        this.fromKernel({ event: "close", id, target: "", data: {}, buffers: [] })
      }
    }
  }

  private async openPort(host: FrameHost, { id, port }: Extract<Said, { type: "port" }>): Promise<void> {
    try {
      const origin = await host.ports.origin(port)
      this.portOrigins.add(origin)
      this.link?.tell({ type: "port", id, origin, error: "" })
    } catch (error) {
      this.link?.tell({ type: "port", id, origin: "", error: error instanceof Error ? error.message : String(error) })
    }
  }

  private readonly fromKernel = (message: FromKernel): void => {
    if (this.allowed()) this.link?.tell({ type: "kernel", ...message })
  }

  private answered(id: string, evaluated: Evaluated): void {
    const answer = this.answers.get(id)
    this.answers.delete(id)
    answer?.({ error: evaluated.error, value: evaluated.value })
  }

  private lose(): void {
    this.host?.kernel.leave(this.fromKernel)
    for (const id of [...this.answers.keys()]) this.answered(id, gone)
  }

  private resize({ head, tail, segments }: Extract<Said, { type: "heights" }>): void {
    for (const [id, height] of segments) {
      const kept = this.slots.get(id)
      const next = kept?.gate.take(height)
      if (next !== undefined && next !== null) kept?.slot.onHeight(next)
    }
    const edges = { head: this.headGate.take(head) ?? this.edges.head, tail: this.tailGate.take(tail) ?? this.edges.tail }
    if (edges.head === this.edges.head && edges.tail === this.edges.tail) return
    this.edges = edges
    this.changed()
  }

  private tell(): void {
    if (!this.link || !this.container || this.holds > 0) return
    const segments = this.ordered()
    const gaps = this.gaps(segments)
    const told = JSON.stringify(gaps)
    const put = segments.filter((segment) => this.sent.get(segment.id) !== signature(segment))
    if (put.length === 0 && told === this.told && segments.length === this.sent.size) return
    const order = segments.map(({ id }) => id)
    if (!this.link.tell({ type: "segments", put, order, gaps, access: this.allowed() })) return
    this.sent = new Map(segments.map((segment) => [segment.id, signature(segment)]))
    this.told = told
  }

  private ordered(): readonly Segment[] {
    return [...this.slots]
      .sort(([, { slot: a }], [, { slot: b }]) =>
        a.element.compareDocumentPosition(b.element) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1)
      .map(([id, { slot: { kind, text, area } }]) => ({ id, kind, text, area }))
  }

  private gaps(segments: readonly Segment[]): Gaps {
    const start = this.container?.getBoundingClientRect().top ?? 0
    let above = start + this.edges.head
    const found = segments.flatMap(({ id, area }): [string, number][] => {
      const box = this.slots.get(id)?.slot.element.getBoundingClientRect()
      if (!box || area !== "") return []
      const height = Math.max(0, Math.round(box.top - above))
      above = box.bottom
      return [[id, height]]
    })
    const end = this.tail?.getBoundingClientRect().top ?? above
    return [...found, ["", Math.max(0, Math.round(end - above))]]
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener()
  }
}

const signature = ({ kind, area, text }: Segment): string => `${kind}\n${area}\n${text}`

export const OutputsFrameContext = createContext<OutputsFrame | null>(null)

