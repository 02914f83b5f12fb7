/** The list of deleted cells, as the server keeps it; the cells themselves are there only. */
import type { BinnedCell } from "../wire/cell"
import type { CellId, UserId } from "../wire/ids"
import { sourceOf } from "./cell_text"
import type { Cell } from "./notebook_state"

const mostCells = 100
const mostUnits = 120

/** Whose record it was that deleted a cell, and when. */
interface Deletion {
  readonly user: UserId
  readonly name: string
  readonly time_ms: number
}

export function binned(cell: Cell, after: CellId | null, { user, name, time_ms }: Deletion): BinnedCell {
  const first_line = sourceOf(cell.text).replace(/^\n+/, "").split("\n", 1)[0] ?? ""
  return {
    id: cell.id, cell_type: cell.cell_type, after, outputs: cell.outputs.length,
    first_line: first_line.slice(0, mostUnits).replace(/[\uD800-\uDBFF]$/, ""),
    by: { user, name }, time_ms,
  }
}

/** Without those that the server lets go for their number. */
export function trimmed(bin: readonly BinnedCell[]): readonly BinnedCell[] {
  return bin.length > mostCells ? bin.slice(bin.length - mostCells) : bin
}
