/** Which page an address names; the server answers these addresses with the page. */
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
