import type { JSX } from "react"
import type { Api } from "../../sync/http"
import { useLate } from "../late"

export type HistoryWindow = "pin" | "revisions"

interface HistoryProps {
  readonly api: Api
  /** Null: none. */
  readonly shown: HistoryWindow | null
  readonly onShow: (shown: HistoryWindow | null) => void
}

/** The windows about the past; their part of the page comes when one is first wanted. */
export function History({ api, shown, onShow }: HistoryProps): JSX.Element | null {
  const part = useLate(shown !== null, () => import("../history/HistoryWindows"), () => onShow(null))
  return shown !== null && part ? <part.HistoryWindows api={api} shown={shown} onShow={onShow} /> : null
}
