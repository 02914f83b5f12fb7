/** Scripts that the kernel wants evaluated in the frame of a cell's outputs, until that frame answers. */
import type { CellId } from "../wire/ids"

export interface Evaluated {
  /** True: `value` is what the script threw. */
  readonly error: boolean
  /** JSON. */
  readonly value: string
}

type Answer = (evaluated: Evaluated) => void
interface Asked {
  readonly script: string
  readonly answer: Answer
}
type Evaluate = (script: string, answer: Answer) => void

export class Evaluations {
  private readonly frames = new Map<CellId, Evaluate>()
  private readonly waiting = new Map<CellId, readonly Asked[]>()
  /** Cells that have been asked keep a frame, in which later scripts find what earlier ones made. */
  private readonly asked = new Set<CellId>()
  private readonly listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Whether the cell's outputs need a frame even if none of them does. */
  wants(cell: CellId): boolean {
    return this.asked.has(cell)
  }

  evaluate(cell: CellId, script: string): Promise<Evaluated> {
    return new Promise((answer) => {
      const frame = this.frames.get(cell)
      if (frame) return frame(script, answer)
      this.waiting.set(cell, [...this.waiting.get(cell) ?? [], { script, answer }])
      this.asked.add(cell)
      this.changed()
    })
  }

  /** A frame of the cell is there, until what is returned is called. */
  attach(cell: CellId, evaluate: Evaluate): () => void {
    this.frames.set(cell, evaluate)
    const waiting = this.waiting.get(cell) ?? []
    this.waiting.delete(cell)
    for (const { script, answer } of waiting) evaluate(script, answer)
    return () => {
      if (this.frames.get(cell) === evaluate) this.frames.delete(cell)
    }
  }

  /** The cell runs anew. */
  forget(cell: CellId): void {
    if (this.asked.delete(cell)) this.changed()
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener()
  }
}
