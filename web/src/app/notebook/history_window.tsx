import { useEffect, useState, type JSX } from "react"
import type { Api } from "../../sync/http"
import { showToast } from "../../ui/toast"
import { t } from "../../words/words"
import type { HistoryWindows } from "../history/HistoryWindows"

export type HistoryWindow = "pin" | "revisions" | "executed"

interface HistoryProps {
  readonly api: Api
  /** Null: none. */
  readonly shown: HistoryWindow | null
  readonly onShow: (shown: HistoryWindow | null) => void
}

/** The windows about the past; their part of the page comes when one is first wanted. */
export function History({ api, shown, onShow }: HistoryProps): JSX.Element | null {
  const [windows, setWindows] = useState<{ readonly Component: typeof HistoryWindows } | null>(null)
  const wanted = shown !== null
  useEffect(() => {
    if (!wanted || windows) return
    import("../history/HistoryWindows").then(
      ({ HistoryWindows: Component }) => setWindows({ Component }),
      () => {
        showToast({ text: t("error.unreachable"), level: "error" })
        onShow(null)
      })
  }, [wanted, windows, onShow])
  if (shown === null || !windows) return null
  return <windows.Component api={api} shown={shown} onShow={onShow} />
}
