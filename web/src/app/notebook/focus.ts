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

  /** Adds a cell to those that are chosen, or takes it out; it gets the keyboard, or the last that is left does. */
  toggle(cell: CellId): void {
    const chosen = new Set(this.current.chosen.size > 0 || this.current.cell === null
      ? this.current.chosen : [this.current.cell])
    if (chosen.has(cell) && chosen.size > 1) chosen.delete(cell)
    else chosen.add(cell)
    const last = chosen.has(cell) ? cell : [...chosen].at(-1) ?? cell
    this.anchor = last
    this.set({ cell: last, mode: "cell", turn: this.current.turn + 1, chosen: chosen.size > 1 ? chosen : alone })
  }

  /** Chooses all of them; the one with the keyboard keeps it. */
  chooseAll(cells: readonly CellId[]): void {
    const { cell } = this.current
    const [first] = cells
    const keyboard = cell !== null && cells.includes(cell) ? cell : first
    if (keyboard === undefined) return
    this.anchor = first ?? keyboard
    this.set({
      cell: keyboard, mode: "cell", turn: this.current.turn + 1, chosen: cells.length > 1 ? new Set(cells) : alone,
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
    if (this.current.cell !== cell || this.current.mode !== mode || this.current.chosen.size > 0) {
      this.set({ ...this.current, cell, mode, chosen: alone })
    }
  }

  /** The browser's focus came to a cell as a whole: by a drag, it may be one of several that stay chosen. */
  arrive(cell: CellId): void {
    if (!this.current.chosen.has(cell)) this.note(cell, "cell")
    else if (this.current.cell !== cell) this.set({ ...this.current, cell, mode: "cell" })
  }

  private set(state: FocusState): void {
    this.current = state
    for (const listener of [...this.listeners]) listener()
  }
}
