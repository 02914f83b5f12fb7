/**
 * What scripts of outputs have to do with the kernel. Which outputs came while this page looked on, from runs of its own person: only scripts of those may speak with the
 * kernel. What a file brought, what others ran, and what a display was changed to later are none.
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
