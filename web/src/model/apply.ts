/**
 * Advances the model by one accepted record, just as the server's Document::apply does. A record
 * that fits no cell changes nothing but `seq`.
 */
import type { Transaction } from "@codemirror/state"
import type { Author, LastRun, RunStatus, SnapshotCell } from "../wire/cell"
import type { CellId, ExecutionId } from "../wire/ids"
import { WireError } from "../wire/json"
import type { Output, StreamOutput } from "../wire/output"
import type { Fact, LogRecord, TextChange } from "../wire/record"
import { binned, trimmed } from "./bin"
import { receive } from "./cell_text"
import { stamped, unstamped } from "./execution_info"
import { threadsAfter } from "./threads"
import { cellFromSnapshot, runningCell, withCell, type Cell, type NotebookState } from "./notebook_state"

type Of<T extends Fact["type"]> = Extract<Fact, { type: T }>

function assertNever(fact: never): never {
  throw new Error(`unhandled record ${JSON.stringify(fact)}`)
}

/** Pure; `record.seq` must be `state.seq + 1`. Throws a WireError when the record cannot follow. */
export function apply(state: NotebookState, record: LogRecord): NotebookState {
  const text = textChange(record)
  return applyWith(state, record, text ? textTransactions(state, text) : [])
}

/** The change of a text in a record, if there is one. */
export function textChange(record: LogRecord): TextChange | null {
  switch (record.type) {
    case "text_changed":
    case "cell_split":
    case "cells_merged": return record
    default: return null
  }
}

/** The cells that a record takes away. */
export function cellsGone(record: LogRecord): readonly CellId[] {
  return record.type === "cell_deleted" ? [record.cell]
    : record.type === "cells_merged" ? record.merged : []
}

/** What a change does to its cell's text, for the view that shows it; none without a cell. */
export function textTransactions(state: NotebookState, change: TextChange): readonly Transaction[] {
  const cell = state.cells.get(change.cell)
  return cell ? receive(cell.text, change.version, change.updates) : []
}

/** apply() of a record whose text transactions are made already. */
export function applyWith(
  state: NotebookState, record: LogRecord, transactions: readonly Transaction[],
): NotebookState {
  const text = textChange(record)
  const advanced = advance(state, record)
  const threads = threadsAfter(state.threads, record, (id) => state.cells.has(id))
  let next = threads === state.threads ? advanced : { ...advanced, threads }
  const cell = text ? next.cells.get(text.cell) : undefined
  const last = transactions.at(-1)
  if (text && cell && last) {
    const own = text.updates.filter((update) => update.client === state.client).length
    next = withCell(next, { ...cell, text: last.state, confirmed: cell.confirmed + own })
  }
  return carryOut(next, record)
}

function advance(state: NotebookState, record: LogRecord): NotebookState {
  if (record.seq !== state.seq + 1) {
    throw new WireError(`record ${record.seq} does not follow ${state.seq}`)
  }
  return { ...state, seq: record.seq }
}

function carryOut(state: NotebookState, fact: LogRecord): NotebookState {
  const { time_ms } = fact
  switch (fact.type) {
    case "text_changed":
    case "comment_added":
    case "comment_edited":
    case "comment_deleted":
    case "thread_resolved": return state // All of it was done before.
    case "cell_inserted": return insertCell(state, fact.cell, fact.after)
    case "cell_deleted": return deleteCells(state, [fact.cell], fact)
    case "cell_split":
      return state.cells.has(fact.cell) ? insertCell(state, fact.inserted, fact.cell) : state
    case "cells_merged": return mergeCells(state, fact)
    case "cell_moved": return moveCell(state, fact)
    case "cell_type_changed": return changeType(state, fact)
    case "cell_metadata_changed":
      return change(state, fact.cell, (cell) => ({ ...cell, metadata: fact.metadata }))
    case "notebook_metadata_changed": return { ...state, metadata: fact.metadata }
    case "attachments_changed":
      return change(state, fact.cell, (cell) => ({ ...cell, attachments: fact.attachments }))
    case "outputs_replaced":
      return fact.cells.reduce((next, { cell: id, ...outputs }) => change(next, id, (cell) =>
        ({ ...cell, ...outputs, clear_at_next_output: false })), state)
    case "outputs_cleared":
      return fact.cells.reduce((next, id) => change(next, id, withoutOutputs), state)
    case "runs_queued":
      return queueRuns(state, fact, time_ms, { user: fact.user, name: fact.name })
    case "run_started": return startRun(state, fact, time_ms)
    case "execution_counted":
      return change(state, fact.cell, (cell) => ({ ...cell, execution_count: fact.count }))
    case "stream_appended": return change(state, fact.cell, (cell) => appendStream(cell, fact))
    case "output_appended":
      return change(state, fact.cell, (cell) => appendOutput(cell, fact.output))
    case "output_cleared":
      return change(state, fact.cell, (cell) => fact.wait
        ? { ...cell, clear_at_next_output: true } : { ...cell, outputs: [] })
    case "display_updated": return updateDisplay(state, fact)
    case "input_requested": {
      const { execution, prompt, password } = fact
      return change(state, fact.cell, (cell) =>
        ({ ...cell, input: { execution, prompt, password } }))
    }
    case "input_answered":
      return change(state, fact.cell, (cell) => appendStream(
        { ...cell, input: null }, { name: "stdout", text: fact.echo, cut: null }))
    case "run_finished": return finishRun(state, fact, time_ms)
    case "runs_cancelled": return cancel(state, fact.cells)
    case "kernel_lost": return loseKernel(state, fact, time_ms)
    default: return assertNever(fact)
  }
}

function change(
  state: NotebookState, id: CellId, alter: (cell: Cell) => Cell,
): NotebookState {
  const cell = state.cells.get(id)
  return cell ? withCell(state, alter(cell)) : state
}

const without = (ids: readonly CellId[], id: CellId): readonly CellId[] =>
  ids.filter((other) => other !== id)

function placeAfter(order: readonly CellId[], id: CellId, after: CellId | null): readonly CellId[] {
  const found = after === null ? -1 : order.indexOf(after)
  const at = after === null ? 0 : found < 0 ? order.length : found + 1
  return [...order.slice(0, at), id, ...order.slice(at)]
}

function insertCell(
  state: NotebookState, cell: SnapshotCell, after: CellId | null,
): NotebookState {
  if (state.cells.has(cell.id)) return state
  const next = withCell(state, cellFromSnapshot(cell, state.client))
  return {
    ...next, order: placeAfter(state.order, cell.id, after),
    bin: state.bin.some(({ id }) => id === cell.id)
      ? state.bin.filter(({ id }) => id !== cell.id) : state.bin,
  }
}

/** Into the bin, one after the other. */
function deleteCells(
  state: NotebookState, ids: readonly CellId[], record: Of<"cell_deleted" | "cells_merged"> & LogRecord,
): NotebookState {
  const cells = new Map(state.cells)
  const bin = [...state.bin]
  let { order, queue } = state
  for (const id of ids) {
    const cell = cells.get(id)
    if (!cell) continue
    bin.push(binned(cell, order[order.indexOf(id) - 1] ?? null, record))
    cells.delete(id)
    order = without(order, id)
    queue = without(queue, id)
  }
  return { ...state, cells, order, queue, bin: trimmed(bin) }
}

function mergeCells(state: NotebookState, fact: Of<"cells_merged"> & LogRecord): NotebookState {
  if (!state.cells.has(fact.cell)) return state
  const { attachments } = fact
  const next = attachments
    ? change(state, fact.cell, (cell) => ({ ...cell, attachments })) : state
  return deleteCells(next, fact.merged, fact)
}

function moveCell(state: NotebookState, fact: Of<"cell_moved">): NotebookState {
  if (!state.cells.has(fact.cell)) return state
  return { ...state, order: placeAfter(without(state.order, fact.cell), fact.cell, fact.after) }
}

function changeType(state: NotebookState, fact: Of<"cell_type_changed">): NotebookState {
  const next = change(state, fact.cell, (cell) => {
    const changed = { ...cell, cell_type: fact.cell_type }
    return fact.cell_type === "code"
      ? changed : {
        ...withoutOutputs(changed), metadata: unstamped(cell.metadata), run: null, last_run: null, input: null,
      }
  })
  return fact.cell_type === "code" ? next : { ...next, queue: without(next.queue, fact.cell) }
}

function withoutOutputs(cell: Cell): Cell {
  return {
    ...cell, outputs: [], dropped_outputs: 0, clear_at_next_output: false, execution_count: null,
  }
}

function queueRuns(
  state: NotebookState, fact: Of<"runs_queued">, time_ms: number, by: Author,
): NotebookState {
  return fact.runs.reduce((next, { cell: id, execution }) => {
    const cell = next.cells.get(id)
    if (!cell || cell.run) return next
    const { lane, user_tz } = fact
    const run = { state: "queued", execution, queued_ms: time_ms, started_ms: 0, by, lane, user_tz } as const
    return { ...withCell(next, { ...cell, run }), queue: [...next.queue, id] }
  }, state)
}

function startRun(state: NotebookState, fact: Of<"run_started">, time_ms: number): NotebookState {
  return change(state, fact.cell, (cell) => cell.run?.execution !== fact.execution
    ? cell
    : {
      ...withoutOutputs(cell), last_run: null,
      run: { ...cell.run, state: "running", started_ms: time_ms },
    })
}

/** The outputs to add to: none when the kernel asked for a clean start at the next output. */
function standingOutputs(cell: Cell): readonly Output[] {
  return cell.clear_at_next_output ? [] : cell.outputs
}

function appendOutput(cell: Cell, output: Output): Cell {
  return { ...cell, outputs: [...standingOutputs(cell), output], clear_at_next_output: false }
}

function appendStream(
  cell: Cell, fact: Pick<Of<"stream_appended">, "name" | "text" | "cut">,
): Cell {
  const outputs = standingOutputs(cell)
  const last = outputs.at(-1)
  const joins = last?.output_type === "stream" && last.name === fact.name
  const stream: StreamOutput = joins
    ? last : { output_type: "stream", name: fact.name, text: "", tail: "" }
  const next = fact.cut ? appendTail(stream, fact.text, fact.cut)
    : { ...stream, text: stream.text + fact.text }
  return {
    ...cell, clear_at_next_output: false,
    outputs: [...(joins ? outputs.slice(0, -1) : outputs), next],
  }
}

function appendTail(
  stream: StreamOutput, text: string, cut: NonNullable<Of<"stream_appended">["cut"]>,
): StreamOutput {
  const tail = stream.tail + text
  return {
    ...stream, tail: tail.slice(Math.max(0, tail.length - cut.keep)),
    cut: { lines: cut.lines, bytes: cut.bytes },
  }
}

function updateDisplay(state: NotebookState, fact: Of<"display_updated">): NotebookState {
  const { data, metadata, blobs } = fact
  const shows = (output: Output): boolean =>
    "display_id" in output && output.display_id === fact.display_id
  const cells = new Map(state.cells)
  for (const cell of state.cells.values()) {
    if (!cell.outputs.some(shows)) continue
    const outputs = cell.outputs.map((output) =>
      "display_id" in output && shows(output) ? { ...output, data, metadata, blobs } : output)
    cells.set(cell.id, { ...cell, outputs })
  }
  return { ...state, cells }
}

function cancel(state: NotebookState, ids: readonly CellId[]): NotebookState {
  return ids.reduce((next, id) => {
    const cell = next.cells.get(id)
    if (cell?.run?.state !== "queued") return next
    return { ...withCell(next, { ...cell, run: null }), queue: without(next.queue, id) }
  }, state)
}

function finish(
  state: NotebookState, id: CellId, execution: ExecutionId | null,
  outcome: { status: RunStatus; reason: string; dropped_outputs?: number; time_ms: number },
): NotebookState {
  const cell = state.cells.get(id)
  const run = cell?.run
  if (!cell || !run || (execution !== null && run.execution !== execution)) return state
  const last_run: LastRun = {
    execution: run.execution, status: outcome.status, reason: outcome.reason,
    started_ms: run.started_ms, finished_ms: outcome.time_ms, by: run.by,
  }
  const dropped_outputs = outcome.dropped_outputs ?? cell.dropped_outputs
  const metadata = stamped(cell.metadata, run, last_run)
  const next = withCell(state, { ...cell, run: null, input: null, last_run, dropped_outputs, metadata })
  return { ...next, queue: without(next.queue, id) }
}

function finishRun(
  state: NotebookState, fact: Of<"run_finished">, time_ms: number,
): NotebookState {
  const { status, reason, dropped_outputs } = fact
  const next = cancel(state, fact.cancelled)
  return finish(next, fact.cell, fact.execution, { status, reason, dropped_outputs, time_ms })
}

function loseKernel(
  state: NotebookState, fact: Of<"kernel_lost">, time_ms: number,
): NotebookState {
  const next = cancel(state, fact.cancelled)
  const id = runningCell(next, fact.lane)?.id
  if (id === undefined) return next
  return finish(next, id, null, { status: "aborted", reason: fact.reason, time_ms })
}
