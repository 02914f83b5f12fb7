/** What becomes of typed text when the document is loaded anew under it. */
import { sourceOf, syncedVersion, unconfirmed } from "../model/cell_text"
import type { Cell, NotebookState } from "../model/notebook_state"
import type { CellType } from "../wire/cell"
import type { CellId } from "../wire/ids"

/** Text that found no place in the document; the person decides. */
export interface RecoveredText {
  readonly id: CellId
  /** Where it was typed; the cell may be gone. */
  readonly cell: CellId
  readonly cell_type: CellType
  readonly source: string
}

export function recover(cell: Cell, id: CellId): RecoveredText {
  return { id, cell: cell.id, cell_type: cell.cell_type, source: sourceOf(cell.text) }
}

/** Whether the server has all that was typed in `old`, going by what the new state says. */
function arrived(old: Cell, now: Cell | undefined, sameEpoch: boolean): boolean {
  const pending = unconfirmed(old.text).length
  if (pending === 0) return true
  if (!now) return false
  if (sourceOf(now.text) === sourceOf(old.text)) return true
  return sameEpoch && now.confirmed - old.confirmed >= pending
}

/**
 * Carries unsent text over from `old` into `fresh`: kept as it is where the server's text has not
 * moved, else handed out to be offered. `refused` are cells whose text the server would not take.
 */
export function carryOver(
  old: NotebookState, fresh: NotebookState, refused: ReadonlySet<CellId>, newId: () => CellId,
): { readonly state: NotebookState; readonly recovered: readonly RecoveredText[] } {
  const sameEpoch = old.epoch === fresh.epoch
  const cells = new Map(fresh.cells)
  const recovered: RecoveredText[] = []
  for (const before of old.cells.values()) {
    const now = cells.get(before.id)
    const kept = sameEpoch && now && !refused.has(before.id) &&
      syncedVersion(now.text) === syncedVersion(before.text)
    if (kept) cells.set(before.id, { ...now, text: before.text, confirmed: before.confirmed })
    else if (!arrived(before, now, sameEpoch)) recovered.push(recover(before, newId()))
  }
  return { state: { ...fresh, cells }, recovered }
}
