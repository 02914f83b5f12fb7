/** A cell that is nothing but `?name` or `name??` is answered beside the notebook, by a kernel that is free to. */
import { sourceOf } from "../../../model/cell_text"
import { helpQuery } from "../../../model/inspection_text"
import { isPython, languageOf } from "../../../model/notebook_state"
import type { NotebookSession } from "../../../sync/session"
import { showToast } from "../../../ui/toast"
import type { CellId } from "../../../wire/ids"
import { t } from "../../../words/words"
import type { NotebookHelp } from "../help/help"
import { askKernel, isIdle } from "./cell_language"

export function answersHelp(session: NotebookSession, help: NotebookHelp, cell: CellId): boolean {
  const { state } = session.view
  const text = state?.cells.get(cell)?.text
  const query = state && text && isPython(languageOf(state)) ? helpQuery(sourceOf(text)) : null
  if (!query || !isIdle(session)) return false
  const { name, detail } = query
  void help.ask(name, askKernel(session, name, name.length, detail)).then((found) => {
    if (!found) showToast({ text: t("help.none", { name }) })
  })
  return true
}
