/** What commands leave to the page. */
import type { CellId } from "../../wire/ids"
import type { Undone } from "./cell_undo"

/** What needs words or a question first; the page answers for it. */
export interface Shell {
  readonly cellsDeleted: (count: number, undo: () => void) => void
  readonly notUndone: (undone: Undone) => void
  readonly confirmRestart: () => void
  readonly savesByItself: () => void
  readonly comment: (cell: CellId) => void
  /** Asks for the name of a revision to be made now. */
  readonly pins: () => void
  /** The cell is another runtime's: told, for nothing can be done about it from here. */
  readonly runsElsewhere: (name: string) => void
  /** Whoever may only look wants to run these, or a runtime. */
  readonly mayNotRun: (cells: readonly CellId[]) => void
  /** Whoever may only look wants to change this one. */
  readonly mayNotEdit: (cell: CellId) => void
  /** Shows what a cell asks for beside the notebook, if it is nothing but a question for help that can be answered so. */
  readonly showsHelp?: (cell: CellId) => boolean
  /** Whether the cell is in a collapsed section. */
  readonly isHidden?: (cell: CellId) => boolean
  /** Runs a selected part of the cell by itself. */
  readonly runPart: (cell: CellId, code: string) => void
  /** Does `go`, at once or when the person trusts who wrote the notebook. */
  readonly beforeRun: (go: () => void) => void
}
