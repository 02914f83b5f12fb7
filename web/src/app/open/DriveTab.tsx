import { useState, type JSX } from "react"
import { filesIn, foldersIn, nameOfPath, parentsOf } from "../../model/folders"
import { fits, OpenList, type OpenItem } from "../../ui/open/OpenList"
import type { NotebookEntry } from "../../wire/api"
import { formatAgo, t } from "../../words/words"
import { useLoaded } from "../account/loaded"
import { notebookHref } from "../routes"
import type { NotebooksTabProps } from "./RecentTab"

const home = "My Drive"

/** One's own Drive, folder by folder: those that lead to a notebook. A filter looks in all that are below. */
export function DriveTab({ api, onOpen }: NotebooksTabProps): JSX.Element {
  const [filter, setFilter] = useState("")
  const [folder, setFolder] = useState(home)
  const { value, error } = useLoaded(() => api.notebooks())
  const mine = value?.filter(({ path }) => path !== "") ?? null
  const file = (notebook: NotebookEntry): OpenItem => ({
    id: notebook.id, icon: "notebook", title: notebook.title, href: notebookHref(notebook.id),
    ...(filter === "" ? {} : { text: parentsOf(notebook.path).at(-1)?.replace(`${home}/`, "") ?? "" }),
    note: formatAgo(notebook.modified_ms, Date.now()), onOpen: () => onOpen(notebook.id),
  })
  const items = mine && (filter === "" ? [
    ...foldersIn(mine, folder).map((path): OpenItem => ({
      id: path, icon: "folder", title: nameOfPath(path),
      onOpen: () => setFolder(path),
    })),
    ...filesIn(mine, folder).map(file),
  ] : mine.filter(({ title, path }) => path.startsWith(`${folder}/`) && fits(filter, title, path)).map(file))
  return (
    <OpenList label={t("open.drive")} filter={filter} onFilter={setFilter} items={items} error={error}
      none={t("open.none_drive")} noteTitle={t("open.column_changed")}
      above={
        <nav className="o-crumbs" aria-label={t("open.folders")}>
          {[...parentsOf(folder), folder].map((path) => (
            <span key={path}>
              {path !== home && <span aria-hidden="true">›</span>}
              <button type="button" className="o-crumb" aria-current={path === folder ? "location" : undefined}
                onClick={() => setFolder(path)}>{path === home ? t("open.my_drive") : nameOfPath(path)}</button>
            </span>
          ))}
        </nav>
      } />
  )
}
