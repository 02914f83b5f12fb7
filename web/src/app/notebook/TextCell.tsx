import { useRef, useSyncExternalStore, type JSX } from "react"
import { sourceOf } from "../../model/cell_text"
import type { MarkdownAction } from "../../model/markdown_edit"
import { isReadOnly, type Cell } from "../../model/notebook_state"
import { MarkdownView } from "../../output/MarkdownView"
import { Button } from "../../ui/Button"
import type { JsonObject } from "../../wire/json"
import { t } from "../../words/words"
import { readAttachments } from "./attachments"
import { useDrawnMarks } from "./comments/drawn_marks"
import { useFocus, useNotebook } from "./context"
import { usePart } from "./session_parts"
import { useOnce } from "./near"
import { SourceEditor } from "./SourceEditor"
import { formatText } from "./text/format_text"
import { attach, picturesIn } from "./text/pictures"
import { usePreviewPlace } from "./text/preview_place"
import { TextToolsSlot } from "./text/TextToolsSlot"

interface TextCellProps {
  readonly cell: Cell
  readonly near: boolean
  /** With an editor where it has one. */
  readonly settled: boolean
}

/** A Markdown cell, drawn; while it is edited its source stands beside what becomes of it. */
export function TextCell({ cell, near, settled }: TextCellProps): JSX.Element {
  const { session, commands, finding } = useNotebook()
  const writable = usePart(session, "writable") && !isReadOnly(cell)
  const typing = useFocus((view) => view.cell === cell.id && view.mode === "edit") && writable
  // What was found in the source is shown in the source.
  const found = useSyncExternalStore(finding.subscribe, () => finding.currentIn(cell.id) !== null)
  const editing = typing || found
  const drawn = useOnce(near)
  const source = sourceOf(cell.text)
  const element = useRef<HTMLDivElement>(null)
  const onClick = useDrawnMarks(cell, element, !editing)
  if (cell.cell_type === "raw") {
    return <div className="n-body n-raw"><div className="n-source"><SourceEditor cell={cell} near={settled} /></div></div>
  }
  if (!editing) {
    return (
      <div ref={element} className="n-body n-text" onClick={onClick} onDoubleClick={() => commands.edit(cell.id)}>
        {source.trim() === "" ? <p className="n-text-empty">{t("cell.text_empty")}</p>
          : drawn ? <Drawn source={source} attachments={cell.attachments} />
            : <pre className="n-static n-static-text">{source}</pre>}
      </div>
    )
  }
  return <Edited cell={cell} source={source} />
}

/** The source with its tools, and what becomes of it beside or below. */
function Edited({ cell, source }: { readonly cell: Cell; readonly source: string }): JSX.Element {
  const { session, commands } = useNotebook()
  const place = usePreviewPlace()
  const take = (data: DataTransfer): boolean => {
    const pictures = picturesIn(data)
    if (pictures.length > 0) void attach(session, cell.id, pictures)
    return pictures.length > 0
  }
  return (
    <div className={`n-body n-text-edit n-preview-${place}`}
      onKeyDownCapture={(event) => {
        const action = !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey ? undefined : formatKeys.get(event.key)
        if (action === undefined) return
        event.preventDefault()
        event.stopPropagation()
        formatText(session, cell.id, action)
      }}
      onPasteCapture={(event) => {
        if (take(event.clipboardData)) {
          event.preventDefault()
          event.stopPropagation()
        }
      }}
      onDropCapture={(event) => {
        if (take(event.dataTransfer)) {
          event.preventDefault()
          event.stopPropagation()
        }
      }}>
      <TextToolsSlot cell={cell} place={place} />
      <div className="n-source"><SourceEditor cell={cell} near /></div>
      {place !== "none" && (
        <div className="n-preview" aria-label={t("cell.preview")}>
          <Drawn source={source} attachments={cell.attachments} />
        </div>
      )}
      <div className="n-text-done">
        <Button size="small" icon="check" onPress={() => commands.runHere(cell.id)}>
          {t("cell.done")}
        </Button>
      </div>
    </div>
  )
}

const formatKeys: ReadonlyMap<string, MarkdownAction> = new Map<string, MarkdownAction>([["b", "bold"], ["i", "italic"]])

interface DrawnProps {
  readonly source: string
  readonly attachments: JsonObject
}

function Drawn({ source, attachments }: DrawnProps): JSX.Element {
  return <MarkdownView source={source} attachments={readAttachments(attachments)} />
}
