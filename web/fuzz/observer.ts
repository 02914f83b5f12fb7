/** Follows the log from its beginning, one record after the other, and tells the ledger what they do. */
import { apply } from "../src/model/apply"
import { sourceOf } from "../src/model/cell_text"
import { fromSnapshot, type NotebookState } from "../src/model/notebook_state"
import { clientId, type CellId } from "../src/wire/ids"
import type { JsonObject } from "../src/wire/json"
import type { LogRecord } from "../src/wire/record"
import { parseServerText } from "../src/wire/server_message"
import type { Ledger } from "./ledger"
import { observing } from "./network"

const client = clientId("t_observer")

export class Observer {
  state: NotebookState | null = null
  private readonly merged = new Set<CellId>()

  constructor(private readonly ledger: Ledger) {}

  /** What it says to a server that has just begun. */
  greeting(): readonly JsonObject[] {
    const { state } = this
    const hello = {
      type: "hello", client, protocol: 1, ...(state ? { epoch: state.epoch, seq: state.seq } : {}),
    }
    return [
      { open: observing, user: "u_1", role: "viewer" },
      { say: observing, text: JSON.stringify(hello) },
    ]
  }

  hear(text: string): void {
    const message = parseServerText(text)
    if (message.type === "snapshot") {
      if (this.state) throw new Error("a place that was seen on the disk is not known any more")
      this.state = fromSnapshot(message.snapshot, client)
    }
    if (message.type === "records") for (const record of message.records) this.follow(record)
  }

  private sourceIn(id: CellId): string {
    const cell = this.state?.cells.get(id)
    return cell ? sourceOf(cell.text) : ""
  }

  private follow(record: LogRecord): void {
    if (!this.state || record.seq <= this.state.seq) return
    switch (record.type) {
      case "cell_split":
        this.ledger.move(record.inserted.source)
        break
      case "cells_merged":
        for (const id of record.merged) {
          this.merged.add(id)
          this.ledger.move(this.sourceIn(id))
        }
        break
      case "cell_inserted":
        if (this.merged.has(record.cell.id)) this.ledger.repeat(record.cell.source)
        // Out of a revision that was restored.
        if (record.client === "") this.ledger.release(record.cell.source)
        // It was in the bin, where no deletion finds it.
        this.ledger.move(record.cell.source)
        break
      case "comment_deleted": {
        // The first one takes those behind it along, also what its author had not seen yet.
        const thread = this.state.threads.find(({ id }) => id === record.thread)
        this.ledger.excuse(thread?.comments.map(({ text }) => text).join("") ?? "")
        break
      }
      default:
        break
    }
    const before = "cell" in record && typeof record.cell === "string" ? this.sourceIn(record.cell) : ""
    this.state = apply(this.state, record)
    // The server's own: a revision that was restored.
    if (record.type === "text_changed" && record.updates.some((update) => update.client === "")) {
      this.ledger.release(before + this.sourceIn(record.cell))
    }
  }
}
