/**
 * The files of a notebook's runtime for every part of the page that has to do with them: the pane, its tabs, and what
 * code in the runtime asks of the page (`page.upload`, `page.download`, `page.view`).
 */
import type { Ask } from "../../../sync/account_api"
import { RuntimeFilesApi } from "../../../sync/runtime_files"
import { nameOf, type Place } from "../../../wire/runtime_files"
import type { OpenNotebook } from "../context"
import { Browsing } from "./browsing"
import { FileDrafts } from "./file_drafts"
import { FolderChanges } from "./folder_changes"
import { Uploading } from "./uploading"

export interface NotebookFiles {
  readonly api: RuntimeFilesApi
  readonly browsing: Browsing
  readonly uploading: Uploading
  readonly drafts: FileDrafts
  readonly changes: FolderChanges
}

const known = new WeakMap<OpenNotebook, NotebookFiles>()

export function filesOf(notebook: OpenNotebook): NotebookFiles {
  const there = known.get(notebook)
  if (there) return there
  const api = notebook.api.part(class extends RuntimeFilesApi {
    constructor(ask: Ask, csrf: () => string) {
      super(notebook.id, ask, csrf)
    }
  })
  const browsing = new Browsing(api)
  const uploading = new Uploading(api, (folder) => browsing.touched(folder))
  const files = { api, browsing, uploading, drafts: new FileDrafts(notebook.id), changes: new FolderChanges(api) }
  known.set(notebook, files)
  addEventListener("beforeunload", (event) => {
    if (uploading.busy) event.preventDefault()
  })
  return files
}

/** Has the browser save a file of the runtime, or a folder as an archive. */
export function downloadFile(notebook: OpenNotebook, place: Place, isFolder: boolean): void {
  const link = document.createElement("a")
  link.href = filesOf(notebook).api.downloadUrl(place, isFolder)
  link.download = isFolder ? `${nameOf(place.path)}.zip` : nameOf(place.path)
  link.click()
}

/** The same for a place of which it is not known what stands there; fails when there is nothing. */
export async function downloadPath(notebook: OpenNotebook, place: Place): Promise<void> {
  const { type } = await filesOf(notebook).api.status(place)
  downloadFile(notebook, place, type === "folder")
}

/** Shows a place of the runtime: a file in a tab, at this line, or a folder in the pane. */
export async function viewPath(notebook: OpenNotebook, place: Place, line: number | null = null): Promise<void> {
  const { api, browsing } = filesOf(notebook)
  const { type } = await api.status(place)
  if (type !== "folder") {
    notebook.files.open(place, line)
    return
  }
  notebook.frame.showPane("files")
  browsing.begin(notebook.session.view.lease?.id ?? "")
  await browsing.reveal(`${place.path === "/" ? "" : place.path}/.`)
}
