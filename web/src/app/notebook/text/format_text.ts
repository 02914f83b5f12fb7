/** What makes a text cell's source bold, a list, a link: by its tools and by keys. */
import type { EditorState } from "@codemirror/state"
import { sourceOf } from "../../../model/cell_text"
import { editMarkdown, type MarkdownAction } from "../../../model/markdown_edit"
import type { NotebookSession } from "../../../sync/session"
import type { CellId } from "../../../wire/ids"

/** The text with its selection as they are now: what is drawn follows a moment later. */
export const textNow = (session: NotebookSession, cell: CellId): EditorState | undefined => session.view.state?.cells.get(cell)?.text

export function formatText(session: NotebookSession, cell: CellId, action: MarkdownAction): void {
  const now = textNow(session, cell)
  if (!now) return
  const { from, to } = now.selection.main
  session.change(cell, { ...editMarkdown(sourceOf(now), from, to, action), userEvent: "input.format" })
}
