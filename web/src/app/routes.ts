/** Which page an address names; the server answers these addresses with the page. */
import { notebookId, type NotebookId } from "../wire/ids"

export type Route =
  | { readonly page: "list" }
  | { readonly page: "notebook"; readonly id: NotebookId }
  /** A notebook that is in no Drive here; it opens as a playground. */
  | { readonly page: "foreign"; readonly from: "examples"; readonly path: string }

export function routeOf(path: string): Route {
  try {
    const id = /^\/notebooks?\/([^/]+)\/?$/.exec(path)?.[1]
    if (id !== undefined) return { page: "notebook", id: notebookId(decodeURIComponent(id)) }
    const example = /^\/examples\/([^/]+)\/?$/.exec(path)?.[1]
    if (example !== undefined) return { page: "foreign", from: "examples", path: decodeURIComponent(example) }
  } catch {
    // A malformed escape.
  }
  return { page: "list" }
}

export const listHref = "/"
export const notebookHref = (id: NotebookId): string => `/notebooks/${encodeURIComponent(id)}`
export const exampleHref = (name: string): string => `/examples/${encodeURIComponent(name)}`
