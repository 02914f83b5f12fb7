import { useState, type JSX } from "react"
import { canonical, foldSame, type CellDiff as Diff, type NotebookDiff } from "../../model/revision_diff"
import type { NotebookId } from "../../wire/ids"
import type { JsonObject } from "../../wire/json"
import { t, tn } from "../../words/words"
import { Button } from "../Button"
import { CellDiff, Fold, type Layout, type LoadOutputs } from "./CellDiff"
import { DiffText } from "./DiffText"

interface NotebookDiffViewProps {
  readonly diff: NotebookDiff
  /** The notebook's own, of both versions. */
  readonly metadata: { readonly before: JsonObject; readonly after: JsonObject }
  readonly layout: Layout
  readonly notebookId: NotebookId
  readonly loadOutputs: LoadOutputs
  /** There is nothing to compare with: all cells are shown as they are. */
  readonly plain: boolean
}

/** All cells of a notebook in two versions; those without a change are folded away. */
export function NotebookDiffView(props: NotebookDiffViewProps): JSX.Element {
  const { diff, metadata, layout, notebookId, loadOutputs, plain } = props
  const cell = (each: Diff, asItIs: boolean): JSX.Element => (
    <CellDiff key={each.id} diff={each} layout={layout} notebookId={notebookId} loadOutputs={loadOutputs}
      plain={asItIs} />
  )
  const parts = plain ? [] : foldSame(diff.cells)
  const nothing = !plain && !diff.metadata && parts.every(({ kind }) => kind === "same")
  return (
    <div className="h-diff">
      {nothing && <p className="h-nothing">{t("diff.nothing")}</p>}
      {diff.metadata && !plain && (
        <Fold label={t("diff.notebook_metadata")}>
          <DiffText layout={layout} before={canonical(metadata.before, 2)} after={canonical(metadata.after, 2)}
            cellType={null} />
        </Fold>
      )}
      {plain ? diff.cells.map((each) => cell(each, true)) : parts.map((part) => part.kind === "cell"
        ? cell(part.cell, false)
        : <Same key={part.id} count={part.cells.length}>{() => part.cells.map((each) => cell(each, true))}</Same>)}
    </div>
  )
}

interface SameProps {
  readonly count: number
  /** Made only when they are wanted. */
  readonly children: () => readonly JSX.Element[]
}

function Same({ count, children }: SameProps): JSX.Element {
  const [open, setOpen] = useState(false)
  return (
    <>
      <div className="h-same">
        <span>{tn("diff.same", count)}</span>
        <Button variant="plain" size="small" aria-expanded={open} onPress={() => setOpen(!open)}
          aria-label={`${t(open ? "diff.hide" : "diff.show")}: ${tn("diff.same", count)}`}>
          {t(open ? "diff.hide" : "diff.show")}
        </Button>
      </div>
      {open && children()}
    </>
  )
}
