/** A notice of the desktop when a long run ends while nobody looks at the page. Wanted by a choice, allowed by a click. */
import { useEffect, useRef } from "react"
import type { RunProgress } from "../../model/run_progress"
import type { NotebookSession } from "../../sync/session"
import { showToast } from "../../ui/toast"
import { t } from "../../words/words"
import { ownSetting, putSetting } from "../own_settings"
import { durationText } from "./duration"

const longMs = 10_000
const mayTell = (): boolean => typeof Notification === "function" && Notification.permission === "granted"

export const wantsNotices = (): boolean => ownSetting("notify") === true && mayTell()

/** By a click only: browsers ask for nothing else. */
export async function toggleNotices(): Promise<void> {
  if (wantsNotices()) {
    putSetting("notify", null)
    return
  }
  if (typeof Notification !== "function" || await Notification.requestPermission() !== "granted") {
    showToast({ text: t("notify.refused"), level: "warning" })
    return
  }
  putSetting("notify", true)
  showToast({ text: t("notify.on"), timeoutMs: 4000 })
}

export function useRunNotices(progress: RunProgress | null, session: NotebookSession): void {
  const since = useRef(0)
  const kind = progress?.kind ?? null
  useEffect(() => {
    if (kind === "running") {
      if (since.current === 0) since.current = Date.now()
      return
    }
    const took = Date.now() - since.current
    const ran = since.current > 0 && progress?.kind === "ended"
    since.current = 0
    if (!ran || took < longMs || !wantsNotices() || document.hasFocus()) return
    const words = progress.status === "ok" ? "notify.done" : "notify.failed"
    const notice = new Notification(session.view.title, { body: t(words, { duration: durationText(took) }), tag: location.pathname })
    notice.onclick = () => {
      focus()
      notice.close()
    }
    // When it begins and when it ends.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [kind])
}
