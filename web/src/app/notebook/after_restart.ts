/** What is to happen once a kernel that was told to start anew does so. */
import type { NotebookSession } from "../../sync/session"

/** A word that was lost on its way is not waited for. */
const mostMs = 15_000

/** Before the old kernel is given up, whatever is queued would be given up with it. */
export function afterRestart(session: NotebookSession, act: () => void): void {
  const end = (): void => {
    clearTimeout(timer)
    stop()
    act()
  }
  const timer = setTimeout(end, mostMs)
  const stop = session.subscribe(() => {
    if (session.view.lease?.kernel.state === "restarting") end()
  })
}
