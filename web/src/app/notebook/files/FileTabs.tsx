import "./files.css"
import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type JSX } from "react"
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components"
import { IconButton } from "../../../ui/Button"
import { ConfirmDialog } from "../../../ui/Dialog"
import { nameOf, parentOf } from "../../../wire/runtime_files"
import { t } from "../../../words/words"
import { useNotebook } from "../context"
import { filesOf } from "./files"
import { FileView } from "./FileView"
import type { OpenFile } from "./open_files"

const againMs = 3000

/** Files of the runtime beside the notebook, each in a tab. */
export function FileTabs(): JSX.Element | null {
  const { files } = useNotebook()
  const { tabs, current } = useSyncExternalStore(files.subscribe, () => files.view)
  const [unsaved, setUnsaved] = useState<ReadonlySet<string>>(new Set())
  const [closing, setClosing] = useState<OpenFile | null>(null)
  const changes = useChanges(tabs)
  if (current === null) return null
  const close = (tab: OpenFile): void => {
    setUnsaved((before) => new Set([...before].filter((key) => key !== tab.key)))
    files.close(tab.key)
  }
  const shown = tabs.find(({ key }) => key === current)
  return (
    <aside className="f-tabs" aria-label={t("files.tabs")}>
      <Tabs className="f-tabs-all" selectedKey={current} onSelectionChange={(key) => files.select(String(key))}>
        <div className="f-tabs-bar">
          <TabList className="f-tabs-list" aria-label={t("files.tabs")}>
            {tabs.map(({ key, place }) => (
              <Tab key={key} id={key} className="f-tab"><bdi title={place.path}>{nameOf(place.path)}</bdi>
                {unsaved.has(key) && <span className="f-unsaved" role="img" aria-label={t("files.unsaved")} />}</Tab>
            ))}
          </TabList>
          <IconButton icon="close" size={18} label={t("files.close")} onPress={() => {
            if (shown && unsaved.has(shown.key)) setClosing(shown)
            else if (shown) close(shown)
          }} />
        </div>
        {tabs.map((tab) => (
          <TabPanel key={tab.key} id={tab.key} className="f-tab-panel" shouldForceMount>
            <FileView file={tab} changed={changes.get(parentOf(tab.place.path)) ?? 0} onUnsaved={(is) => setUnsaved((before) =>
              before.has(tab.key) === is ? before : new Set(is ? [...before, tab.key] : [...before].filter((key) => key !== tab.key)))} />
          </TabPanel>
        ))}
      </Tabs>
      {closing && <ConfirmDialog isOpen danger title={t("files.close_unsaved_title", { name: nameOf(closing.place.path) })}
        text={t("files.close_unsaved")} confirmLabel={t("files.close_anyway")} onClose={() => setClosing(null)} onConfirm={() => close(closing)} />}
    </aside>
  )
}

/** How often something has changed in each of the folders that hold the open files. */
function useChanges(tabs: readonly OpenFile[]): ReadonlyMap<string, number> {
  const { api } = filesOf(useNotebook())
  const [counts, setCounts] = useState<ReadonlyMap<string, number>>(new Map())
  const folders = useMemo(() => [...new Set(tabs.map(({ place }) => parentOf(place.path)))].sort().join("\n"), [tabs])
  const wanted = useRef(folders)
  const watch = useRef<ReturnType<typeof api.watch> | null>(null)
  useEffect(() => {
    wanted.current = folders
    watch.current?.set(folders.split("\n"))
  }, [folders])
  useEffect(() => {
    let timer = 0
    let over = false
    const count = (changed: readonly string[]): void => setCounts((before) => {
      const next = new Map(before)
      for (const each of changed) next.set(each, (next.get(each) ?? 0) + 1)
      return next
    })
    const follow = (): void => {
      watch.current = api.watch(count, () => {
        if (!over) timer = window.setTimeout(follow, againMs)
      })
      watch.current.set(wanted.current.split("\n"))
    }
    follow()
    return () => {
      over = true
      clearTimeout(timer)
      watch.current?.close()
      watch.current = null
    }
  }, [api])
  return counts
}
