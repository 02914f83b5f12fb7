/**
 * Brings typed text to the server: one push a cell is on its way, what is typed meanwhile goes with
 * the next. The log's echo confirms it (model/cell_text.ts).
 */
import { syncedVersion, toWire, unconfirmed } from "../model/cell_text"
import type { Cell } from "../model/notebook_state"
import type { CellId } from "../wire/ids"
import type { Op } from "../wire/page_message"

/** A push is one message and takes the server a moment; what is beyond goes with the next. */
const mostUpdates = 5_000
const mostUnits = 2 ** 29

function updatesPerPush(cell: Cell): number {
  return Math.max(1, Math.min(mostUpdates, Math.floor(mostUnits / (cell.text.doc.length + 1))))
}

export class TextSync {
  /** How many of a cell's unconfirmed updates are on their way; no entry for none. */
  private sent = new Map<CellId, number>()
  private dirty = new Set<CellId>()

  constructor(private readonly send: (op: Op) => boolean) {}

  /** Cells with text that the server has not confirmed. */
  get unsent(): ReadonlySet<CellId> {
    return this.dirty
  }

  /** To be called after each change of a cell's text, by whomever. */
  changed(cell: Cell): void {
    if (unconfirmed(cell.text).length === 0) {
      this.forget(cell.id)
      return
    }
    this.dirty.add(cell.id)
    if (!this.sent.has(cell.id)) this.push(cell)
  }

  /** `count` of this page's updates to the cell were confirmed by a record. */
  confirmed(cell: Cell, count: number): void {
    const left = (this.sent.get(cell.id) ?? 0) - count
    if (left > 0) this.sent.set(cell.id, left)
    else this.sent.delete(cell.id)
    this.changed(cell)
  }

  /** Sends all that is typed now, so that a command sent next comes behind it. */
  flush(cell: Cell): void {
    if (unconfirmed(cell.text).length > (this.sent.get(cell.id) ?? 0)) this.push(cell)
  }

  /** A new socket: what was on its way may be lost, and is sent again. */
  resend(cells: Iterable<Cell>): void {
    this.sent.clear()
    for (const cell of cells) this.changed(cell)
  }

  /** The document was loaded anew: what is still unconfirmed waits to be sent again. */
  loaded(cells: ReadonlyMap<CellId, Cell>): void {
    for (const id of [...this.dirty]) {
      const cell = cells.get(id)
      if (!cell || unconfirmed(cell.text).length === 0) this.forget(id)
    }
  }

  forget(id: CellId): void {
    this.dirty.delete(id)
    this.sent.delete(id)
  }

  /**
   * All unconfirmed updates, those on their way too: `first` tells the server which it has already,
   * so that a push need not wait for the one before.
   */
  private push(cell: Cell): void {
    const updates = unconfirmed(cell.text).slice(0, updatesPerPush(cell))
    const went = this.send({
      type: "push_text", cell: cell.id, version: syncedVersion(cell.text), first: cell.confirmed,
      changes: updates.map(toWire),
    })
    if (went) this.sent.set(cell.id, updates.length)
  }
}
