/** Going from a notebook into a playground of it, and where one came from. */
import type { Api } from "../../../sync/http"
import { notebookId, type CellId, type NotebookId } from "../../../wire/ids"
import { navigate } from "../../router"
import { notebookHref } from "../../routes"

/** What is to be done once the playground is open; it has the cells under the same ids. */
export interface Plan {
  readonly run?: readonly CellId[]
  readonly edit?: CellId
}

const waiting = new Map<NotebookId, Plan>()
const key = (playground: NotebookId): string => `colibri.playground.${playground}`

export async function openPlayground(api: Api, origin: NotebookId, plan: Plan): Promise<void> {
  const made = await api.sharing.playground(origin)
  waiting.set(made, plan)
  try {
    sessionStorage.setItem(key(made), origin)
  } catch {
    // Then there is no way back but the browser's own.
  }
  navigate(notebookHref(made))
}

/** What was to be done in it; once. */
export function takeWaiting(playground: NotebookId): Plan {
  const plan = waiting.get(playground) ?? {}
  waiting.delete(playground)
  return plan
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
