import type { JSX } from "react"
import type { Cell } from "../../model/notebook_state"
import { Icon } from "../../ui/icons"
import { t } from "../../words/words"
import { useNotebook } from "./context"
import { durationText } from "./duration"
import { shortcutOf } from "./keys"

type Look = "idle" | "queued" | "running" | "failed"

function lookOf(cell: Cell): Look {
  if (cell.run) return cell.run.state
  return cell.last_run && cell.last_run.status !== "ok" ? "failed" : "idle"
}

function wordsOf(cell: Cell): string {
  if (cell.run) return t(cell.run.state === "running" ? "cell.stop" : "cell.cancel")
  const last = cell.last_run
  if (!last || last.started_ms === 0) return t("cell.run")
  const duration = durationText(last.finished_ms - last.started_ms)
  const outcome = t(last.status === "ok" ? "cell.ran_in" : "cell.failed_after", { duration })
  return `${t("cell.run")} · ${outcome}`
}

/** `[ ]` before, `[3]` after; a turning ring while it runs, a dashed one while it waits. */
export function RunButton({ cell }: { readonly cell: Cell }): JSX.Element {
  const { commands, focus } = useNotebook()
  const words = wordsOf(cell)
  const shortcut = cell.run ? "" : ` (${shortcutOf("run")})`
  return (
    <button type="button" className={`n-run n-run-${lookOf(cell)}`} aria-label={words}
      title={words + shortcut} onClick={() => {
        focus.note(cell.id, focus.view.cell === cell.id ? focus.view.mode : "cell")
        commands.toggleRun(cell.id)
      }}>
      <RunCount cell={cell} />
      <span className="n-run-ring" aria-hidden="true" />
      <span className="n-run-icon"><Icon name={cell.run ? "stop" : "play"} size={18} /></span>
    </button>
  )
}

export function RunCount({ cell }: { readonly cell: Cell }): JSX.Element {
  return <span className="n-run-count" aria-hidden="true">[{cell.execution_count ?? " "}]</span>
}
