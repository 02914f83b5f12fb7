/** The snippets in a notebook: its code cells, each by the heading above it. Pure. */
import type { NotebookFile } from "../wire/ipynb"
import { headingsOf } from "./outline"

export interface Snippet {
  readonly id: string
  readonly title: string
  readonly code: string
}

/** `source` names the notebook, so that ids of several differ. */
export function snippetsOf(source: string, { cells }: NotebookFile): readonly Snippet[] {
  const found: Snippet[] = []
  let heading = ""
  let first = true
  for (const [place, cell] of cells.entries()) {
    if (cell.cell_type === "markdown") {
      heading = headingsOf(cell.source).at(-1)?.text ?? heading
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
