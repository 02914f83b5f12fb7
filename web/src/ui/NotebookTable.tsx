import type { JSX, MouseEvent } from "react"
import type { NotebookEntry } from "../wire/api"
import type { NotebookId } from "../wire/ids"
import { language } from "../words/language"
import { formatAgo, formatBytes, t } from "../words/words"
import { IconButton } from "./Button"
import { Icon } from "./icons"
import { isMine, type ListView } from "./ListViews"
import { Menu, type MenuEntry } from "./Menu"

interface NotebookTableProps {
  readonly notebooks: readonly NotebookEntry[]
  /** One's own stand with their folders, else notebooks stand with their owners. */
  readonly view: ListView
  readonly hrefOf: (id: NotebookId) => string
  readonly onOpen: (id: NotebookId) => void
  readonly onStar: (notebook: NotebookEntry) => void
  readonly onShare: (notebook: NotebookEntry) => void
  readonly onCopy: (id: NotebookId) => void
  readonly onRename: (notebook: NotebookEntry) => void
  readonly onDelete: (notebook: NotebookEntry) => void
  readonly onForget: (notebook: NotebookEntry) => void
}

export function NotebookTable(props: NotebookTableProps): JSX.Element {
  return (
    <table className="c-list-table">
      <thead>
        <tr>
          <th scope="col">{t("list.column_name")}</th>
          <th scope="col" className="c-wide">
            {t(props.view === "mine" ? "list.column_folder" : "list.column_owner")}
          </th>
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

const ownerOf = ({ owner }: NotebookEntry): string => owner.name === "" ? owner.email : owner.name

function Row(props: NotebookTableProps & { readonly notebook: NotebookEntry }): JSX.Element {
  const { notebook, view, hrefOf, onStar } = props
  const { id, title, starred } = notebook
  const open = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    props.onOpen(id)
  }
  const when = new Intl.DateTimeFormat(language(), { dateStyle: "full", timeStyle: "short" })
  const mine = isMine(notebook)
  return (
    <tr>
      <td>
        <a className="c-list-name" href={hrefOf(id)} onClick={open}>
          <Icon name="notebook" />
          <span className="c-list-title" title={title}>
            {title}{!mine && <small>{ownerOf(notebook)}</small>}
          </span>
          {mine && notebook.shared &&
            <span className="c-list-mark" role="img" title={t("list.is_shared")} aria-label={t("list.is_shared")}>
              <Icon name="people" size={16} />
            </span>}
          {notebook.running &&
            <span className="c-dot" role="img" title={t("list.running")} aria-label={t("list.running")} />}
        </a>
      </td>
      <td className="c-wide" title={mine ? undefined : notebook.owner.email}>
        {view === "mine" ? folderOf(notebook.path) : mine ? t("list.owner_me") : ownerOf(notebook)}
      </td>
      <td title={when.format(notebook.modified_ms)}>{formatAgo(notebook.modified_ms, Date.now())}</td>
      <td className="c-wide c-number">{formatBytes(notebook.bytes)}</td>
      <td className="c-list-actions">
        <IconButton className={starred ? "c-star c-star-on" : "c-star"} icon={starred ? "star_on" : "star"} size={18}
          label={t(starred ? "list.unstar" : "list.star", { title })} aria-pressed={starred}
          onPress={() => onStar(notebook)} />
        <RowMenu {...props} />
      </td>
    </tr>
  )
}

function entriesFor(notebook: NotebookEntry, href: string): readonly MenuEntry[] {
  const { role } = notebook
  const edits = role === "owner" || role === "editor"
  return [
    { id: "open", label: t("list.open"), icon: "notebook" },
    { id: "tab", label: t("list.open_new_tab"), icon: "external", href, target: "_blank" },
    { id: "share", label: t(edits ? "list.share" : "list.access"), icon: "people" },
    { id: "copy", label: t("list.copy"), icon: "copy" },
    ...(edits ? [{ id: "rename", label: t("action.rename"), icon: "edit" } as const] : []),
    { separator: "s1" },
    role === "owner" ? { id: "delete", label: t("action.delete"), icon: "trash", danger: true }
      : { id: "forget", label: t("list.forget"), icon: "close", danger: true },
  ]
}

function RowMenu({ notebook, ...props }: NotebookTableProps & { readonly notebook: NotebookEntry }): JSX.Element {
  const { id, title } = notebook
  const act = (action: string): void => {
    switch (action) {
      case "open": return props.onOpen(id)
      case "share": return props.onShare(notebook)
      case "copy": return props.onCopy(id)
      case "rename": return props.onRename(notebook)
      case "delete": return props.onDelete(notebook)
      case "forget": return props.onForget(notebook)
    }
  }
  return (
    <Menu label={t("list.actions", { title })} placement="bottom end" onAction={act}
      items={entriesFor(notebook, props.hrefOf(id))}
      trigger={<IconButton label={t("list.actions", { title })} icon="more" />} />
  )
}
