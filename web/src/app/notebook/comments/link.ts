/** Addresses that lead to a thread of comments. */
import { threadId, type NotebookId, type ThreadId } from "../../../wire/ids"
import { notebookHref } from "../../routes"

const sign = "#comment="

export function linkTo(notebook: NotebookId, thread: ThreadId): string {
  return `${location.origin}${notebookHref(notebook)}${sign}${encodeURIComponent(thread)}`
}

/** The thread that the address asks for, once: it goes from the address. */
export function takeWanted(): ThreadId | null {
  if (!location.hash.startsWith(sign)) return null
  const id = location.hash.slice(sign.length)
  history.replaceState(history.state, "", location.pathname + location.search)
  try {
    return threadId(decodeURIComponent(id))
  } catch {
    return null // A malformed escape.
  }
}
