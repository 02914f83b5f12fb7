import type { JSX } from "react"
import type { Cell } from "../../model/notebook_state"
import { IconButton } from "../../ui/Button"
import { Menu, type MenuEntry } from "../../ui/Menu"
import { t } from "../../words/words"
import { useMayComment } from "./comments/state"
import { useFocus, useNotebook, useSession } from "./context"
import { shortcutOf } from "./keys"

/** What one does with a cell as a whole; seen while the mouse is over it or it is focused. */
export function CellToolbar({ cell }: { readonly cell: Cell }): JSX.Element | null {
  const { session, commands, comments, focus } = useNotebook()
  const writable = useSession(session, (view) => view.writable)
  const editing = useFocus((view) => view.cell === cell.id && view.mode === "edit")
  const may = useMayComment()
  const { id } = cell
  const comment = may ? (
    <IconButton label={t("comment.add_cell")} shortcut={shortcutOf("comment")} icon="comment" size={18}
      onPress={() => comments.begin(id)} />
  ) : null
  if (!writable) return comment && <div className="n-toolbar" role="toolbar" aria-label={t("cell.more")}>{comment}</div>
  return (
    <div className="n-toolbar" role="toolbar" aria-label={t("cell.more")}>
      <IconButton label={t("cell.move_up")} shortcut={shortcutOf("move_up")} icon="move_up" size={18}
        onPress={() => commands.moveUp(id)} />
      <IconButton label={t("cell.move_down")} shortcut={shortcutOf("move_down")} icon="move_down"
        size={18} onPress={() => commands.moveDown(id)} />
      {cell.cell_type === "markdown" && !editing && (
        <IconButton label={t("cell.edit")} shortcut={shortcutOf("edit")} icon="edit" size={18}
          onPress={() => focus.move(id, "edit")} />
      )}
      {comment}
      <IconButton label={t("cell.delete")} shortcut={shortcutOf("delete")} icon="trash" size={18} danger
        onPress={() => commands.remove(id)} />
      <CellMenu cell={cell} />
    </div>
  )
}

function CellMenu({ cell }: { readonly cell: Cell }): JSX.Element {
  const { session, commands, comments } = useNotebook()
  const { id } = cell
  const items: readonly MenuEntry[] = [
    cell.cell_type === "code"
      ? { id: "to_text", label: t("cell.to_text"), icon: "text", shortcut: shortcutOf("to_text") }
      : { id: "to_code", label: t("cell.to_code"), icon: "code", shortcut: shortcutOf("to_code") },
    { id: "split", label: t("cell.split"), icon: "cut", shortcut: shortcutOf("split") },
    { id: "merge", label: t("cell.merge"), icon: "merge", shortcut: shortcutOf("merge") },
    { id: "comment", label: t("comment.add_cell"), icon: "comment", shortcut: shortcutOf("comment") },
    { separator: "insert" },
    {
      id: "insert_above", label: t("cell.insert_above"), icon: "add",
      shortcut: shortcutOf("insert_above"),
    },
    {
      id: "insert_below", label: t("cell.insert_below"), icon: "add",
      shortcut: shortcutOf("insert_below"),
    },
    ...(cell.outputs.length === 0 ? [] : [
      { separator: "output" },
      { id: "clear", label: t("cell.clear_output"), icon: "close" } as const,
    ]),
  ]
  const act = (chosen: string): void => {
    const { state } = session.view
    switch (chosen) {
      case "to_text": return commands.convert(id, "markdown")
      case "to_code": return commands.convert(id, "code")
      case "split": return commands.split(id)
      case "merge": return commands.merge(id)
      case "comment": return comments.begin(id)
      case "insert_above":
        return commands.insert("code", state?.order[state.order.indexOf(id) - 1] ?? null)
      case "insert_below": return commands.insert("code", id)
      case "clear": return commands.clearOutputs([id])
    }
  }
  return (
    <Menu label={t("cell.more")} placement="bottom end" items={items} onAction={act}
      trigger={<IconButton label={t("cell.more")} icon="more" size={18} />} />
  )
}
