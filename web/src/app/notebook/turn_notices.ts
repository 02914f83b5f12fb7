/** Tells somebody who looks elsewhere that it is their turn, or that the runtime they waited for is there. */
import { useEffect } from "react"
import type { NotebookSession } from "../../sync/session"
import type { Lease } from "../../wire/lease"
import { t } from "../../words/words"

export type Turn = "offered" | "ready"

/** What has come between these two; null: nothing to tell. */
export function turnBetween(before: Lease | null, after: Lease | null): Turn | null {
  if (!before?.queue || !after || after.state === "ended") return null
  if (after.queue) {
    return before.queue.offered_until_ms === null && after.queue.offered_until_ms !== null ? "offered" : null
  }
  return after.id !== before.id || before.state === "queued" ? "ready" : null
}

const flashMs = 1000

/** Says it in the tab's title until somebody looks. */
function flash(words: string): () => void {
  const title = document.title
  let on = false
  const turn = (): void => {
    on = !on
    document.title = on ? `● ${words}` : title
  }
  turn()
  const timer = setInterval(turn, flashMs)
  const stop = (): void => {
    clearInterval(timer)
    document.title = title
    document.removeEventListener("visibilitychange", seen)
    removeEventListener("focus", stop)
  }
  const seen = (): void => {
    if (!document.hidden) stop()
  }
  document.addEventListener("visibilitychange", seen)
  addEventListener("focus", stop)
  return stop
}

function notify(words: string, body: string): void {
  if (!("Notification" in globalThis) || Notification.permission !== "granted") return
  const notification = new Notification(words, { body, tag: "colibri-turn", icon: "/favicon.svg" })
  notification.onclick = () => {
    window.focus()
    notification.close()
  }
}

export function useTurnNotices(session: NotebookSession): void {
  useEffect(() => {
    let before: Lease | null = session.view.lease
    let stop = (): void => undefined
    const unsubscribe = session.subscribe(() => {
      const { lease, title } = session.view
      if (lease === before) return
      const turn = turnBetween(before, lease)
      before = lease
      if (turn === null || document.hasFocus()) return
      const words = t(turn === "offered" ? "queue.turn_title" : "queue.ready_title")
      stop()
      stop = flash(words)
      notify(words, title)
    })
    return () => {
      unsubscribe()
      stop()
    }
  }, [session])
}
