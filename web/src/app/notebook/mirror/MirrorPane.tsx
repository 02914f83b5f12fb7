import "./mirror.css"
import { useState, type JSX } from "react"
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components"
import { sourceOf } from "../../../model/cell_text"
import { MarkdownView } from "../../../output/MarkdownView"
import { Button, IconButton } from "../../../ui/Button"
import { cellId, type CellId } from "../../../wire/ids"
import { t } from "../../../words/words"
import { readAttachments } from "../attachments"
import { useCell, useFrame, useNotebook, useSession } from "../context"
import { OutputArea } from "../OutputArea"

/** Cells that stay seen beside the notebook, each in a tab: what they put out is live there too. */
export function MirrorPane(): JSX.Element | null {
  const { frame } = useNotebook()
  const mirrors = useFrame((view) => view.mirrors)
  const shown = useFrame((view) => view.mirror)
  if (shown === null) return null
  return (
    <aside className="n-mirror" aria-label={t("mirror.title")}>
      <Tabs className="n-mirror-tabs" selectedKey={shown} onSelectionChange={(id) => frame.showMirror(cellId(String(id)))}>
        <div className="n-mirror-bar">
          <TabList className="n-mirror-list" aria-label={t("mirror.title")}>
            {mirrors.map((id) => <Tab key={id} id={id} className="n-mirror-tab"><Name id={id} /></Tab>)}
          </TabList>
          <IconButton icon="close" size={18} label={t("mirror.close")} onPress={() => frame.closeMirror(shown)} />
        </div>
        {mirrors.map((id) => <TabPanel key={id} id={id} className="n-mirror-panel"><Mirrored id={id} /></TabPanel>)}
      </Tabs>
    </aside>
  )
}

/** The first words of its source; the last ones of a cell that was deleted. */
function Name({ id }: { readonly id: CellId }): JSX.Element {
  const { session } = useNotebook()
  const now = useSession(session, ({ state }) => state?.cells.get(id)?.text.doc.line(1).text ?? null)
  const [line, setLine] = useState(now ?? "")
  if (now !== null && now !== line) setLine(now)
  return <>{line.replace(/^#+\s*(?:@title\s*)?/, "").trim() || t("mirror.cell")}</>
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
      {cell.cell_type === "code" && <OutputArea cell={cell} near />}
    </>
  )
}
