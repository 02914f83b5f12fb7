import type { NotebookSession } from "../../sync/session"

const patienceMs = 5000

/** Until the server has what was typed here: a revision made now is to hold it. Not for ever, offline. */
export function whenSent(session: NotebookSession): Promise<void> {
  return new Promise((resolve) => {
    if (!session.view.unsent) {
      resolve()
      return
    }
    const done = (): void => {
      silence()
      clearTimeout(timer)
      resolve()
    }
    const silence = session.subscribe(() => {
      if (!session.view.unsent) done()
    })
    const timer = setTimeout(done, patienceMs)
  })
}
