/** Which page an address names; the server answers these addresses with the page. */
import type { Foreign } from "../sync/opening_api"
import { notebookId, type NotebookId } from "../wire/ids"

export type Route =
  /** `github`: with the window that opens notebooks at what this says ("owner" or "owner/name", or nothing). */
  | { readonly page: "list"; readonly github?: string }
  | { readonly page: "notebook"; readonly id: NotebookId }
  /** A notebook that is in no Drive here; it opens as a playground. */
  | ({ readonly page: "foreign" } & Foreign)
  | { readonly page: "diff" }
  /** What a program in a runtime serves there: its port is named by the label of its host name. */
  | { readonly page: "port"; readonly label: string; readonly path: string }

export function routeOf(path: string): Route {
  const inside = path.replace(/\/$/, "")
  try {
    const id = /^\/notebooks?\/([^/]+)$/.exec(inside)?.[1]
    if (id !== undefined) return { page: "notebook", id: notebookId(decodeURIComponent(id)) }
    const [, from, rest] = /^\/(examples|github|gist)\/(.+)$/.exec(inside) ?? []
    const named = rest === undefined ? "" : decodeURIComponent(rest)
    if (from === "examples" || from === "gist") return { page: "foreign", from, path: named }
    if (from === "github") {
      return /^[^/]+\/[^/]+\/blob\//.test(named) ? { page: "foreign", from, path: named } : { page: "list", github: named }
    }
  } catch {
    // A malformed escape.
  }
  const [, label, place] = /^\/ports\/(\d+-[a-z2-7]+)(\/.*)?$/.exec(path) ?? []
  if (label !== undefined) return { page: "port", label, path: place ?? "/" }
  if (inside === "/diff") return { page: "diff" }
  return inside === "/github" ? { page: "list", github: "" } : { page: "list" }
}

export const listHref = "/"
export const notebookHref = (id: NotebookId): string => `/notebooks/${encodeURIComponent(id)}`
export const foreignHref = ({ from, path }: Foreign): string =>
  `/${from}/${path.split("/").map(encodeURIComponent).join("/")}`
