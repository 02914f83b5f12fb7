import "./scratch.css"
import type { JSX } from "react"
import { IconButton } from "../../../ui/Button"
import { Spinner } from "../../../ui/Spinner"
import { t } from "../../../words/words"
import type { CellId } from "../../../wire/ids"
import { useNotebook } from "../context"
import { ScratchOutput, useScratchCell } from "./ScratchOutput"

/** What the selected part of a cell has put out: below the cell, for whoever ran it, and never in the file. */
export function PartOutput({ of, id }: { readonly of: CellId; readonly id: CellId }): JSX.Element | null {
  const { session, scratch } = useNotebook()
  const cell = useScratchCell(id)
  if (!cell) return null
  const { run } = cell
  return (
    <section className="n-part" aria-label={t("part.title")}>
      <header className="n-part-head">
        {run && <Spinner size={14} />}
        <span>{t(run ? run.state === "running" ? "part.running" : "part.waits" : "part.title")}</span>
        {run && (
          <IconButton icon="stop" size={16} label={t(run.state === "running" ? "cell.stop" : "cell.cancel")}
            onPress={() => run.state === "running" ? session.interrupt() : session.scratch.cancel(id)} />
        )}
        <IconButton icon="close" size={16} label={t("part.close")} onPress={() => scratch.closePart(of)} />
      </header>
      <ScratchOutput cell={cell} />
    </section>
  )
}
