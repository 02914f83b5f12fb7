/** What becomes of typed text when the document is loaded anew under it. */
import { sourceOf, syncedVersion, unconfirmed } from "../model/cell_text"
import type { Cell, NotebookState } from "../model/notebook_state"
import type { CellType } from "../wire/cell"
import type { CellId } from "../wire/ids"
import type { Op } from "../wire/page_message"

/** Text that found no place in the document; the person decides. */
export interface RecoveredText {
  readonly id: CellId
  /** Where it was typed; the cell may be gone. */
  readonly cell: CellId
  readonly cell_type: CellType
  readonly source: string
  /** When, if that was before this page was opened; else 0. */
  readonly typed_ms: number
}

export function recover(cell: Cell, id: CellId): RecoveredText {
  return { id, cell: cell.id, cell_type: cell.cell_type, source: sourceOf(cell.text), typed_ms: 0 }
}

/** The command that puts the text into a cell of its own. */
export function asCell({ cell, cell_type, source }: RecoveredText, state: NotebookState, id: CellId): Op {
  const after = state.cells.has(cell) ? cell : state.order.at(-1) ?? null
  return { type: "insert_cell", cell: id, cell_type, after, source, metadata: {} }
}

/** Without those that stand in their cells after all. */
export function stillLost(
  recovered: readonly RecoveredText[], state: NotebookState,
): readonly RecoveredText[] {
  const left = recovered.filter((text) => {
    const cell = state.cells.get(text.cell)
    return !cell || sourceOf(cell.text) !== text.source
  })
  return left.length === recovered.length ? recovered : left
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
