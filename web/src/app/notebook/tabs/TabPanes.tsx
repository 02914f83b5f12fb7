import { useEffect, useState, type ComponentType, type DragEvent, type JSX } from "react"
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components"
import { IconButton } from "../../../ui/Button"
import { Icon } from "../../../ui/icons"
import { useRootClass } from "../../../ui/root_class"
import { showToast } from "../../../ui/toast"
import { t } from "../../../words/words"
import { useNotebook, useTabs } from "../context"
import { shortcutOf } from "../registry/key_settings"
import { usePaneSize } from "./pane_size"
import { isTabKind, tabKind, type TabKind, type TabKindId, type TabProps } from "./tab_kinds"
import { keyOf, type PageTab, type Side } from "./tabs"
import "./tabs.css"

/** Where a tab that is dragged comes from; what is dropped from elsewhere is none. */
const dragged = "application/x-colibri-tab"

/** The tabs at one side of the notebook. */
export function TabPane({ side }: { readonly side: Side }): JSX.Element | null {
  const { tabs } = useNotebook()
  const { tabs: list, shown } = useTabs((view) => view[side])
  const asked = useTabs((view) => view.side === side ? view.asked : 0)
  const isLast = useTabs((view) => view.side === side)
  const { size, range, onDrag, onKey } = usePaneSize(side)
  const [over, setOver] = useState(false)
  useRootClass(`with-tabs-${side}`, shown !== null)
  useEffect(() => {
    if (asked === 0 || shown === null) return
    const tab = document.querySelector<HTMLElement>(`.n-tabs-${side} [role="tab"][data-key="${CSS.escape(shown)}"]`)
    // What takes the keyboard by itself, such as a terminal, has it already.
    if (!document.activeElement?.closest(`.n-tabs-${side}`)) tab?.focus()
    tab?.scrollIntoView({ block: "nearest", inline: "nearest" })
    // Only when asked for.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [asked])
  if (shown === null) return null
  const drop = (event: DragEvent<HTMLElement>): void => {
    setOver(false)
    const key = event.dataTransfer.getData(dragged)
    if (key === "") return
    event.preventDefault()
    const places = [...event.currentTarget.querySelectorAll("[role=tab]")].map((tab) => tab.getBoundingClientRect())
    const at = places.findIndex(({ left, width }) => event.clientX < left + width / 2)
    tabs.place(key, side, at < 0 ? undefined : at)
  }
  return (
    <aside className={`n-tabs n-tabs-${side} ${isLast ? "" : "n-tabs-other"}`} style={side === "right" ? { width: size } : { height: size }}
      aria-label={t(side === "right" ? "tabs.right" : "tabs.bottom")} onFocus={(event) => {
        // Not of a window that was opened from here.
        if (event.currentTarget.contains(event.target)) tabs.use(side)
      }}>
      <div className="n-tabs-grip" role="separator" aria-orientation={side === "right" ? "vertical" : "horizontal"}
        aria-label={t(side === "right" ? "tabs.width" : "tabs.height")} aria-valuenow={Math.round(size)} aria-valuemin={range.least}
        aria-valuemax={range.most()} tabIndex={0} onPointerDown={onDrag} onKeyDown={onKey} />
      <Tabs className="n-tabs-all" selectedKey={shown} onSelectionChange={(key) => tabs.show(String(key))}>
        <div className={`n-tabs-bar ${over ? "n-tabs-over" : ""}`} onDragOver={(event) => {
          if (!event.dataTransfer.types.includes(dragged)) return
          event.preventDefault()
          setOver(true)
        }} onDragLeave={() => setOver(false)} onDrop={drop}>
          <TabList className="n-tabs-list" aria-label={t(side === "right" ? "tabs.right" : "tabs.bottom")}>
            {list.map((tab) => <OneTab key={keyOf(tab)} tab={tab} />)}
          </TabList>
          <IconButton icon={side === "right" ? "pane_bottom" : "pane_right"} size={18} shortcut={shortcutOf("move_tab_next")}
            label={t(side === "right" ? "tabs.to_bottom" : "tabs.to_right")} onPress={() => tabs.moveOver(shown)} />
          <IconButton icon="close" size={18} label={t("tabs.close")} onPress={() => close(tabs, shown)} />
        </div>
        {list.map((tab) => <Panel key={keyOf(tab)} tab={tab} isShown={keyOf(tab) === shown} />)}
      </Tabs>
    </aside>
  )
}

/** The keyboard goes back to where it came from: the cell. */
function close(tabs: ReturnType<typeof useNotebook>["tabs"], key: string): void {
  if (!tabs.close(key)) return
  document.querySelector<HTMLElement>(".n-cell.is-focused")?.focus({ preventScroll: true })
}

function OneTab({ tab }: { readonly tab: PageTab }): JSX.Element {
  const { tabs } = useNotebook()
  const kind: TabKind | null = isTabKind(tab.kind) ? tabKind(tab.kind) : null
  const key = keyOf(tab)
  const unsaved = useTabs((view) => view.unsaved.has(key))
  return (
    <Tab id={key} className="n-tabs-tab">
      <span className="n-tabs-name" draggable title={kind?.hint?.(tab.ref) ?? tab.title} onDragStart={(event) => {
        event.dataTransfer.setData(dragged, key)
        event.dataTransfer.effectAllowed = "move"
      }} onAuxClick={(event) => {
        if (event.button === 1) close(tabs, key)
      }}>
        {kind && <Icon name={kind.icon} size={16} />}
        <bdi>{tab.title !== "" ? tab.title : kind ? t(kind.words) : tab.kind}</bdi>
        {unsaved && <span className="n-tabs-unsaved" role="img" aria-label={t("files.unsaved")} />}
      </span>
    </Tab>
  )
}

function Panel({ tab, isShown }: { readonly tab: PageTab; readonly isShown: boolean }): JSX.Element | null {
  if (!isTabKind(tab.kind)) return null
  return (
    <TabPanel id={keyOf(tab)} className="n-tabs-panel" shouldForceMount={tabKind(tab.kind).stays ?? false}>
      <Content kind={tab.kind} tab={tab} isShown={isShown} />
    </TabPanel>
  )
}

function Content({ kind, tab, isShown }: { readonly kind: TabKindId; readonly tab: PageTab; readonly isShown: boolean }): JSX.Element | null {
  const { tabs } = useNotebook()
  const [loaded, setLoaded] = useState<{ readonly Component: ComponentType<TabProps> } | null>(null)
  const key = keyOf(tab)
  useEffect(() => {
    let gone = false
    tabKind(kind).load().then((Component) => {
      if (!gone) setLoaded({ Component })
    }, () => {
      showToast({ text: t("error.unreachable"), level: "error" })
      tabs.close(key)
    })
    return () => {
      gone = true
    }
  }, [kind, key, tabs])
  return loaded && (
    <loaded.Component tab={tab} isShown={isShown} onTitle={(title) => tabs.entitle(key, title)} onClose={() => close(tabs, key)} />
  )
}
