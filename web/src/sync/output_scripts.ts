/**
 * What scripts of outputs have to do with the kernel. Which outputs came while this page looked on, from runs of its own person: only scripts of those may speak with the
 * kernel. What a file brought and what others ran are none; what such an output was changed to later is one if the same runtime did it.
 */
import type { NotebookState } from "../model/notebook_state"
import type { LogRecord } from "../wire/record"
import { Evaluations } from "./evaluations"

export class OutputScripts {
  private readonly lanes = new WeakMap<object, string>()
  readonly evaluations = new Evaluations()

  /** Looks at a record before it is applied to `state`. */
  follow(record: LogRecord, state: NotebookState, user: string | undefined): void {
    if (record.type === "run_started") this.evaluations.forget(record.cell)
    if (record.type === "display_updated") {
      const changed = [...state.cells.values()].flatMap(({ outputs }) => outputs.filter((output) =>
        "display_id" in output && output.display_id === record.display_id))
      if (changed.every((output) => "data" in output && this.lanes.get(output.data) === record.lane)) this.lanes.set(record.data, record.lane)
      return
    }
    if (record.type !== "output_appended" || !("data" in record.output)) return
    const run = state.cells.get(record.cell)?.run
    if (run?.execution !== record.execution || run.by.user !== user) return
    this.lanes.set(record.output.data, run.lane)
  }

  /** Whose runtime made the output with this `data`, if it is such a one. */
  laneOf(data: object): string | undefined {
    return this.lanes.get(data)
  }
}
