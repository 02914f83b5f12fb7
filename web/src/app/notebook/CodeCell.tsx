import type { JSX } from "react"
import { CellOutputs } from "../../output/CellOutputs"
import type { Cell } from "../../model/notebook_state"
import { t } from "../../words/words"
import { useNotebook } from "./context"
import { InputBox } from "./InputBox"
import { useOnce } from "./near"
import { RunButton } from "./RunButton"
import { RunNote } from "./RunNote"
import { SourceEditor } from "./SourceEditor"

interface CodeCellProps {
  readonly cell: Cell
  readonly near: boolean
}

export function CodeCell({ cell, near }: CodeCellProps): JSX.Element {
  const { id } = useNotebook()
  // Outputs stay once they were drawn: a plot keeps its state, and the page its height.
  const showOutputs = useOnce(near)
  const hasOutputs = cell.outputs.length > 0 || cell.dropped_outputs > 0
  return (
    <>
      <div className="n-gutter"><RunButton cell={cell} /></div>
      <div className="n-body">
        <div className="n-source"><SourceEditor cell={cell} near={near} /></div>
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
