import { memo, type JSX } from "react"
import { CellOutputs as AllOutputs } from "../../output/CellOutputs"
import type { Cell } from "../../model/notebook_state"
import { t } from "../../words/words"
import { useNotebook, useSession } from "./context"
import { InputBox } from "./InputBox"
import { useOnce } from "./near"
import { RunButton, RunCount } from "./RunButton"
import { RunNote } from "./RunNote"
import { SourceEditor } from "./SourceEditor"

/** Drawn again only when they change, not with each keystroke in the source. */
const CellOutputs = memo(AllOutputs)

interface CodeCellProps {
  readonly cell: Cell
  readonly near: boolean
}

export function CodeCell({ cell, near }: CodeCellProps): JSX.Element {
  const { id, commands, session } = useNotebook()
  const writable = useSession(session, (view) => view.writable)
  // Outputs stay once they were drawn: a plot keeps its state, and the page its height.
  const showOutputs = useOnce(near)
  const hasOutputs = cell.outputs.length > 0 || cell.dropped_outputs > 0
  return (
    <>
      <div className="n-gutter">
        {near || cell.run ? <RunButton cell={cell} />
          : <span className="n-run"><RunCount cell={cell} /></span>}
      </div>
      <div className="n-body">
        <div className="n-source" onDoubleClick={writable ? undefined : () => commands.edit(cell.id)}>
          <SourceEditor cell={cell} near={near} />
        </div>
        {hasOutputs && (
          <div className="n-outputs" aria-label={t("cell.outputs")}>
            {showOutputs && (
              <CellOutputs outputs={cell.outputs} notebookId={id}
                running={cell.run?.state === "running"} droppedOutputs={cell.dropped_outputs} />
            )}
          </div>
        )}
        {cell.input && <InputBox key={cell.input.execution + cell.input.prompt} input={cell.input} />}
        <RunNote cell={cell} />
      </div>
    </>
  )
}
