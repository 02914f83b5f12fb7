/** What the kernel asks of the frames in which a cell's outputs stand (docs/protocol.md 2.7). */
import type { NotebookState } from "../../model/notebook_state"
import { AskFailure } from "../../sync/asks"
import type { NotebookSession } from "../../sync/session"
import type { CellId } from "../../wire/ids"
import { member } from "../../wire/json"

/** An output that the kernel has sent before it asks is here by then, or was not kept. */
const longestWaitMs = 3_000
const hiddenMs = 200

/** Until what is returned is called, scripts of the kernel are evaluated in the frame of the cell that runs. */
export function answerScripts(session: NotebookSession): () => void {
  return session.asks.register("eval_js", async (params) => {
    const script = member(params, "script")
    const shown = member(params, "shown")
    if (typeof script !== "string") throw new AskFailure("invalid", "There is no script.")
    const { state, user, inUse } = session.view
    const mark = member(params, "mark")
    const cell = !state || !user ? null : typeof mark === "string" && mark !== "" ? cellWith(state, mark) : cellThatRuns(state, user.id, inUse)
    if (cell === null) throw new AskFailure("no_cell", "No cell runs in whose frame the script could.")
    await outputsOf(session, cell, typeof shown === "number" ? shown : 0)
    await drawn()
    const { error, value } = await session.comms.scripts.evaluations.evaluate(cell, script)
    return { error, value }
  }, { exclusive: true })
}

/** The cell whose outputs have this text in them. */
function cellWith(state: NotebookState, mark: string): CellId | null {
  for (const { id, outputs } of state.cells.values()) if (JSON.stringify(outputs).includes(mark)) return id
  return null
}

/** The cell that the person runs now in this runtime. */
export function runningCell(state: NotebookState, user: string, lane: string): CellId | null {
  for (const { id, run } of state.cells.values()) if (run?.state === "running" && run.by.user === user && run.lane === lane) return id
  return null
}

/** That, else the one that did last. */
function cellThatRuns(state: NotebookState, user: string, lane: string): CellId | null {
  const now = runningCell(state, user, lane)
  if (now !== null) return now
  let last: { readonly id: CellId; readonly at: number } | null = null
  for (const { id, last_run } of state.cells.values()) {
    if (last_run?.by.user === user && last_run.finished_ms > (last?.at ?? 0)) last = { id, at: last_run.finished_ms }
  }
  return last?.id ?? null
}

/** What has come is in the cell's frame by the next picture but one; a tab that nobody sees draws none, and needs a moment. */
function drawn(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, hiddenMs)
    requestAnimationFrame(() => requestAnimationFrame(() => {
      clearTimeout(timer)
      resolve()
    }))
  })
}

function outputsOf(session: NotebookSession, cell: CellId, count: number): Promise<void> {
  const here = (): boolean =>
    (session.view.state?.cells.get(cell)?.outputs.filter((output) => "data" in output).length ?? count) >= count
  if (here()) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      silence()
      resolve()
    }
    const timer = setTimeout(end, longestWaitMs)
    const silence = session.subscribe(() => {
      if (here()) end()
    })
  })
}
