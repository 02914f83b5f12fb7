/** An open notebook as one immutable value, as docs/protocol.md 1.1 has it. */
import type { EditorState } from "@codemirror/state"
import type {
  BinnedCell, CellType, InputRequest, LastRun, Run, Snapshot, SnapshotCell,
} from "../wire/cell"
import type { Thread } from "../wire/comment"
import type { CellId, ClientId } from "../wire/ids"
import type { JsonObject } from "../wire/json"
import type { Output } from "../wire/output"
import type { LaterOutputs } from "../wire/server_message"
import { newText } from "./cell_text"

export interface Cell {
  readonly id: CellId
  readonly cell_type: CellType
  readonly text: EditorState
  /** How many updates of this page to the text the log holds. */
  readonly confirmed: number
  readonly metadata: JsonObject
  readonly attachments: JsonObject
  readonly execution_count: number | null
  readonly outputs: readonly Output[]
  readonly dropped_outputs: number
  readonly clear_at_next_output: boolean
  readonly run: Run | null
  readonly last_run: LastRun | null
  readonly input: InputRequest | null
}

export interface NotebookState {
  readonly epoch: string
  readonly seq: number
  /** Whose updates are ours. */
  readonly client: ClientId
  readonly nbformat_minor: number
  readonly metadata: JsonObject
  readonly order: readonly CellId[]
  readonly cells: ReadonlyMap<CellId, Cell>
  /** Queued and running cells, the running one first. */
  readonly queue: readonly CellId[]
  /** Comments, in the order in which their threads began. */
  readonly threads: readonly Thread[]
  /** Deleted cells, oldest first. */
  readonly bin: readonly BinnedCell[]
}

export function cellFromSnapshot(cell: SnapshotCell, client: ClientId): Cell {
  const { source, version, confirmed, ...rest } = cell
  return {
    ...rest,
    text: newText(source, version, client),
    confirmed: Object.hasOwn(confirmed, client) ? confirmed[client] ?? 0 : 0,
  }
}

export function fromSnapshot(snapshot: Snapshot, client: ClientId): NotebookState {
  return {
    epoch: snapshot.epoch,
    seq: snapshot.seq,
    client,
    nbformat_minor: snapshot.nbformat_minor,
    metadata: snapshot.metadata,
    order: snapshot.cells.map((cell) => cell.id),
    cells: new Map(snapshot.cells.map((cell) => [cell.id, cellFromSnapshot(cell, client)])),
    queue: snapshot.queue,
    threads: snapshot.threads,
    bin: snapshot.bin,
  }
}

/** `state` with `cell` in the place of the cell of that id. */
export function withCell(state: NotebookState, cell: Cell): NotebookState {
  return { ...state, cells: new Map(state.cells).set(cell.id, cell) }
}

/** `state` with another text in one cell; itself when the cell is gone. */
export function withText(state: NotebookState, id: CellId, text: EditorState): NotebookState {
  const cell = state.cells.get(id)
  return cell && cell.text !== text ? withCell(state, { ...cell, text }) : state
}

/** `state` with what its snapshot had left out. */
export function withLaterOutputs(state: NotebookState, later: readonly LaterOutputs[]): NotebookState {
  const cells = new Map(state.cells)
  for (const { cell: id, outputs } of later) {
    const cell = cells.get(id)
    if (cell) cells.set(id, { ...cell, outputs })
  }
  return { ...state, cells }
}

/** What runs now on the runtime of `lane`. */
export function runningCell(state: NotebookState, lane: string): Cell | null {
  for (const id of state.queue) {
    const cell = state.cells.get(id)
    if (cell?.run?.state === "running" && cell.run.lane === lane) return cell
  }
  return null
}

/** Whether something runs or waits on the runtime of `lane`. */
export function isWorking(state: NotebookState | null, lane: string): boolean {
  return state?.queue.some((id) => state.cells.get(id)?.run?.lane === lane) ?? false
}

/** The highest number that a run has given a cell; 0 before the first. */
export function highestCount(state: NotebookState | null): number {
  let highest = 0
  for (const cell of state?.cells.values() ?? []) highest = Math.max(highest, cell.execution_count ?? 0)
  return highest
}

/** The cell before `id`, or null at the front: where something is put "above" it. */
export function cellBefore(state: NotebookState, id: CellId): CellId | null {
  return state.order[state.order.indexOf(id) - 1] ?? null
}

export function cellAfter(state: NotebookState, id: CellId): CellId | null {
  const at = state.order.indexOf(id)
  return at < 0 ? null : state.order[at + 1] ?? null
}

/** The language of code cells, in lower case. */
export function languageOf(state: NotebookState): string {
  for (const key of ["kernelspec", "language_info"]) {
    const info = state.metadata[key]
    if (typeof info !== "object" || info === null || Array.isArray(info)) continue
    const language = "language" in info ? info.language : "name" in info ? info.name : undefined
    if (typeof language === "string" && language !== "") return language.toLowerCase()
  }
  return "python"
}

/** Whether code cells are Python, by the language of a notebook. */
export const isPython = (language: string): boolean => language.startsWith("python") || language === "ipython"

/** Whether two states of a cell differ in its text at most, and in how much of it the log has, as they do with each key. */
export const sameButText = (a: Cell, b: Cell): boolean => a === b || isEqual({ ...a, text: null, confirmed: 0 }, { ...b, text: null, confirmed: 0 })

function isEqual(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}

/** Whether the cell's text is kept from being changed by accident, as nbformat says it. */
export const isReadOnly = (cell: Cell | undefined): boolean => cell?.metadata.editable === false
