import { useState, type JSX } from "react"
import type { DiffLayout } from "../../editor/diff"
import { canonical, type CellDiff as Diff } from "../../model/revision_diff"
import { CellOutputs } from "../../output/CellOutputs"
import type { RevisionCell, RevisionOutputs } from "../../wire/history"
import type { NotebookId } from "../../wire/ids"
import { t } from "../../words/words"
import { Button } from "../Button"
import { Icon } from "../icons"
import { Spinner } from "../Spinner"
import { DiffText } from "./DiffText"

/** The outputs of a cell in one of the two versions; null: it has none. */
export type LoadOutputs = (side: "before" | "after", cell: RevisionCell) => Promise<RevisionOutputs | null>

export type Layout = Exclude<DiffLayout, "single">

interface CellDiffProps {
  readonly diff: Diff
  readonly layout: Layout
  readonly notebookId: NotebookId
  readonly loadOutputs: LoadOutputs
  /** The cell is shown as it is, without a word on what became of it. */
  readonly plain?: boolean
}

/** One cell in two versions, with words on what became of it. */
export function CellDiff({ diff, layout, notebookId, loadOutputs, plain = false }: CellDiffProps): JSX.Element | null {
  const { before, after } = diff
  const cell = after ?? before
  if (!cell) return null
  const changed = before !== null && after !== null && diff.text
  return (
    <div role="group" className={`h-cell h-cell-${plain ? "same" : diff.fate}`}
      aria-label={t("diff.cell", { what: t(`diff.fate.${diff.fate}`) })}>
      {!plain && <Marks diff={diff} cell={cell} />}
      {cell.source === "" && !changed ? <p className="h-empty">{t("diff.empty_cell")}</p> : (
        <DiffText layout={changed ? layout : "single"} before={before?.source ?? ""} after={cell.source}
          cellType={cell.cell_type} />
      )}
      {diff.metadata && before && after && (
        <Fold label={t("diff.metadata")}>
          <DiffText layout={layout} before={canonical(before.metadata, 2)} after={canonical(after.metadata, 2)}
            cellType={null} />
        </Fold>
      )}
      {(diff.outputs === "changed" || plain || diff.fate === "added" || diff.fate === "deleted") &&
        <Outputs diff={diff} notebookId={notebookId} loadOutputs={loadOutputs} />}
    </div>
  )
}

function Marks({ diff, cell }: { readonly diff: Diff; readonly cell: RevisionCell }): JSX.Element {
  const words = [
    ...(diff.fate === "added" || diff.fate === "deleted" ? [t(`diff.fate.${diff.fate}`)] : []),
    ...(diff.text ? [t("diff.fate.changed")] : []),
    ...(diff.moved ? [t("diff.moved")] : []),
    ...(diff.type ? [t("diff.type", { type: t(`diff.type.${cell.cell_type}`) })] : []),
    ...(diff.attachments ? [t("diff.attachments")] : []),
    ...(diff.outputs === "changed" ? [t("diff.outputs")] : []),
  ]
  const ran = diff.before?.running === true || diff.after?.running === true
  return (
    <p className="h-marks">
      <Icon name={cell.cell_type === "code" ? "code" : "text"} size={16} />
      {words.map((word) => <span key={word} className="h-mark">{word}</span>)}
      {ran && <span className="h-mark-note">{t("diff.running")}</span>}
    </p>
  )
}

interface FoldProps {
  readonly label: string
  readonly children: JSX.Element
}

/** Something that few want to see: behind a press. */
export function Fold({ label, children }: FoldProps): JSX.Element {
  const [open, setOpen] = useState(false)
  return (
    <div className="h-fold">
      <Button variant="plain" size="small" icon={open ? "chevron_down" : "chevron_right"}
        aria-expanded={open} onPress={() => setOpen(!open)}>{label}</Button>
      {open && children}
    </div>
  )
}

type Side = RevisionOutputs | null

function Outputs({ diff, notebookId, loadOutputs }: Pick<CellDiffProps, "diff" | "notebookId" | "loadOutputs">): JSX.Element | null {
  const { before, after } = diff
  const [open, setOpen] = useState(false)
  const [sides, setSides] = useState<{ readonly before: Side; readonly after: Side } | null>(null)
  const hasAny = (before?.outputs ?? "") !== "" || (after?.outputs ?? "") !== ""
  if (!hasAny) return null
  const load = async (): Promise<void> => {
    setOpen(true)
    if (sides) return
    const [was, is] = await Promise.all([
      before && before !== after ? loadOutputs("before", before) : null,
      after ? loadOutputs("after", after) : null,
    ])
    setSides({ before: was, after: is })
  }
  const both = before !== null && after !== null && diff.outputs === "changed"
  return (
    <div className="h-fold">
      <Button variant="plain" size="small" icon={open ? "chevron_down" : "chevron_right"} aria-expanded={open}
        onPress={() => open ? setOpen(false) : void load()}>
        {t(open ? "diff.outputs_hide" : "diff.outputs_show")}
      </Button>
      {open && (sides === null ? <Spinner label={t("app.loading")} /> : (
        <div className={both ? "h-outputs h-outputs-both" : "h-outputs"}>
          {(both || !after) && <OutputsOf label={t("diff.outputs_before")} side={sides.before} notebookId={notebookId} named={both} />}
          {after && <OutputsOf label={t("diff.outputs_after")} side={sides.after} notebookId={notebookId} named={both} />}
        </div>
      ))}
    </div>
  )
}

interface OutputsOfProps {
  readonly label: string
  readonly side: Side
  readonly notebookId: NotebookId
  readonly named: boolean
}

function OutputsOf({ label, side, notebookId, named }: OutputsOfProps): JSX.Element {
  const empty = side === null || (side.outputs.length === 0 && side.dropped_outputs === 0)
  return (
    <div className="h-output">
      {named && <h4>{label}</h4>}
      {empty ? <p className="h-empty">{t("diff.outputs_none")}</p> : (
        <CellOutputs outputs={side.outputs} notebookId={notebookId} running={false} trusted={false}
          droppedOutputs={side.dropped_outputs} />
      )}
    </div>
  )
}
