/** What can be said of a cell's form before it is read: cheap, for every cell that is drawn. Pure. */
import type { Text } from "@codemirror/state"
import { mayHaveForm } from "./form_mark"
import type { Cell } from "./notebook_state"

/** Which of a cell with a form is seen. */
export type CellView = "form" | "code" | "both"

export const viewOf = (name: unknown): CellView | null => name === "form" || name === "code" || name === "both" ? name : null

const mode = /^[ \t]*#[ \t]*@title\b.*display-mode["']?\s*:\s*["'](form|code|both)["']/m

export interface FormHint {
  readonly mayHave: boolean
  /** What the title says of the view; null when nothing. */
  readonly view: CellView | null
}

const known = new WeakMap<Text, FormHint>()
const noForm: FormHint = { mayHave: false, view: null }

export function formHint(cell: Cell): FormHint {
  if (cell.cell_type !== "code") return noForm
  const { doc } = cell.text
  let hint = known.get(doc)
  if (!hint) {
    const source = doc.sliceString(0, doc.length, "\n")
    hint = mayHaveForm(source) ? { mayHave: true, view: viewOf(mode.exec(source)?.[1]) } : noForm
    known.set(doc, hint)
  }
  return hint
}

/** What is seen of a code cell: as its metadata has it, else as its form's title says. */
export function cellView(cell: Cell): CellView {
  const hint = formHint(cell)
  return viewOf(cell.metadata.cellView) ?? (hint.mayHave ? hint.view ?? "both" : "code")
}
