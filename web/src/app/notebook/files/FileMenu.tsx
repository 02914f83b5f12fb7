import { useRef, type JSX } from "react"
import { Popover } from "react-aria-components"
import type { FileNode } from "../../../model/file_tree"
import { MenuItems, type MenuEntry } from "../../../ui/Menu"
import { t } from "../../../words/words"

export interface OpenMenu {
  readonly node: FileNode
  readonly x: number
  readonly y: number
}

interface FileMenuProps {
  readonly menu: OpenMenu
  readonly onAct: (action: string, node: FileNode) => void
  readonly onClose: () => void
}

/** What can be done with one line of the tree, where the pointer was. */
export function FileMenu({ menu: { node, x, y }, onAct, onClose }: FileMenuProps): JSX.Element {
  const anchor = useRef<HTMLSpanElement>(null)
  return (
    <>
      <span ref={anchor} className="f-anchor" style={{ left: x, top: y }} />
      <Popover className="c-popover" triggerRef={anchor} isOpen placement="bottom start" offset={2}
        onOpenChange={(isOpen) => { if (!isOpen) onClose() }}>
        <MenuItems label={t("files.menu", { name: node.entry.name })} items={itemsFor(node)} onAction={(action) => onAct(action, node)} />
      </Popover>
    </>
  )
}

function itemsFor({ inside, entry, place }: FileNode): readonly MenuEntry[] {
  const odd = place.hex !== null
  const change: readonly MenuEntry[] = [
    { separator: "change" },
    { id: "rename", label: t("files.rename"), icon: "edit", shortcut: "F2" },
    { id: "remove", label: t("files.remove"), icon: "trash", shortcut: "Del", danger: true },
  ]
  const copy: MenuEntry = { id: "copy", label: t("files.copy_path"), icon: "copy", isDisabled: odd }
  if (inside !== null) {
    return [
      { id: "upload", label: t("files.upload_here"), icon: "upload", isDisabled: odd },
      { id: "upload_folder", label: t("files.upload_folder_here"), icon: "upload", isDisabled: odd },
      { id: "new_file", label: t("files.new_file"), icon: "add", isDisabled: odd },
      { id: "new_folder", label: t("files.new_folder"), icon: "folder", isDisabled: odd },
      { separator: "folder" },
      { id: "download", label: t("files.download_zip"), icon: "download" }, copy,
      { id: "refresh", label: t("files.refresh"), icon: "refresh" }, ...change,
    ]
  }
  return [
    { id: "open", label: t("files.open"), icon: "external", isDisabled: entry.type !== "file" },
    { id: "download", label: t("files.download"), icon: "download", isDisabled: entry.type !== "file" }, copy, ...change,
  ]
}
