/** Bringing notebooks in from files. */
import type { Api } from "../sync/http"
import { showToast } from "../ui/toast"
import type { NotebookId } from "../wire/ids"
import { t } from "../words/words"
import { errorText } from "./errors"

/** Imports one after the other and tells what became of each; the ids of those that made it. */
export async function importAll(api: Api, files: readonly File[]): Promise<readonly NotebookId[]> {
  const ids: NotebookId[] = []
  for (const file of files) {
    try {
      const { id, notes } = await api.importNotebook(file.name, file)
      ids.push(id)
      showToast({ text: t("notebook.imported", { title: file.name }), level: "success" })
      // A single one is opened at once, and says so itself.
      if (files.length > 1) for (const note of notes) showToast({ text: `${file.name}: ${note}` })
    } catch (error) {
      showToast({ text: `${file.name}: ${errorText(error)}`, level: "error" })
    }
  }
  return ids
}
