import type { JSX } from "react"
import type { Cell } from "../../model/notebook_state"
import { useNotebook, useSession } from "./context"
import { InputBox } from "./InputBox"
import { OutputArea } from "./OutputArea"
import { RunButton, RunCount } from "./RunButton"
import { RunNote } from "./RunNote"
import { SourceEditor } from "./SourceEditor"

interface CodeCellProps {
  readonly cell: Cell
  readonly near: boolean
}

export function CodeCell({ cell, near }: CodeCellProps): JSX.Element {
  const { commands, session } = useNotebook()
  const writable = useSession(session, (view) => view.writable)
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
        <OutputArea cell={cell} near={near} />
        {cell.input && <InputBox key={cell.input.execution + cell.input.prompt} input={cell.input} />}
        <RunNote cell={cell} />
      </div>
    </>
  )
}
