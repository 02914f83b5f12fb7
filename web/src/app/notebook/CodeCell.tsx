import { useSyncExternalStore, type JSX } from "react"
import { cellView, formHint } from "../../model/form_marks"
import { isReadOnly, type Cell } from "../../model/notebook_state"
import { AskedSlot } from "./AskedSlot"
import { useFocus, useNotebook } from "./context"
import { FormSlot } from "./FormSlot"
import { InputBox } from "./InputBox"
import { OutputArea } from "./OutputArea"
import { RunButton, RunCount } from "./RunButton"
import { RunNote } from "./RunNote"
import { PartSlot } from "./scratch/PartSlot"
import { usePart } from "./session_parts"
import { SourceEditor } from "./SourceEditor"

interface CodeCellProps {
  readonly cell: Cell
  readonly near: boolean
  /** With its editor and its menus. */
  readonly settled: boolean
}

export function CodeCell({ cell, near, settled }: CodeCellProps): JSX.Element {
  const { commands, session, finding } = useNotebook()
  const writable = usePart(session, "writable")
  const view = cellView(cell)
  // Code that is hidden is seen while somebody is in it, or finds something there.
  const isIn = useFocus((focus) => focus.cell === cell.id && focus.mode === "edit")
  const isFound = useSyncExternalStore(finding.subscribe, () => finding.currentIn(cell.id) !== null)
  const codeHidden = view === "form" && !isIn && !isFound
  return (
    <>
      <div className="n-gutter">
        {near || cell.run ? <RunButton cell={cell} />
          : <span className="n-run"><RunCount cell={cell} /></span>}
      </div>
      <div className="n-body">
        <div className="n-code">
          {!codeHidden && (
            <div className="n-source" onDoubleClick={writable ? undefined : () => commands.edit(cell.id)}>
              <SourceEditor cell={cell} near={settled} />
            </div>
          )}
          {near && (codeHidden || (view === "both" && formHint(cell).mayHave)) && (
            <FormSlot cell={cell} codeHidden={codeHidden} readOnly={!writable || isReadOnly(cell)} />
          )}
        </div>
        <OutputArea cell={cell} near={near} withMenu={settled} />
        {cell.input && <InputBox key={cell.input.execution + cell.input.prompt} input={cell.input} />}
        <AskedSlot place={cell.id} />
        <RunNote cell={cell} />
        <PartSlot id={cell.id} />
      </div>
    </>
  )
}
