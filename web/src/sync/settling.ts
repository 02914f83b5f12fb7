/**
 * Wishes about a place in a cell's text wait here until the server has all that was typed into it:
 * only then does a place in the text mean the same there. The place moves with the text meanwhile.
 */
import { draftPlace, splitMark, syncedVersion, unconfirmed } from "../model/cell_text"
import type { Cell } from "../model/notebook_state"
import type { CellId, CommentId, ThreadId } from "../wire/ids"
import type { Op } from "../wire/page_message"

/** What to send for a settled text; null for nothing. Without the cell when that was deleted. */
type Wish = (cell: Cell | undefined) => Op | null

export class Settling {
  private readonly waiting = new Map<CellId, readonly Wish[]>()

  constructor(private readonly send: (op: Op) => void) {}

  want(id: CellId, cell: Cell | undefined, wish: Wish): void {
    this.waiting.set(id, [...this.waiting.get(id) ?? [], wish])
    this.settle(id, cell)
  }

  /** To be called whenever some of a cell's text was confirmed, and when it is gone. */
  settle(id: CellId, cell: Cell | undefined): void {
    const wishes = this.waiting.get(id)
    if (!wishes || (cell && unconfirmed(cell.text).length > 0)) return
    this.waiting.delete(id)
    for (const wish of wishes) {
      const op = wish(cell)
      if (op) this.send(op)
    }
  }

  /** What would be sent of all that waits if its text were gone. */
  get waitingOps(): readonly Op[] {
    return [...this.waiting.values()].flat().flatMap((wish) => wish(undefined) ?? [])
  }

  /** All that waits, after the document was loaded anew. */
  settleAll(cells: ReadonlyMap<CellId, Cell>): void {
    for (const id of [...this.waiting.keys()]) this.settle(id, cells.get(id))
  }
}

/** The text must have its mark. Without, it was loaded anew, and nobody knows the place any more. */
export function splitting(new_cell: CellId): Wish {
  return (cell) => {
    const at = cell ? splitMark(cell.text) : null
    return cell && at !== null
      ? { type: "split_cell", cell: cell.id, version: syncedVersion(cell.text), at, new_cell } : null
  }
}

export interface FirstComment {
  readonly thread: ThreadId
  readonly comment: CommentId
  readonly cell: CellId
  readonly text: string
}

/** On the draft's place in the text, else on the cell as a whole: what was written is never lost. */
export function commenting(first: FirstComment): Wish {
  return (cell) => ({
    type: "start_thread", ...first, version: cell ? syncedVersion(cell.text) : 0,
    anchor: cell ? draftPlace(cell.text, first.thread) : null,
  })
}
