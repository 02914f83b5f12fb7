import { memo, type JSX } from "react"
import { lastExecution } from "../../model/execution_info"
import { sameButText, type Cell } from "../../model/notebook_state"
import { Icon } from "../../ui/icons"
import type { Person } from "../../wire/server_message"
import { useLanguage } from "../../words/use_language"
import { formatMoment, t } from "../../words/words"
import { useNotebook } from "./context"
import { durationText } from "./duration"
import { shortcutOf } from "./registry/key_settings"
import { usePart } from "./session_parts"

type Look = "idle" | "queued" | "running" | "failed"

function lookOf(cell: Cell): Look {
  if (cell.run) return cell.run.state
  return cell.last_run && cell.last_run.status !== "ok" ? "failed" : "idle"
}

/** Who runs the cell; nothing when it is the person who sits here, or nobody knows. */
function byOther({ run }: Cell, me: Person | null): string {
  if (!run || run.by.name === "" || run.by.user === me?.id) return ""
  return t(run.state === "running" ? "cell.runs_by" : "cell.queued_by", { name: run.by.name })
}

/** When the cell ran, for whom and how long; also of a run that only the file tells of. */
function pastOf(cell: Cell): readonly string[] {
  const last = cell.run ? null : lastExecution(cell)
  if (!last) return []
  const time = formatMoment(last.finished_ms)
  const who = last.name === "" ? t("cell.executed", { time }) : t("cell.executed_by", { name: last.name, time })
  const here = cell.last_run ? [] : [t("cell.not_in_session")]
  if (last.elapsed_ms === null) return [...here, who]
  const duration = durationText(last.elapsed_ms)
  return [...here, t(last.status === "ok" ? "cell.ran_in" : "cell.failed_after", { duration }), who]
}

function wordsOf(cell: Cell, me: Person | null): string {
  const what = t(cell.run ? cell.run.state === "running" ? "cell.stop" : "cell.cancel" : "cell.run")
  return [what, ...pastOf(cell), byOther(cell, me)].filter((part) => part !== "").join(" · ")
}

/** `[ ]` before, `[3]` after; a turning ring while it runs, a dashed one while it waits. */
export const RunButton = memo(function RunButton({ cell }: { readonly cell: Cell }): JSX.Element {
  useLanguage()
  const { commands, focus, session } = useNotebook()
  const me = usePart(session, "user")
  const words = wordsOf(cell, me)
  const shortcut = cell.run ? "" : ` (${shortcutOf("run")})`
  return (
    <button type="button" className={`n-run n-run-${lookOf(cell)}`} aria-label={`${words} [${cell.execution_count ?? " "}]`}
      title={words + shortcut} onClick={() => {
        focus.note(cell.id, focus.view.cell === cell.id ? focus.view.mode : "cell")
        commands.toggleRun(cell.id)
      }}>
      <RunCount cell={cell} />
      <span className="n-run-ring" aria-hidden="true" />
      <span className="n-run-icon"><Icon name={cell.run ? "stop" : "play"} size={18} /></span>
    </button>
  )
}, (before, now) => sameButText(before.cell, now.cell))

export function RunCount({ cell }: { readonly cell: Cell }): JSX.Element {
  return <span className="n-run-count" aria-hidden="true">[{cell.execution_count ?? " "}]</span>
}
