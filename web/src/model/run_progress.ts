/** What the runtime in use does, or what ran last. Pure. */
import type { RunStatus } from "../wire/cell"
import { runningCell, type NotebookState } from "./notebook_state"

export type RunProgress =
  | {
    readonly kind: "running"
    /** 0 while it waits for the kernel. */
    readonly started_ms: number
    /** How many cells come after it. */
    readonly waiting: number
  }
  | { readonly kind: "ended"; readonly status: RunStatus; readonly started_ms: number; readonly finished_ms: number }

/** Null: nothing ran yet. */
export function runProgress(state: NotebookState, lane: string): RunProgress | null {
  const running = runningCell(state, lane)
  const queued = state.queue.filter((id) => state.cells.get(id)?.run?.lane === lane).length
  if (queued > 0) {
    return { kind: "running", started_ms: running?.run?.started_ms ?? 0, waiting: running ? queued - 1 : queued }
  }
  let last: RunProgress | null = null
  for (const { last_run: run } of state.cells.values()) {
    if (!run || run.started_ms === 0 || (last && run.finished_ms <= last.finished_ms)) continue
    last = { kind: "ended", status: run.status, started_ms: run.started_ms, finished_ms: run.finished_ms }
  }
  return last
}
