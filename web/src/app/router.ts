/** Which page the address names; the server answers these addresses with the page. */
import { useSyncExternalStore } from "react"
import { notebookId, type NotebookId } from "../wire/ids"

export type Route =
  | { readonly page: "list" }
  | { readonly page: "notebook"; readonly id: NotebookId }

export function routeOf(path: string): Route {
  const id = /^\/notebooks?\/([^/]+)\/?$/.exec(path)?.[1]
  if (id === undefined) return { page: "list" }
  try {
    return { page: "notebook", id: notebookId(decodeURIComponent(id)) }
  } catch {
    return { page: "list" } // A malformed escape.
  }
}

export const listHref = "/"
export const notebookHref = (id: NotebookId): string => `/notebooks/${encodeURIComponent(id)}`

const listeners = new Set<() => void>()

export function navigate(href: string): void {
  history.pushState(null, "", href)
  for (const listener of [...listeners]) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener("popstate", listener)
  return () => {
    listeners.delete(listener)
    removeEventListener("popstate", listener)
  }
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname)
}
