import type { JSX } from "react"
import { Button as AriaButton } from "react-aria-components"
import type { Cell } from "../../model/notebook_state"
import { Icon } from "../../ui/icons"
import { Tooltip } from "../../ui/Tooltip"
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
  const look = lookOf(cell)
  const words = wordsOf(cell)
  return (
    <Tooltip text={words} shortcut={cell.run ? undefined : shortcutOf("run")}>
      <AriaButton className={`n-run n-run-${look}`} aria-label={words} onPress={() => {
        focus.note(cell.id, focus.view.cell === cell.id ? focus.view.mode : "cell")
        commands.toggleRun(cell.id)
      }}>
        <span className="n-run-count" aria-hidden="true">[{cell.execution_count ?? " "}]</span>
        <span className="n-run-ring" aria-hidden="true" />
        <span className="n-run-icon"><Icon name={cell.run ? "stop" : "play"} size={18} /></span>
      </AriaButton>
    </Tooltip>
  )
}
