/** Which threads of comments are listed, and in what order. */
import type { Thread } from "../wire/comment"
import type { CellId } from "../wire/ids"
import type { NotebookState } from "./notebook_state"

export const threadFilters = ["open", "resolved", "all"] as const
export type ThreadFilter = (typeof threadFilters)[number]

/** Where a thread's cell is: in the notebook, among the deleted ones that come back, or gone for good. */
export type Standing = "cell" | "bin" | "gone"

export interface ListedThread {
  readonly thread: Thread
  readonly standing: Standing
}

export function passes({ resolved }: Thread, filter: ThreadFilter): boolean {
  return filter === "all" || (resolved !== null) === (filter === "resolved")
}

export function standingOf({ cells, bin }: NotebookState, cell: CellId): Standing {
  return cells.has(cell) ? "cell" : bin.some(({ id }) => id === cell) ? "bin" : "gone"
}

/**
 * As one reads: by cell, a cell's own threads before those on parts of its text; what stands nowhere
 * comes last. `also` is listed whatever the filter says.
 */
export function listed(
  state: NotebookState, filter: ThreadFilter, also: string | null = null,
): readonly ListedThread[] {
  const rows = new Map(state.order.map((cell, row) => [cell, row]))
  const row = ({ cell }: Thread): number => rows.get(cell) ?? rows.size
  const column = ({ cell, anchor }: Thread): number => rows.has(cell) ? anchor?.from ?? -1 : 0
  return state.threads
    .filter((thread) => thread.id === also || passes(thread, filter))
    .sort((a, b) => row(a) - row(b) || column(a) - column(b))
    .map((thread) => ({ thread, standing: standingOf(state, thread.cell) }))
}

const counted = new WeakMap<readonly Thread[], ReadonlyMap<CellId, number>>()

/** How many threads that are not resolved each cell has; counted once for a list. */
export function openCounts(threads: readonly Thread[]): ReadonlyMap<CellId, number> {
  const known = counted.get(threads)
  if (known) return known
  const counts = new Map<CellId, number>()
  for (const { cell, resolved } of threads) if (!resolved) counts.set(cell, (counts.get(cell) ?? 0) + 1)
  counted.set(threads, counts)
  return counts
}
