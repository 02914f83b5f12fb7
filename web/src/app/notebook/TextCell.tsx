import type { JSX } from "react"
import { sourceOf } from "../../model/cell_text"
import type { Cell } from "../../model/notebook_state"
import { MarkdownView } from "../../output/MarkdownView"
import { Button } from "../../ui/Button"
import type { JsonObject } from "../../wire/json"
import { t } from "../../words/words"
import { readAttachments } from "./attachments"
import { useFocus, useNotebook, useSession } from "./context"
import { useOnce } from "./near"
import { SourceEditor } from "./SourceEditor"

interface TextCellProps {
  readonly cell: Cell
  readonly near: boolean
}

/** A Markdown cell, drawn; while it is edited its source stands beside what becomes of it. */
export function TextCell({ cell, near }: TextCellProps): JSX.Element {
  const { session, commands } = useNotebook()
  const writable = useSession(session, (view) => view.writable)
  const editing = useFocus((view) => view.cell === cell.id && view.mode === "edit") && writable
  const drawn = useOnce(near)
  const source = sourceOf(cell.text)
  if (cell.cell_type === "raw") {
    return <div className="n-body n-raw"><div className="n-source"><SourceEditor cell={cell} near={near} /></div></div>
  }
  if (!editing) {
    return (
      <div className="n-body n-text" onDoubleClick={() => commands.edit(cell.id)}>
        {source.trim() === "" ? <p className="n-text-empty">{t("cell.text_empty")}</p>
          : drawn ? <Drawn source={source} attachments={cell.attachments} />
            : <pre className="n-static n-static-text">{source}</pre>}
      </div>
    )
  }
  return (
    <div className="n-body n-text-edit">
      <div className="n-source"><SourceEditor cell={cell} near /></div>
      <div className="n-preview" aria-label={t("cell.preview")}>
        <Drawn source={source} attachments={cell.attachments} />
      </div>
      <div className="n-text-done">
        <Button size="small" icon="check" onPress={() => commands.runHere(cell.id)}>
          {t("cell.done")}
        </Button>
      </div>
    </div>
  )
}

interface DrawnProps {
  readonly source: string
  readonly attachments: JsonObject
}

function Drawn({ source, attachments }: DrawnProps): JSX.Element {
  return <MarkdownView source={source} attachments={readAttachments(attachments)} />
}
