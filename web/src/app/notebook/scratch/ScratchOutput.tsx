import { useSyncExternalStore, type JSX } from "react"
import type { Cell } from "../../../model/notebook_state"
import { Icon } from "../../../ui/icons"
import { t } from "../../../words/words"
import type { CellId } from "../../../wire/ids"
import { useNotebook, useSession } from "../context"
import { InputBox } from "../InputBox"
import { OutputArea } from "../OutputArea"
import { RunNote } from "../RunNote"

export function useScratchCell(id: CellId | undefined): Cell | undefined {
  const { session: { scratch } } = useNotebook()
  return useSyncExternalStore(scratch.subscribe, () => id === undefined ? undefined : scratch.cell(id))
}

/** What a scratch cell has put out, and what it asks for. */
export function ScratchOutput({ cell }: { readonly cell: Cell }): JSX.Element {
  const { session: { scratch } } = useNotebook()
  return (
    <>
      <OutputArea cell={cell} near withMenu own={() => scratch.close(cell.id)} />
      {cell.input && (
        <InputBox key={cell.input.execution + cell.input.prompt} input={cell.input}
          onAnswer={(execution, value) => scratch.answer(execution, value)} />
      )}
      <RunNote cell={cell} />
    </>
  )
}

/** Runs it, takes it out of the queue, or interrupts it. */
export function ScratchButton({ cell, label, onRun }: {
  readonly cell: Cell | undefined; readonly label: string; readonly onRun: () => void
}): JSX.Element {
  const { session } = useNotebook()
  const online = useSession(session, (view) => view.connection.kind === "online")
  const run = cell?.run
  const failed = !run && cell?.last_run && cell.last_run.status !== "ok"
  const words = run ? t(run.state === "running" ? "cell.stop" : "cell.cancel") : label
  return (
    <button type="button" className={`n-run n-run-${run ? run.state : failed ? "failed" : "idle"}`} aria-label={words} title={words}
      disabled={!online} onClick={() => {
        if (!run) onRun()
        else if (run.state === "queued") session.scratch.cancel(cell.id)
        else session.interrupt()
      }}>
      <span className="n-run-count" aria-hidden="true">[{cell?.execution_count ?? " "}]</span>
      <span className="n-run-ring" aria-hidden="true" />
      <span className="n-run-icon"><Icon name={run ? "stop" : "play"} size={18} /></span>
    </button>
  )
}
