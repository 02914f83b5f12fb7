/** Where a cursor goes when somebody splits the text that it is in. */
import type { CellId } from "../wire/ids"
import type { Fact } from "../wire/record"
import type { NotebookState } from "./notebook_state"

export interface CursorMove {
  readonly from: CellId
  readonly to: CellId
  readonly place: number
}

/**
 * The way of this page's cursor in the cell, by a split that another made; null when it stays in the
 * first part. Counted from the end: what is typed here and not confirmed stands in the first part.
 */
export function cursorMove(
  before: NotebookState, after: NotebookState, split: Fact & { type: "cell_split" },
): CursorMove | null {
  const old = before.cells.get(split.cell)?.text
  const now = after.cells.get(split.cell)?.text
  if (!old || !now) return null
  const { head } = old.selection.main
  if (head <= now.doc.length) return null
  const place = Math.max(0, split.inserted.source.length - (old.doc.length - head))
  return { from: split.cell, to: split.inserted.id, place }
}
