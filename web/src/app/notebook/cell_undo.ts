/**
 * What this tab did to cells as wholes, and how each of it is taken back. Only our own: what others
 * did meanwhile stays. Text has an undo of its own, in its editor.
 */
import { isolateHistory, redo, redoDepth, undo, undoDepth } from "@codemirror/commands"
import type { EditorState, StateCommand, Transaction } from "@codemirror/state"
import { sourceOf } from "../../model/cell_text"
import { cellBefore, type NotebookState } from "../../model/notebook_state"
import type { NotebookSession } from "../../sync/session"
import type { CellType } from "../../wire/cell"
import type { CellId } from "../../wire/ids"

interface Placed {
  readonly cell: CellId
  readonly after: CellId | null
}

/** Something that was done. */
export type Step =
  | { readonly kind: "insert"; readonly cells: readonly Placed[] }
  | { readonly kind: "delete"; readonly cells: readonly Placed[] }
  | { readonly kind: "move"; readonly cell: CellId; readonly from: CellId | null }
  | { readonly kind: "convert"; readonly cell: CellId; readonly from: CellType }
  | { readonly kind: "split"; readonly cells: readonly CellId[]; readonly newlines: number }
  | {
    readonly kind: "merge"; readonly cells: readonly CellId[]; readonly newlines: number
    /** What the first cell's text got. */
    readonly added: string
  }
  | { readonly kind: "clear"; readonly cells: readonly CellId[] }
  | { readonly kind: "unclear"; readonly cells: readonly CellId[] }
  /** Texts that were changed together; how long each one's own history was then. */
  | { readonly kind: "rename" | "unrename"; readonly cells: readonly { readonly cell: CellId; readonly depth: number }[] }

export interface TextChanges {
  readonly cell: CellId
  readonly changes: readonly { readonly from: number; readonly to: number; readonly insert: string }[]
}

/** What is undone, which of the cells to go to, and whether it could be. */
export interface Undone {
  readonly kind: Step["kind"]
  readonly cell: CellId | null
  readonly done: boolean
}

const most = 100

export class CellUndo {
  private done: readonly Step[] = []
  private undone: readonly Step[] = []
  private readonly listeners = new Set<() => void>()

  constructor(private readonly session: NotebookSession) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** What undo would take back, and what redo would do again. */
  readonly next = (): Step | null => this.done.at(-1) ?? null
  readonly nextRedo = (): Step | null => this.undone.at(-1) ?? null

  did(step: Step): void {
    this.set([...this.done, step].slice(-most), [])
  }

  /** Changes the texts of several cells as one step; the history of each text has it too. */
  changeTexts(texts: readonly TextChanges[]): Step {
    for (const { cell, changes } of texts) {
      this.session.change(cell, { changes, annotations: isolateHistory.of("full"), userEvent: "rename" })
    }
    const step: Step = { kind: "rename", cells: this.depths(texts.map(({ cell }) => cell), undoDepth) }
    this.did(step)
    return step
  }

  undo(): Undone | null {
    const step = this.next()
    return step && this.takeBack(step)
  }

  /** Takes back this step, though others came after it; nothing when it was already. */
  takeBack(step: Step): Undone | null {
    if (!this.done.includes(step)) return null
    const back = this.reverse(step)
    this.set(this.done.filter((other) => other !== step), back ? [...this.undone, back] : this.undone)
    return { kind: step.kind, cell: cellOf(step), done: back !== null }
  }

  redo(): Undone | null {
    const step = this.nextRedo()
    if (!step) return null
    const back = this.reverse(step)
    this.set(back ? [...this.done, back] : this.done, this.undone.slice(0, -1))
    return { kind: back?.kind ?? step.kind, cell: cellOf(step), done: back !== null }
  }

  private set(done: readonly Step[], undone: readonly Step[]): void {
    this.done = done
    this.undone = undone
    for (const listener of [...this.listeners]) listener()
  }

  /** Does the opposite of `step`, and answers with what was done; null when it cannot be any more. */
  private reverse(step: Step): Step | null {
    const { state, writable } = this.session.view
    if (!state || !writable) return null
    switch (step.kind) {
      case "insert": return this.remove(state, step.cells)
      case "delete": return this.restore(state, step.cells)
      case "move": return this.moveBack(state, step)
      case "convert": return this.convertBack(state, step)
      case "split": return this.join(state, step)
      case "merge": return this.part(state, step)
      case "clear":
        this.session.wish({ type: "restore_outputs", cells: step.cells })
        return { ...step, kind: "unclear" }
      case "unclear":
        this.session.wish({ type: "clear_outputs", cells: step.cells })
        return { ...step, kind: "clear" }
      case "rename": return this.texts(state, step, undoDepth, undo, redoDepth, "unrename")
      case "unrename": return this.texts(state, step, redoDepth, redo, undoDepth, "rename")
    }
  }

  private depths(cells: readonly CellId[], depth: (text: EditorState) => number): { cell: CellId; depth: number }[] {
    const known = this.session.view.state?.cells
    return cells.flatMap((cell) => {
      const text = known?.get(cell)?.text
      return text ? [{ cell, depth: depth(text) }] : []
    })
  }

  /** All of them or none: only while it is the last that each text's own history has. */
  private texts(
    state: NotebookState, { cells }: Step & { kind: "rename" | "unrename" }, depth: (text: EditorState) => number,
    back: StateCommand, after: (text: EditorState) => number, kind: "rename" | "unrename",
  ): Step | null {
    const isLast = cells.every((each) => {
      const text = state.cells.get(each.cell)?.text
      return text !== undefined && depth(text) === each.depth
    })
    if (!isLast) return null
    for (const { cell } of cells) {
      this.session.change(cell, (text) => {
        let made: Transaction | null = null
        back({ state: text, dispatch: (transaction) => {
          made = transaction
        } })
        return made
      })
    }
    return { kind, cells: this.depths(cells.map(({ cell }) => cell), after) }
  }

  private remove(state: NotebookState, cells: readonly Placed[]): Step {
    const gone = cells.map(({ cell, after }) =>
      ({ cell, after: state.cells.has(cell) ? cellBefore(state, cell) : after }))
    for (const { cell } of gone) this.session.wish({ type: "delete_cell", cell })
    return { kind: "delete", cells: gone }
  }

  private restore(state: NotebookState, cells: readonly Placed[]): Step {
    const back = new Set<CellId>()
    for (const { cell, after } of cells) {
      const stands = after === null || state.cells.has(after) || back.has(after)
      this.session.wish({
        type: "restore_cell", cell, after: stands ? after : state.order.at(-1) ?? null,
      })
      back.add(cell)
    }
    return { kind: "insert", cells }
  }

  private moveBack(state: NotebookState, { cell, from }: Step & { kind: "move" }): Step | null {
    if (!state.cells.has(cell) || (from !== null && !state.cells.has(from))) return null
    const now = cellBefore(state, cell)
    this.session.wish({ type: "move_cell", cell, after: from })
    return { kind: "move", cell, from: now }
  }

  private convertBack(state: NotebookState, { cell: id, from }: Step & { kind: "convert" }): Step | null {
    const cell = state.cells.get(id)
    if (!cell || cell.cell_type === from) return null
    this.session.wish({ type: "set_cell_type", cell: id, cell_type: from })
    if (from === "code") this.session.wish({ type: "restore_outputs", cells: [id] })
    return { kind: "convert", cell: id, from: cell.cell_type }
  }

  private join(state: NotebookState, { cells, newlines }: Step & { kind: "split" }): Step | null {
    if (!cells.every((id) => state.cells.has(id))) return null
    this.session.wish({ type: "merge_cells", cells, newlines })
    return { kind: "merge", cells, newlines, added: addedBy(state, cells, newlines) }
  }

  /** Only while the added text stands as it was: else it would be lost, or stand twice. */
  private part(state: NotebookState, { cells, newlines, added }: Step & { kind: "merge" }): Step | null {
    const cell = cells[0] === undefined ? undefined : state.cells.get(cells[0])
    const source = cell ? sourceOf(cell.text) : ""
    if (!cell || !source.endsWith(added)) return null
    this.session.change(cell.id, { changes: { from: source.length - added.length, to: source.length } })
    this.restore(state, cells.slice(1).map((other, i) => ({ cell: other, after: cells[i] ?? null })))
    return { kind: "split", cells, newlines }
  }
}

/** What merging these cells adds to the first, as the server does it. */
export function addedBy(state: NotebookState, cells: readonly CellId[], newlines: number): string {
  const [first, ...rest] = cells.map((id) => {
    const cell = state.cells.get(id)
    return cell ? sourceOf(cell.text) : ""
  })
  return rest.reduce((added, source) => {
    const joins = source !== "" && !(first === "" && added === "")
    return added + (joins ? "\n".repeat(newlines) : "") + source
  }, "")
}

function cellOf(step: Step): CellId | null {
  if ("cell" in step) return step.cell
  const first = step.cells[0]
  return typeof first === "object" ? first.cell : first ?? null
}
