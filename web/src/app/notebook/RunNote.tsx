import type { JSX } from "react"
import type { Cell } from "../../model/notebook_state"
import { Icon } from "../../ui/icons"
import { t, type WordKey } from "../../words/words"

const reasons: ReadonlyMap<string, WordKey> = new Map<string, WordKey>([
  ["interrupted", "reason.interrupted"], ["restarted", "reason.restarted"],
  ["out_of_memory", "reason.out_of_memory"], ["kernel_died", "reason.kernel_died"],
  ["runtime_ended", "reason.runtime_ended"], ["supervisor_lost", "reason.supervisor_lost"],
  ["page_gone", "reason.page_gone"],
  ["timeout", "reason.timeout"], ["cell_deleted", "reason.cell_deleted"],
])

/** Why the cell's last run ended otherwise than by itself; nothing when it did. */
export function RunNote({ cell }: { readonly cell: Cell }): JSX.Element | null {
  const last = cell.last_run
  if (cell.run || !last || last.status === "ok") return null
  const known = reasons.get(last.reason)
  // An interrupt shows as KeyboardInterrupt already, an error as its traceback.
  const told = cell.outputs.some((output) => output.output_type === "error")
  if (!known && (last.status === "error" || told)) return null
  if (last.reason === "interrupted" && told) return null
  const grave = last.reason === "out_of_memory" || last.reason === "kernel_died"
  return (
    <p className={`n-note ${grave ? "n-note-grave" : ""}`} role="status">
      <Icon name={grave ? "error" : "info"} size={18} />
      <span>{t(known ?? "reason.aborted")}</span>
    </p>
  )
}
