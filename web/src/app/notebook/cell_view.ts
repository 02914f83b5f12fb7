/** Whether a code cell's code, its form or both are seen; kept in the cell's metadata, as Colab does. */
import { cellView, type CellView } from "../../model/form_marks"
import type { CellId } from "../../wire/ids"
import type { OpenNotebook } from "./context"

export function setCellView({ session, focus }: Pick<OpenNotebook, "session" | "focus">, id: CellId, view: CellView): void {
  const cell = session.view.state?.cells.get(id)
  if (!cell || !session.view.writable) return
  // Else the code would be seen while the keyboard is in it.
  if (view === "form" && focus.view.cell === id) focus.note(id, "cell")
  session.wish({ type: "set_cell_metadata", cell: id, metadata: { ...cell.metadata, cellView: view } })
}

/** Hides the code that is seen, and shows the code that is hidden. */
export function toggleCode(notebook: Pick<OpenNotebook, "session" | "focus">, ids: readonly CellId[]): void {
  for (const id of ids) {
    const cell = notebook.session.view.state?.cells.get(id)
    if (cell?.cell_type === "code") setCellView(notebook, id, cellView(cell) === "form" ? "both" : "form")
  }
}
