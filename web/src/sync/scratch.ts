/**
 * What this tab runs by itself: scratch cells, and selected parts of cells. The server keeps a small document of them for the
 * tab and nobody else (docs/protocol.md 2.9); this follows it as the notebook itself is followed.
 */
import { apply } from "../model/apply"
import { fromSnapshot, type Cell, type NotebookState } from "../model/notebook_state"
import { clientId, type CellId, type ExecutionId } from "../wire/ids"
import type { PageMessage } from "../wire/page_message"
import type { ServerMessage } from "../wire/server_message"

type Told = Extract<ServerMessage, { type: "scratch" | "scratch_snapshot" }>
type Send = (message: PageMessage) => boolean

/** Nobody types into it: its texts come whole. */
const client = clientId("scratch")
const empty: NotebookState = {
  epoch: "scratch", seq: 0, client, nbformat_minor: 5, metadata: {}, order: [], cells: new Map(), queue: [], threads: [], bin: [],
}

export class Scratch {
  private state = empty
  private readonly listeners = new Set<() => void>()

  constructor(private readonly send: Send) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** What has become of it; undefined before its first run. */
  cell(id: CellId): Cell | undefined {
    return this.state.cells.get(id)
  }

  run(cell: CellId, code: string): void {
    this.send({ type: "scratch_run", cell, code })
  }

  /** Takes it out of the queue. */
  cancel(cell: CellId): void {
    this.send({ type: "scratch_cancel", cell })
  }

  /** It is not looked at any more: its outputs go. */
  close(cell: CellId): void {
    if (this.state.cells.has(cell)) this.send({ type: "scratch_close", cell })
  }

  answer(execution: ExecutionId, value: string): void {
    this.send({ type: "scratch_answer", execution, value })
  }

  received(message: Told): void {
    if (message.type === "scratch_snapshot") {
      // A server that was started again knows nothing of them: what they put out stays, and none runs any more.
      this.state = message.snapshot ? fromSnapshot(message.snapshot, client) : withoutRuns(this.state)
    } else {
      for (const record of message.records) {
        // Of a document that was begun anew.
        if (record.seq === 1) this.state = { ...empty, cells: withoutRuns(this.state).cells }
        if (record.seq === this.state.seq + 1) this.state = apply(this.state, record)
      }
    }
    for (const listener of [...this.listeners]) listener()
  }
}

function withoutRuns(state: NotebookState): NotebookState {
  const cells = new Map([...state.cells].map(([id, cell]) => [id, { ...cell, run: null, input: null }]))
  return { ...state, seq: 0, cells, queue: [] }
}
