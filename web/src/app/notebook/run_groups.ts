/** Which cells "before", "below", "section" mean. Pure. */
import { sectionFrom, sectionOf } from "../../model/outline"
import type { NotebookState } from "../../model/notebook_state"
import type { CellId } from "../../wire/ids"

export type RunGroup = "before" | "after" | "section"

export function runGroup(state: NotebookState, group: RunGroup, id: CellId): readonly CellId[] {
  const at = state.order.indexOf(id)
  if (at < 0) return []
  switch (group) {
    case "before": return state.order.slice(0, at)
    case "after": return state.order.slice(at)
    case "section": {
      const head = sectionOf(state, id)
      // Before the first heading: all up to it.
      if (head === null) {
        const first = state.order.findIndex((other) => sectionOf(state, other) !== null)
        return first < 0 ? state.order : state.order.slice(0, first)
      }
      return sectionFrom(state, head) ?? []
    }
  }
}
