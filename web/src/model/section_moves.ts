/** How a section goes to another place: cell by cell, each behind the one before. Pure. */
import type { CellId } from "../wire/ids"
import { cellBefore, type NotebookState } from "./notebook_state"
import { sectionFrom } from "./outline"

interface Move {
  readonly cell: CellId
  readonly after: CellId | null
}

/** Before the cell `next`, or at the end; none where it stands already, or would stand within itself. */
export function sectionMoves(state: NotebookState, head: CellId, next: CellId | null): readonly Move[] {
  const cells = sectionFrom(state, head)
  if (!cells || (next !== null && cells.includes(next))) return []
  const behind = next === null ? state.order.at(-1) ?? null : cellBefore(state, next)
  if (behind === cells.at(-1)) return []
  return cells.map((cell, at) => ({ cell, after: cells[at - 1] ?? behind }))
}
