/** Takes over what the page's first script (early_start.ts) has begun, if it ran. */
import { newClientId, type ClientId, type NotebookId } from "../wire/ids"
import { notebookSocket } from "./browser_socket"
import type { OpenSocket } from "./connection"
import type { Early } from "./early_start"

declare global {
  var colibriEarly: Early | undefined
}

/** Fetches, but for the first question of who is signed in, which has been asked already. */
export const fetchOrEarly: typeof fetch = async (input, init) => {
  const asked = input === "/api/me" && init?.method === "GET" ? globalThis.colibriEarly?.takeMe() : null
  try {
    if (asked) return await asked
  } catch {
    // That question failed; this one may not.
  }
  return fetch(input, init)
}

export interface Opening {
  readonly client: ClientId
  readonly open: OpenSocket
}

/** The client and the sockets of a page for this notebook, the first one perhaps open by now. */
export function openingOf(notebook: NotebookId): Opening {
  const open = notebookSocket(notebook)
  const early = globalThis.colibriEarly?.takeSocket(notebook)
  if (!early) return { client: newClientId(), open }
  return { client: early.client, open: (events) => early.isGood ? early.takeOver(events) : open(events) }
}
