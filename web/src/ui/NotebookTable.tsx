import type { JSX, MouseEvent } from "react"
import type { NotebookEntry } from "../wire/api"
import type { NotebookId } from "../wire/ids"
import { formatAgo, formatBytes, language, t } from "../words/words"
import { IconButton } from "./Button"
import { Icon } from "./icons"
import { Menu } from "./Menu"

interface NotebookTableProps {
  readonly notebooks: readonly NotebookEntry[]
  readonly hrefOf: (id: NotebookId) => string
  readonly onOpen: (id: NotebookId) => void
  readonly onRename: (notebook: NotebookEntry) => void
  readonly onDelete: (notebook: NotebookEntry) => void
}

export function NotebookTable(props: NotebookTableProps): JSX.Element {
  return (
    <table className="c-list-table">
      <thead>
        <tr>
          <th scope="col">{t("list.column_name")}</th>
          <th scope="col" className="c-wide">{t("list.column_folder")}</th>
          <th scope="col">{t("list.column_changed")}</th>
          <th scope="col" className="c-wide c-number">{t("list.column_size")}</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {props.notebooks.map((notebook) => <Row key={notebook.id} notebook={notebook} {...props} />)}
      </tbody>
    </table>
  )
}

/** "My Drive/Colab Notebooks/a.ipynb" lies in "Colab Notebooks". */
function folderOf(path: string): string {
  return path.split("/").slice(0, -1).join("/").replace(/^My Drive\/(?=.)/, "")
}

function Row(
  { notebook, hrefOf, onOpen, onRename, onDelete }:
  NotebookTableProps & { readonly notebook: NotebookEntry },
): JSX.Element {
  const { id, title } = notebook
  const open = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    onOpen(id)
  }
  const when = new Intl.DateTimeFormat(language(), { dateStyle: "full", timeStyle: "short" })
  return (
    <tr>
      <td>
        <a className="c-list-name" href={hrefOf(id)} onClick={open}>
          <Icon name="notebook" />
          <span title={title}>{title}</span>
          {notebook.running &&
            <span className="c-dot" role="img" title={t("list.running")} aria-label={t("list.running")} />}
        </a>
      </td>
      <td className="c-wide">{folderOf(notebook.path)}</td>
      <td title={when.format(notebook.modified_ms)}>{formatAgo(notebook.modified_ms, Date.now())}</td>
      <td className="c-wide c-number">{formatBytes(notebook.bytes)}</td>
      <td>
        <Menu label={t("list.actions", { title })} placement="bottom end"
          trigger={<IconButton label={t("list.actions", { title })} icon="more" />}
          items={[
            { id: "open", label: t("list.open"), icon: "notebook" },
            { id: "tab", label: t("list.open_new_tab"), icon: "external", href: hrefOf(id), target: "_blank" },
            { id: "rename", label: t("action.rename"), icon: "edit" },
            { separator: "s1" },
            { id: "delete", label: t("action.delete"), icon: "trash", danger: true },
          ]}
          onAction={(action) => {
            if (action === "open") onOpen(id)
            if (action === "rename") onRename(notebook)
            if (action === "delete") onDelete(notebook)
          }} />
      </td>
    </tr>
  )
}
