/** Files that come into the runtime from this computer: chosen or dropped. */
import { ApiError } from "../../../sync/http"
import { showToast } from "../../../ui/toast"
import type { Place } from "../../../wire/runtime_files"
import { t } from "../../../words/words"
import { errorText } from "../../errors"
import type { OpenNotebook } from "../context"
import { chosenFolder, type DroppedAll } from "./dropped"
import { filesOf } from "./files"

/** Begins the uploads of all of these into the folder; folders are made first. */
export async function bringIn(notebook: OpenNotebook, folder: Place, { files, folders }: DroppedAll): Promise<void> {
  if (folder.hex !== null) {
    showToast({ text: t("files.odd_folder"), level: "warning" })
    return
  }
  const { api, browsing, uploading } = filesOf(notebook)
  const base = folder.path === "/" ? "" : folder.path
  try {
    for (const each of folders) await makeOnce(() => api.makeFolder(`${base}/${each}`))
  } catch (error) {
    showToast({ text: errorText(error), level: "error" })
    return
  }
  if (folders.length > 0) browsing.touched(folder.path)
  for (const { file, path } of files) void uploading.add(file, `${base}/${path}`)
}

/** A folder that is there already takes what comes. */
async function makeOnce(make: () => Promise<void>): Promise<void> {
  try {
    await make()
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error
  }
}

/** The browser's own window to choose files, or one folder. */
export function chooseFiles(folder: boolean): Promise<DroppedAll> {
  const input = document.createElement("input")
  input.type = "file"
  input.multiple = true
  input.webkitdirectory = folder
  return new Promise((resolve) => {
    input.onchange = () => resolve(chosenFolder([...input.files ?? []]))
    input.oncancel = () => resolve({ files: [], folders: [] })
    input.click()
  })
}
