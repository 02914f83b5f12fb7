import { memo, type JSX } from "react"
import { sameButText, type Cell } from "../../model/notebook_state"
import { IconButton } from "../../ui/Button"
import { useLanguage } from "../../words/use_language"
import { t } from "../../words/words"
import { useMayComment } from "./comments/state"
import { useFocus, useNotebook, useSession } from "./context"
import { CommandMenu } from "./registry/CommandMenu"
import { shortcutOf } from "./registry/key_settings"
import type { MenuItemId } from "./registry/menus"

/** What one does with a cell as a whole; seen while the mouse is over it or it is focused. */
export const CellToolbar = memo(function CellToolbar({ cell }: { readonly cell: Cell }): JSX.Element | null {
  useLanguage()
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
}, (before, now) => sameButText(before.cell, now.cell))

const common: readonly MenuItemId[] = [
  "select_cell", "copy_link", "-", "cut_cells", "copy_cells", "paste_cells", "delete", "-", "split", "merge", "-",
  "insert_above", "insert_below", "-", "comment", "mirror_cell", "read_only",
]
const ofCode: readonly MenuItemId[] = ["to_text", "-", ...common, "copy_to_scratch", "-", "add_form", "toggle_code", "clear_cell"]
const ofText: readonly MenuItemId[] = ["to_code", "-", ...common]

/** All about this cell, which gets the keyboard with it. */
function CellMenu({ cell }: { readonly cell: Cell }): JSX.Element {
  const { focus } = useNotebook()
  return (
    <CommandMenu label={t("cell.more")} placement="bottom end" items={cell.cell_type === "code" ? ofCode : ofText}
      onOpen={() => {
        if (focus.view.cell !== cell.id) focus.note(cell.id, "cell")
      }}
      trigger={<IconButton label={t("cell.more")} icon="more" size={18} />} />
  )
}
