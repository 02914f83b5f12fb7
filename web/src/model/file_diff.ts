/** Two notebook files as two revisions, to be compared cell by cell. Pure. */
import type { Revision, RevisionCell, RevisionContent } from "../wire/history"
import { cellId } from "../wire/ids"
import type { FileCell, NotebookFile } from "../wire/ipynb"
import type { Json } from "../wire/json"
import { canonical } from "./revision_diff"

const revision: Revision = { number: 0, time_ms: 0, kind: "now", name: "", pinned: false, authors: [], cells: 0, changed: null }

const isEmpty = (value: Json): boolean => typeof value === "object" && value !== null && Object.keys(value).length === 0

/** What tells outputs apart; empty for none. */
const mark = (value: Json): string => isEmpty(value) ? "" : canonical(value)

/** Cells that have no id, or one that was there before, get one that no other file has: they are told by what they say. */
export function asRevision(name: string, file: NotebookFile): { readonly content: RevisionContent; readonly cells: ReadonlyMap<string, FileCell> } {
  const cells = new Map<string, FileCell>()
  const listed = file.cells.map((cell, place): RevisionCell => {
    const id = cell.id === "" || cells.has(cell.id) ? `${name} ${place}` : cell.id
    cells.set(id, cell)
    return {
      id: cellId(id), cell_type: cell.cell_type, source: cell.source, metadata: cell.metadata,
      attachments: mark(cell.attachments), outputs: mark(cell.outputs), running: false,
    }
  })
  return { content: { revision, metadata: file.metadata, with_outputs: true, cells: listed }, cells }
}
