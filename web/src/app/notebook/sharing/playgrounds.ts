/** Going from a notebook into a playground of it, and where one came from. */
import type { Api } from "../../../sync/http"
import { notebookId, type CellId, type NotebookId } from "../../../wire/ids"
import { navigate, notebookHref } from "../../router"

/** Cells to run once the playground is open; it has them under the same ids. */
const waiting = new Map<NotebookId, readonly CellId[]>()
const key = (playground: NotebookId): string => `colibri.playground.${playground}`

export async function openPlayground(api: Api, origin: NotebookId, run: readonly CellId[]): Promise<void> {
  const made = await api.sharing.playground(origin)
  if (run.length > 0) waiting.set(made, run)
  try {
    sessionStorage.setItem(key(made), origin)
  } catch {
    // Then there is no way back but the browser's own.
  }
  navigate(notebookHref(made))
}

/** What was to be run in it; once. */
export function takeWaiting(playground: NotebookId): readonly CellId[] {
  const cells = waiting.get(playground) ?? []
  waiting.delete(playground)
  return cells
}

/** Of what this tab made it; null when that is not known. */
export function originOf(playground: NotebookId): NotebookId | null {
  try {
    const stored = sessionStorage.getItem(key(playground))
    return stored === null ? null : notebookId(stored)
  } catch {
    return null
  }
}
