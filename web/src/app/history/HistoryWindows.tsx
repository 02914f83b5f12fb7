import "../../ui/history/history.css"
import type { JSX } from "react"
import type { Api } from "../../sync/http"
import type { HistoryWindow } from "../notebook/history_window"
import { PinWindow } from "./PinWindow"
import { RevisionsWindow } from "./RevisionsWindow"

interface HistoryWindowsProps {
  readonly api: Api
  readonly shown: HistoryWindow
  readonly onShow: (shown: HistoryWindow | null) => void
}

/** The windows about the notebook's past; a part of the page that is loaded when it is first wanted. */
export function HistoryWindows({ api, shown, onShow }: HistoryWindowsProps): JSX.Element {
  const close = (): void => onShow(null)
  switch (shown) {
    case "pin": return <PinWindow api={api} onClose={close} onShow={() => onShow("revisions")} />
    case "revisions": return <RevisionsWindow api={api} onClose={close} onPin={() => onShow("pin")} />
  }
}
