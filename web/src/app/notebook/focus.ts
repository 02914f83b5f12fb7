/** Which cell has the keyboard: the cell as a whole, or the editor in it. One per open notebook. */
import type { CellId } from "../../wire/ids"

export type FocusMode = "cell" | "edit"

export interface FocusState {
  readonly cell: CellId | null
  readonly mode: FocusMode
  /** Counts the wishes to move the browser's focus there; a click has moved it already. */
  readonly turn: number
  /** Several cells chosen together, the one with the keyboard too; none when it is alone. */
  readonly chosen: ReadonlySet<CellId>
}

const alone: ReadonlySet<CellId> = new Set()

export class NotebookFocus {
  private current: FocusState = { cell: null, mode: "cell", turn: 0, chosen: alone }
  /** Where the choice of several began. */
  private anchor: CellId | null = null
  private readonly listeners = new Set<() => void>()
  /** What was typed for a cell that is still to come. */
  private typed = ""

  get view(): FocusState {
    return this.current
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Moves the keyboard; to a cell that does not exist yet, as soon as it does. */
  move(cell: CellId | null, mode: FocusMode): void {
    this.typed = ""
    this.set({ cell, mode, turn: this.current.turn + 1, chosen: alone })
  }

  /** Chooses all from where the choice began to `cell`, which gets the keyboard. */
  extend(cell: CellId, order: readonly CellId[]): void {
    const from = order.indexOf(this.current.chosen.size > 0 && this.anchor !== null ? this.anchor
      : this.current.cell ?? cell)
    const to = order.indexOf(cell)
    if (from < 0 || to < 0) return this.move(cell, "cell")
    this.anchor = order[from] ?? null
    const chosen = order.slice(Math.min(from, to), Math.max(from, to) + 1)
    this.set({
      cell, mode: "cell", turn: this.current.turn + 1, chosen: chosen.length > 1 ? new Set(chosen) : alone,
    })
  }

  noteTyped(text: string): void {
    this.typed = text
  }

  /** What was typed ahead, once: for the editor that takes the keyboard now. */
  takeTyped(): string {
    const text = this.typed
    this.typed = ""
    return text
  }

  /** The browser's focus went there by itself. */
  note(cell: CellId, mode: FocusMode): void {
    if (this.current.cell !== cell || this.current.mode !== mode) {
      this.set({ ...this.current, cell, mode, chosen: alone })
    }
  }

  private set(state: FocusState): void {
    this.current = state
    for (const listener of [...this.listeners]) listener()
  }
}
