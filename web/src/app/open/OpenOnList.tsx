import { useEffect, useState, type JSX } from "react"
import type { Api } from "../../sync/http"
import { lateWindow } from "../late_part"
import { shownAtStart } from "./start"

const OpenWindow = lateWindow(async () => (await import("./OpenWindow")).OpenWindow)

interface OpenOnListProps {
  readonly api: Api
  /** The list of notebooks is what is open. */
  readonly onList: boolean
  /** What the address says of GitHub: the window opens there. */
  readonly github?: string | undefined
  /** Nothing else meets the person who has just come. */
  readonly free: boolean
}

/** The window that opens notebooks, over the list of them: at the start, and by Ctrl+O. It comes when it is wanted. */
export function OpenOnList({ api, onList, github, free }: OpenOnListProps): JSX.Element | null {
  const [open, setOpen] = useState(() => onList && free && location.search === "" && (github !== undefined || shownAtStart()))
  useEffect(() => {
    if (!onList) return
    const press = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "o") return
      event.preventDefault()
      setOpen(true)
    }
    addEventListener("keydown", press)
    return () => {
      removeEventListener("keydown", press)
      setOpen(false)
    }
  }, [onList])
  return open && onList ? <OpenWindow api={api} github={github} onClose={() => setOpen(false)} /> : null
}
