import { useState, type JSX } from "react"
import type { Api } from "../../sync/http"
import { fits, OpenList } from "../../ui/open/OpenList"
import type { NotebookEntry } from "../../wire/api"
import type { NotebookId } from "../../wire/ids"
import { formatAgo, t } from "../../words/words"
import { useLoaded } from "../account/loaded"
import { notebookHref } from "../routes"

export interface NotebooksTabProps {
  readonly api: Api
  readonly onOpen: (id: NotebookId) => void
}

const ownerOf = ({ owner, path }: NotebookEntry): string =>
  path !== "" ? "" : owner.name === "" ? owner.email : owner.name

/** All notebooks that one can open, the one opened last first. */
export function RecentTab({ api, onOpen }: NotebooksTabProps): JSX.Element {
  const [filter, setFilter] = useState("")
  const { value, error } = useLoaded(() => api.notebooks())
  const items = value && [...value]
    .sort((a, b) => (b.opened_ms || b.modified_ms) - (a.opened_ms || a.modified_ms))
    .filter((notebook) => fits(filter, notebook.title, notebook.path, ownerOf(notebook)))
    .map((notebook) => {
      const owner = ownerOf(notebook)
      return {
        id: notebook.id, icon: "notebook" as const, title: notebook.title, href: notebookHref(notebook.id),
        ...(owner === "" ? {} : { text: owner }),
        note: notebook.opened_ms === 0 ? t("open.never") : formatAgo(notebook.opened_ms, Date.now()),
        onOpen: () => onOpen(notebook.id),
      }
    })
  return (
    <OpenList label={t("open.recent")} filter={filter} onFilter={setFilter} items={items} error={error}
      none={t("open.none_recent")} noteTitle={t("open.column_opened")} />
  )
}
