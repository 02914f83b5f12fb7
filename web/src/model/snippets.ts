/** The snippets in a notebook: its code cells, each by the heading above it. Pure. */
import type { FileCell, NotebookFile } from "../wire/ipynb"
import { isObject, member, type Json } from "../wire/json"
import { headingsOf } from "./outline"

export interface Snippet {
  readonly id: string
  readonly title: string
  readonly code: string
}

/** The heading in another language, as the built-in snippets have it in the cell's metadata. */
function translated({ metadata }: FileCell, language: string): string | undefined {
  let at: Json | undefined = metadata
  for (const name of ["colibri", "title", language]) at = isObject(at) ? member(at, name) : undefined
  return typeof at === "string" && at.trim() !== "" ? at : undefined
}

/** `source` names the notebook, so that ids of several differ. */
export function snippetsOf(source: string, { cells }: NotebookFile, language = "en"): readonly Snippet[] {
  const found: Snippet[] = []
  let heading = ""
  let first = true
  for (const [place, cell] of cells.entries()) {
    if (cell.cell_type === "markdown") {
      heading = translated(cell, language) ?? headingsOf(cell.source).at(-1)?.text ?? heading
      first = true
    } else if (cell.cell_type === "code" && cell.source.trim() !== "") {
      const line = cell.source.trim().split("\n", 1)[0] ?? ""
      // A second one below the same heading goes by what it begins with.
      found.push({ id: `${source} ${place}`, title: heading === "" ? line : first ? heading : `${heading}: ${line}`, code: cell.source })
      first = false
    }
  }
  return found
}
