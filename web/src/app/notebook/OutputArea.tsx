import { memo, useMemo, useState, useSyncExternalStore, type JSX } from "react"
import { CellOutputs as AllOutputs } from "../../output/CellOutputs"
import { FrameHostContext, type FrameHost, type PortHost } from "../../output/frame_host"
import { OutputActionsContext, type OutputActions } from "../../output/output_actions"
import { SavedWidgetsContext, WidgetSourceContext } from "../../output/widget_source"
import { sameButText, type Cell } from "../../model/notebook_state"
import { savedWidgets } from "../../model/saved_widgets"
import {
  outputsHidden, outputsScrolled, outputText, withOutputsHidden, withOutputsScrolled,
} from "../../model/output_text"
import { IconButton } from "../../ui/Button"
import { FullWindow } from "../../ui/FullWindow"
import { Menu, type MenuEntry } from "../../ui/Menu"
import { showToast } from "../../ui/toast"
import { useLanguage } from "../../words/use_language"
import { t } from "../../words/words"
import { useNotebook, type OpenNotebook } from "./context"
import { usePart } from "./session_parts"
import { useOnce } from "./near"

/** Drawn again only when they change, not with each keystroke in the source. */
const CellOutputs = memo(AllOutputs)

interface OutputAreaProps {
  readonly cell: Cell
  readonly near: boolean
  /** With its menu: that is costly to make. */
  readonly withMenu: boolean
  /** Of what stands in no notebook: how it is looked at is this page's own affair, and this takes it away. */
  readonly own?: () => void
}

/** What a cell has put out, and its menu. */
export const OutputArea = memo(function OutputArea({ cell, near, withMenu, own: clear }: OutputAreaProps): JSX.Element | null {
  useLanguage()
  const notebook = useNotebook()
  const mayEdit = usePart(notebook.session, "writable")
  const writable = mayEdit && !clear
  // Outputs stay once they were drawn: a plot keeps its state, and the page its height.
  const drawn = useOnce(near)
  const [full, setFull] = useState(false)
  // Of those who may not change the notebook, for themselves.
  const [own, setOwn] = useState<{ hidden?: boolean; scrolled?: boolean }>({})
  const hidden = own.hidden ?? outputsHidden(cell.metadata)
  const scrolled = own.scrolled ?? outputsScrolled(cell.metadata)
  const actions = useMemo(() => actionsFor(notebook, writable, cell.id, scrolled),
    [notebook, writable, cell.id, scrolled])
  const host = useMemo(() => writable ? hostFor(notebook, cell.id) : null, [notebook, writable, cell.id])
  const metadata = usePart(notebook.session, "metadata")
  const saved = metadata ? savedWidgets(metadata) : null
  const { evaluations } = notebook.session.comms.scripts
  const framed = useSyncExternalStore(evaluations.subscribe, () => evaluations.wants(cell.id))
  if (cell.outputs.length === 0 && cell.dropped_outputs === 0 && !framed) return null

  const hide = (next: boolean): void => {
    if (writable) setMetadata(notebook, cell, withOutputsHidden(cell.metadata, next))
    else setOwn({ ...own, hidden: next })
  }
  const scroll = (next: boolean): void => {
    if (writable) setMetadata(notebook, cell, withOutputsScrolled(cell.metadata, next))
    else setOwn({ ...own, scrolled: next })
  }
  const act = (chosen: string): void => {
    switch (chosen) {
      case "hide": return hide(!hidden)
      case "scroll": return scroll(scrolled !== true)
      case "full": return setFull(true)
      case "copy": return void copy(cell)
      case "clear": return clear ? clear() : notebook.commands.clearOutputs([cell.id])
    }
  }
  const shown = (
    <OutputActionsContext value={actions}><WidgetSourceContext value={mayEdit ? notebook.session.comms : null}>
      <FrameHostContext value={host}><SavedWidgetsContext value={saved}>
        <CellOutputs outputs={cell.outputs} notebookId={notebook.id} run={shownRun(cell)} framed={framed}
          running={cell.run?.state === "running"} droppedOutputs={cell.dropped_outputs} />
      </SavedWidgetsContext></FrameHostContext>
    </WidgetSourceContext></OutputActionsContext>
  )
  return (
    <div className="n-outputs" role="group" aria-label={t("cell.outputs")}>
      {near && withMenu &&
        <div className="n-output-menu">
          <Menu label={t("outputs.menu")} items={entries(hidden, scrolled, mayEdit)} onAction={act}
            trigger={<IconButton label={t("outputs.menu")} icon="more" size={18} />} />
        </div>}
      {hidden
        ? <button type="button" className="o-button" onClick={() => hide(false)}>{t("outputs.hidden")}</button>
        : (drawn || framed) && !full && shown}
      {full &&
        <FullWindow title={cell.execution_count === null ? t("outputs.full_new")
          : t("outputs.full_of", { count: cell.execution_count })} subject="" onClose={() => setFull(false)}>
          <div className="n-outputs-full">{shown}</div>
        </FullWindow>}
    </div>
  )
}, (before, now) => before.near === now.near && before.withMenu === now.withMenu && before.own === now.own &&
  sameButText(before.cell, now.cell))

function entries(hidden: boolean, scrolled: boolean | null, writable: boolean): readonly MenuEntry[] {
  return [
    { id: "hide", label: t(hidden ? "outputs.show" : "outputs.hide"), icon: hidden ? "eye" : "eye_off" },
    { id: "full", label: t("outputs.full"), icon: "external" },
    { id: "scroll", label: t(scrolled === true ? "outputs.no_scroll" : "outputs.scroll"), icon: "move_down" },
    { id: "copy", label: t("outputs.copy"), icon: "copy" },
    ...(writable ? [{ separator: "clear" }, { id: "clear", label: t("outputs.clear"), icon: "close" } as const] : []),
  ]
}

function setMetadata({ session }: OpenNotebook, cell: Cell, metadata: Cell["metadata"]): void {
  session.wish({ type: "set_cell_metadata", cell: cell.id, metadata })
}

async function copy(cell: Cell): Promise<void> {
  try {
    await navigator.clipboard.writeText(outputText(cell.outputs))
    showToast({ text: t("outputs.copied"), timeoutMs: 3000 })
  } catch {
    showToast({ text: t("outputs.not_copied"), level: "warning" })
  }
}

/** The run whose outputs are shown: those of the one before stay until a new one starts. */
function shownRun({ run, last_run }: Cell): string {
  return (run && run.state !== "queued" ? run.execution : last_run?.execution) ?? ""
}

function hostFor({ session, commands, api, id }: OpenNotebook, cell: Cell["id"]): FrameHost {
  const ports = async (): Promise<PortHost> => (await import("./runtime_ports")).portsOf(api, id)
  return {
    ports: {
      origin: async (port) => (await ports()).origin(port),
      enter: async (url, windowName) => (await ports()).enter(url, windowName),
    },
    allows: (data) => session.comms.scripts.laneOf(data) === session.view.inUse && session.comms.connected,
    kernel: session.comms.frames,
    addCell: (text, type) => {
      // Only after a click: a page that fills itself with cells is nobody's wish.
      if (navigator.userActivation.isActive) commands.insert(type === "code" ? "code" : "markdown", cell, text)
    },
    attach: (evaluate) => session.comms.scripts.evaluations.attach(cell, evaluate),
  }
}

function actionsFor(
  { session, focus, commands }: OpenNotebook, writable: boolean, cell: Cell["id"], scrolled: boolean | null,
): OutputActions {
  return {
    scrolled,
    toCellLine: (count, line) => {
      const { state } = session.view
      // The cell itself first: another may have the same number from an earlier kernel.
      const target = [state?.cells.get(cell), ...state?.cells.values() ?? []]
        .find((other) => other?.execution_count === count)
      if (!target) {
        showToast({ text: t("outputs.line_gone"), timeoutMs: 4000 })
        return
      }
      const { doc } = target.text
      const place = doc.line(Math.min(Math.max(1, line), doc.lines))
      session.change(target.id, { selection: { anchor: place.from, head: place.to } })
      focus.move(target.id, "edit")
    },
    restart: writable ? () => commands.execute("restart") : null,
    install: writable ? (name) => commands.runAbove(cell, `%pip install ${name}`) : null,
  }
}
