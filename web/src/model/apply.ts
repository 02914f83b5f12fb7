/**
 * Advances the model by one accepted record, just as the server's Document::apply does. A record
 * that fits no cell changes nothing but `seq`.
 */
import type { Transaction } from "@codemirror/state"
import type { LastRun, RunStatus } from "../wire/cell"
import type { CellId, ExecutionId } from "../wire/ids"
import { WireError } from "../wire/json"
import type { Output, StreamOutput } from "../wire/output"
import type { Fact, LogRecord } from "../wire/record"
import { receive } from "./cell_text"
import { cellFromSnapshot, withCell, type Cell, type NotebookState } from "./notebook_state"

type Of<T extends Fact["type"]> = Extract<Fact, { type: T }>

function assertNever(fact: never): never {
  throw new Error(`unhandled record ${JSON.stringify(fact)}`)
}

/** Pure; `record.seq` must be `state.seq + 1`. Throws a WireError when the record cannot follow. */
export function apply(state: NotebookState, record: LogRecord): NotebookState {
  if (record.type === "text_changed") {
    return applyText(state, record, textTransactions(state, record))
  }
  return carryOut(advance(state, record), record, record.time_ms)
}

/** What a `text_changed` does to its cell's text, for the view that shows it; none without a cell. */
export function textTransactions(
  state: NotebookState, record: Of<"text_changed">,
): readonly Transaction[] {
  const cell = state.cells.get(record.cell)
  return cell ? receive(cell.text, record.version, record.updates) : []
}

/** apply() of a `text_changed` whose transactions are made already. */
export function applyText(
  state: NotebookState, record: LogRecord & Of<"text_changed">, transactions: readonly Transaction[],
): NotebookState {
  const next = advance(state, record)
  const cell = next.cells.get(record.cell)
  const last = transactions.at(-1)
  if (!cell || !last) return next
  const own = record.updates.filter((update) => update.client === state.client).length
  return withCell(next, { ...cell, text: last.state, confirmed: cell.confirmed + own })
}

function advance(state: NotebookState, record: LogRecord): NotebookState {
  if (record.seq !== state.seq + 1) {
    throw new WireError(`record ${record.seq} does not follow ${state.seq}`)
  }
  return { ...state, seq: record.seq }
}

function carryOut(
  state: NotebookState, fact: Exclude<Fact, { type: "text_changed" }>, time_ms: number,
): NotebookState {
  switch (fact.type) {
    case "cell_inserted": return insertCell(state, fact)
    case "cell_deleted": return deleteCell(state, fact.cell)
    case "cell_moved": return moveCell(state, fact)
    case "cell_type_changed": return changeType(state, fact)
    case "cell_metadata_changed":
      return change(state, fact.cell, (cell) => ({ ...cell, metadata: fact.metadata }))
    case "notebook_metadata_changed": return { ...state, metadata: fact.metadata }
    case "outputs_cleared":
      return fact.cells.reduce((next, id) => change(next, id, withoutOutputs), state)
    case "runs_queued": return queueRuns(state, fact, time_ms)
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

function insertCell(state: NotebookState, fact: Of<"cell_inserted">): NotebookState {
  if (state.cells.has(fact.cell.id)) return state
  const next = withCell(state, cellFromSnapshot(fact.cell, state.client))
  return { ...next, order: placeAfter(state.order, fact.cell.id, fact.after) }
}

function deleteCell(state: NotebookState, id: CellId): NotebookState {
  const cells = new Map(state.cells)
  cells.delete(id)
  return { ...state, cells, order: without(state.order, id), queue: without(state.queue, id) }
}

function moveCell(state: NotebookState, fact: Of<"cell_moved">): NotebookState {
  if (!state.cells.has(fact.cell)) return state
  return { ...state, order: placeAfter(without(state.order, fact.cell), fact.cell, fact.after) }
}

function changeType(state: NotebookState, fact: Of<"cell_type_changed">): NotebookState {
  const next = change(state, fact.cell, (cell) => {
    const changed = { ...cell, cell_type: fact.cell_type }
    return fact.cell_type === "code"
      ? changed : { ...withoutOutputs(changed), run: null, last_run: null, input: null }
  })
  return fact.cell_type === "code" ? next : { ...next, queue: without(next.queue, fact.cell) }
}

function withoutOutputs(cell: Cell): Cell {
  return {
    ...cell, outputs: [], dropped_outputs: 0, clear_at_next_output: false, execution_count: null,
  }
}

function queueRuns(
  state: NotebookState, fact: Of<"runs_queued">, time_ms: number,
): NotebookState {
  return fact.runs.reduce((next, { cell: id, execution }) => {
    const cell = next.cells.get(id)
    if (!cell || cell.run) return next
    const run = { state: "queued", execution, queued_ms: time_ms, started_ms: 0 } as const
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
    started_ms: run.started_ms, finished_ms: outcome.time_ms,
  }
  const dropped_outputs = outcome.dropped_outputs ?? cell.dropped_outputs
  const next = withCell(state, { ...cell, run: null, input: null, last_run, dropped_outputs })
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
  const id = next.queue[0]
  if (id === undefined || next.cells.get(id)?.run?.state !== "running") return next
  return finish(next, id, null, { status: "aborted", reason: fact.reason, time_ms })
}
