import { useEffect, useState, type ComponentType, type JSX } from "react"
import { Button as AriaButton } from "react-aria-components"
import { IconButton } from "../../../ui/Button"
import { Icon } from "../../../ui/icons"
import { showToast } from "../../../ui/toast"
import { Tooltip } from "../../../ui/Tooltip"
import { t } from "../../../words/words"
import { useFrame, useNotebook } from "../context"
import { shortcutOf } from "../registry/key_settings"
import { paneIds, railPane, type PaneId, type PaneProps } from "./rail_panes"
import { usePaneWidth } from "./pane_width"

/** The buttons at the left edge, and the pane that one of them opened. */
export function Rail(): JSX.Element {
  const { frame } = useNotebook()
  const pane = useFrame((view) => view.pane)
  return (
    <>
      <nav className="n-rail" aria-label={t("rail.label")}>
        {paneIds.map((id) => {
          const { words, icon } = railPane(id)
          return (
            <Tooltip key={id} text={t(words)} placement="right">
              <AriaButton className="c-icon-button n-rail-button" aria-label={t(words)} aria-pressed={pane === id}
                onPress={() => frame.togglePane(id)}><Icon name={icon} size={22} /></AriaButton>
            </Tooltip>
          )
        })}
        <Tooltip text={t("menu.palette")} shortcut={shortcutOf("palette")} placement="right">
          <AriaButton className="c-icon-button n-rail-button" aria-label={t("menu.palette")}
            onPress={() => frame.show("palette")}><Icon name="commands" size={22} /></AriaButton>
        </Tooltip>
      </nav>
      {pane !== null && <Pane key={pane} id={pane} />}
    </>
  )
}

function Pane({ id }: { readonly id: PaneId }): JSX.Element {
  const { api, frame } = useNotebook()
  const { words } = railPane(id)
  const [loaded, setLoaded] = useState<{ readonly Component: ComponentType<PaneProps> } | null>(null)
  const { width, onDrag, onKey } = usePaneWidth()
  const close = (): void => frame.showPane(null)
  useEffect(() => {
    let gone = false
    railPane(id).load().then((Component) => {
      if (!gone) setLoaded({ Component })
    }, () => showToast({ text: t("error.unreachable"), level: "error" }))
    return () => {
      gone = true
    }
  }, [id])
  return (
    <aside className="n-pane" aria-label={t(words)} style={{ width }} onKeyDown={(event) => {
      if (event.key === "Escape" && !event.defaultPrevented) close()
    }}>
      <header className="n-pane-head">
        <h2>{t(words)}</h2>
        <IconButton icon="close" size={18} label={t("action.close")} onPress={close} />
      </header>
      <div className="n-pane-body">{loaded && <loaded.Component api={api} onClose={close} />}</div>
      <div className="n-pane-grip" role="separator" aria-orientation="vertical" aria-label={t("pane.width")}
        aria-valuenow={width} aria-valuemin={200} aria-valuemax={640} tabIndex={0} onPointerDown={onDrag} onKeyDown={onKey} />
    </aside>
  )
}
