import type { JSX } from "react"
import type { Cell } from "../../model/notebook_state"
import { Icon } from "../../ui/icons"
import type { Person } from "../../wire/server_message"
import { t } from "../../words/words"
import { useNotebook, useSession } from "./context"
import { durationText } from "./duration"
import { shortcutOf } from "./registry/key_settings"

type Look = "idle" | "queued" | "running" | "failed"

function lookOf(cell: Cell): Look {
  if (cell.run) return cell.run.state
  return cell.last_run && cell.last_run.status !== "ok" ? "failed" : "idle"
}

/** Who runs or ran the cell; nothing when it is the person who sits here, or nobody knows. */
function byOther(cell: Cell, me: Person | null): string {
  const by = (cell.run ?? cell.last_run)?.by
  if (!by || by.name === "" || by.user === me?.id) return ""
  if (!cell.run) return t("cell.ran_by", { name: by.name })
  return t(cell.run.state === "running" ? "cell.runs_by" : "cell.queued_by", { name: by.name })
}

function outcomeOf(cell: Cell): string {
  const last = cell.last_run
  if (cell.run || !last || last.started_ms === 0) return ""
  const duration = durationText(last.finished_ms - last.started_ms)
  return t(last.status === "ok" ? "cell.ran_in" : "cell.failed_after", { duration })
}

function wordsOf(cell: Cell, me: Person | null): string {
  const what = t(cell.run ? cell.run.state === "running" ? "cell.stop" : "cell.cancel" : "cell.run")
  return [what, outcomeOf(cell), byOther(cell, me)].filter((part) => part !== "").join(" · ")
}

/** `[ ]` before, `[3]` after; a turning ring while it runs, a dashed one while it waits. */
export function RunButton({ cell }: { readonly cell: Cell }): JSX.Element {
  const { commands, focus, session } = useNotebook()
  const me = useSession(session, (view) => view.user)
  const words = wordsOf(cell, me)
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
