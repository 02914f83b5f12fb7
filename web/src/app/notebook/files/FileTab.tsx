import "./files.css"
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore, type JSX } from "react"
import { ConfirmDialog } from "../../../ui/Dialog"
import { nameOf, parentOf, placeOf } from "../../../wire/runtime_files"
import { t } from "../../../words/words"
import { useNotebook } from "../context"
import type { TabProps } from "../tabs/tab_kinds"
import { currentTab, keyOf } from "../tabs/tabs"
import { filesOf } from "./files"
import { FileView } from "./FileView"

/** A file of the runtime in a tab. One with unsaved text asks before it closes. */
export function FileTab({ tab }: TabProps): JSX.Element {
  const notebook = useNotebook()
  const { tabs, files } = notebook
  const { drafts } = filesOf(notebook)
  const { ref } = tab
  const key = keyOf(tab)
  const place = useMemo(() => placeOf(ref), [ref])
  const wish = useSyncExternalStore(files.subscribe, () => files.lineOf(ref))
  const changed = useChanges(parentOf(place.path))
  const [closing, setClosing] = useState(false)
  const onUnsaved = useCallback((is: boolean) => tabs.mark(key, is), [tabs, key])
  // One that a reload finds again leaves the keyboard where it is.
  const takesKeyboard = useCallback(() => tabs.view.asked > 0 && currentTab(tabs.view) === key, [tabs, key])
  useEffect(() => tabs.guard(key, () => {
    if (!tabs.view.unsaved.has(key)) return false
    tabs.show(key)
    setClosing(true)
    return true
  }), [tabs, key])
  useEffect(() => {
    const leave = (event: BeforeUnloadEvent): void => {
      if (!drafts.keep()) event.preventDefault()
    }
    addEventListener("beforeunload", leave)
    return () => removeEventListener("beforeunload", leave)
  }, [drafts])
  // A tab that goes to the other pane comes back there.
  useEffect(() => () => {
    if (!tabs.has("file", ref)) drafts.drop(ref)
  }, [tabs, drafts, ref])
  return (
    <>
      <FileView name={ref} place={place} wish={wish} changed={changed} onUnsaved={onUnsaved} takesKeyboard={takesKeyboard} />
      {closing && <ConfirmDialog isOpen danger title={t("files.close_unsaved_title", { name: nameOf(place.path) })}
        text={t("files.close_unsaved")} confirmLabel={t("files.close_anyway")} onClose={() => setClosing(false)}
        onConfirm={() => void tabs.close(key, "surely")} />}
    </>
  )
}

/** How often something has changed in a folder of the runtime. */
function useChanges(folder: string): number {
  const { changes } = filesOf(useNotebook())
  const [count, setCount] = useState(0)
  useEffect(() => changes.follow(folder, () => setCount((before) => before + 1)), [changes, folder])
  return count
}
