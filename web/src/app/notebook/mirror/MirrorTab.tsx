import "./mirror.css"
import { useEffect, type JSX } from "react"
import { sourceOf } from "../../../model/cell_text"
import { MarkdownView } from "../../../output/MarkdownView"
import { Button } from "../../../ui/Button"
import { cellId, type CellId } from "../../../wire/ids"
import { t } from "../../../words/words"
import { readAttachments } from "../attachments"
import { useCell, useNotebook, useSession } from "../context"
import { OutputArea } from "../OutputArea"
import type { TabProps } from "../tabs/tab_kinds"

/** A cell that stays seen beside the notebook: what it puts out is live there too. Its tab keeps the name of one that was deleted. */
export function MirrorTab({ tab, onTitle }: TabProps): JSX.Element {
  const { session } = useNotebook()
  const id = cellId(tab.ref)
  const line = useSession(session, ({ state }) => state?.cells.get(id)?.text.doc.line(1).text ?? null)
  useEffect(() => {
    if (line !== null) onTitle(line.replace(/^#+\s*(?:@title\s*)?/, "").trim().slice(0, 100))
    // Only when the words change.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [line])
  return <div className="n-mirror-panel"><Mirrored id={id} /></div>
}

function Mirrored({ id }: { readonly id: CellId }): JSX.Element {
  const { commands, focus, sections } = useNotebook()
  const cell = useCell(id)
  if (!cell) return <p className="n-mirror-gone">{t("mirror.gone")}</p>
  const source = sourceOf(cell.text)
  return (
    <>
      <div className="n-mirror-tools">
        {cell.cell_type === "code" && (
          <Button size="small" icon={cell.run ? "stop" : "play"} onPress={() => commands.toggleRun(id)}>
            {t(cell.run ? cell.run.state === "running" ? "cell.stop" : "cell.cancel" : "cell.run")}
          </Button>
        )}
        <Button size="small" variant="plain" icon="external" onPress={() => {
          sections.reveal(id)
          focus.move(id, "cell")
        }}>{t("mirror.go")}</Button>
      </div>
      {cell.cell_type === "markdown" ? <MarkdownView source={source} attachments={readAttachments(cell.attachments)} />
        : <pre className="n-mirror-source">{source}</pre>}
      {cell.cell_type === "code" && <OutputArea cell={cell} near withMenu />}
    </>
  )
}
