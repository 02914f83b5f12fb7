/**
 * Wishes to split a cell wait here until the server has all that was typed into it: only then does a
 * place in the text mean the same there. The place moves with the text meanwhile.
 */
import { splitMark, syncedVersion, unconfirmed } from "../model/cell_text"
import type { Cell } from "../model/notebook_state"
import type { CellId } from "../wire/ids"
import type { Op } from "../wire/page_message"

export class Splits {
  private readonly waiting = new Map<CellId, CellId>()

  constructor(private readonly send: (op: Op) => void) {}

  /** The text must have its mark. */
  want(cell: Cell, newCell: CellId): void {
    this.waiting.set(cell.id, newCell)
    this.settle(cell)
  }

  /** To be called whenever some of a cell's text was confirmed. */
  settle(cell: Cell): void {
    const new_cell = this.waiting.get(cell.id)
    if (new_cell === undefined || unconfirmed(cell.text).length > 0) return
    this.waiting.delete(cell.id)
    const at = splitMark(cell.text)
    // Else the text was loaded anew, and nobody knows the place any more.
    if (at !== null) {
      this.send({ type: "split_cell", cell: cell.id, version: syncedVersion(cell.text), at, new_cell })
    }
  }
}
