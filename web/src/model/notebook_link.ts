/** What a person gives as the address of a notebook: one of this server, an example, or one at GitHub. Pure. */
import { notebookId, type NotebookId } from "../wire/ids"
import { githubWish } from "./github_address"

export type NotebookLink =
  | { readonly kind: "notebook"; readonly id: NotebookId }
  | { readonly kind: "foreign"; readonly from: "examples" | "github" | "gist"; readonly path: string }

/** `here` is the page's own origin. Null: no address of a notebook. */
export function notebookLink(text: string, here: string, web: string): NotebookLink | null {
  const typed = text.trim()
  const path = (typed.startsWith(`${here}/`) ? typed.slice(here.length) : typed).replace(/[?#].*$/, "").replace(/\/$/, "")
  const id = /^(?:\/notebooks?\/)?(n_[\w-]+)$/.exec(path)?.[1]
  if (id !== undefined) return { kind: "notebook", id: notebookId(id) }
  const [, from, rest] = /^\/(examples|github|gist)\/(.+)$/.exec(path) ?? []
  if ((from === "examples" || from === "github" || from === "gist") && rest !== undefined) {
    return { kind: "foreign", from, path: decodeURIComponent(rest) }
  }
  const wish = githubWish(typed, web)
  return wish.kind === "file" ? { kind: "foreign", from: wish.from, path: wish.path } : null
}
