/** Tells the person when a runtime ended that they did not end themselves. */
import { useEffect } from "react"
import type { NotebookSession } from "../../sync/session"
import { showToast } from "../../ui/toast"
import type { Lease } from "../../wire/server_message"
import { t, type WordKey } from "../../words/words"

const reasons: ReadonlyMap<string, WordKey> = new Map<string, WordKey>([
  ["idle", "lease.idle"], ["deadline", "lease.deadline"], ["supervisor_lost", "lease.lost"],
])
/** Somebody wanted it so. */
const wanted: ReadonlySet<string> = new Set(["", "disconnected", "disconnect", "user"])

export function endingWords(lease: Lease): string {
  const known = reasons.get(lease.reason)
  if (known) return t(known)
  return lease.detail === "" ? lease.reason : lease.detail
}

export function useLeaseNotices(session: NotebookSession): void {
  useEffect(() => {
    // What had ended before this page came is no news.
    let before: Lease | null | undefined
    return session.subscribe(() => {
      const { lease, state } = session.view
      if (!state || lease === before) return
      const news = before && before.state !== "ended"
      if (lease?.state === "ended" && news && !wanted.has(lease.reason)) {
        showToast({ text: t("runtime.ended", { why: endingWords(lease) }), level: "warning", timeoutMs: 0 })
      }
      before = lease
    })
  }, [session])
}
