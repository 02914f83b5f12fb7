import { useState, useSyncExternalStore, type JSX } from "react"
import { Button } from "../../ui/Button"
import { Menu, type MenuEntry } from "../../ui/Menu"
import { t } from "../../words/words"
import { BinDialog } from "./BinDialog"
import { useMayComment } from "./comments/state"
import { useFocus, useNotebook, useSession } from "./context"
import { shortcutOf } from "./keys"

/** What is done with cells as wholes, and how it is taken back. */
export function EditMenu(): JSX.Element {
  const { session, commands } = useNotebook()
  const { history } = commands
  const writable = useSession(session, (view) => view.writable && view.state !== null)
  const undo = useSyncExternalStore(history.subscribe, history.next)
  const redo = useSyncExternalStore(history.subscribe, history.nextRedo)
  const focused = useFocus((view) => view.cell !== null)
  const editing = useFocus((view) => view.cell !== null && view.mode === "edit")
  const mayComment = useMayComment()
  const several = useFocus((view) => view.chosen.size > 1)
  const [showsBin, setShowsBin] = useState(false)
  const onCell = { isDisabled: !writable || !focused }
  const items: readonly MenuEntry[] = [
    {
      id: "undo", label: t(undo ? `undo.${undo.kind}` : "undo.nothing"), icon: "undo",
      shortcut: shortcutOf("undo"), isDisabled: !writable || undo === null,
    },
    {
      id: "redo", label: t("redo.cell"), icon: "redo", shortcut: shortcutOf("redo"),
      isDisabled: !writable || redo === null,
    },
    { separator: "cell" },
    { id: "split", label: t("cell.split"), icon: "cut", shortcut: shortcutOf("split"), isDisabled: !writable || !editing },
    { id: "merge", label: t(several ? "cell.merge_chosen" : "cell.merge"), icon: "merge", shortcut: shortcutOf("merge"), ...onCell },
    { id: "delete", label: t("cell.delete"), icon: "trash", shortcut: shortcutOf("delete"), ...onCell },
    {
      id: "comment", label: t("comment.add"), icon: "comment", shortcut: shortcutOf("comment"),
      isDisabled: !mayComment || !focused,
    },
    { separator: "bin" },
    { id: "bin", label: t("bin.open"), icon: "restore" },
  ]
  const act = (chosen: string): void => {
    switch (chosen) {
      case "bin": return setShowsBin(true)
      case "undo":
      case "redo":
      case "split":
      case "merge":
      case "comment":
      case "delete": return commands.execute(chosen)
    }
  }
  return (
    <>
      <Menu label={t("menu.edit")} items={items} onAction={act}
        trigger={<Button variant="plain" size="small">{t("menu.edit")}</Button>} />
      <BinDialog isOpen={showsBin} onClose={() => setShowsBin(false)} />
    </>
  )
}
