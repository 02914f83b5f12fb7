import { useSyncExternalStore, type JSX } from "react"
import { useLate } from "../../late"
import { useNotebook } from "../context"

/** The tabs of open files, when there are some; that part of the page comes with the first. */
export function FileTabsSlot(): JSX.Element | null {
  const { files } = useNotebook()
  const wanted = useSyncExternalStore(files.subscribe, () => files.view.current !== null)
  const part = useLate(wanted, () => import("./FileTabs"), () => {
    const { current } = files.view
    if (current !== null) files.close(current)
  })
  return wanted && part ? <part.FileTabs /> : null
}
