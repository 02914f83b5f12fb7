/** What can be done with files and folders, as entries of a menu. */
import type { DriveEntry, DriveView } from "../../wire/drive"
import { t } from "../../words/words"
import { cloudWords } from "../../words/clouds"
import type { MenuEntry } from "../Menu"
import { isCloud, isInClouds } from "./cloud_path"

export type ItemAction = "open" | "tab" | "preview" | "download" | "share" | "star" | "rename" | "move" | "copy" |
  "trash" | "forget" | "restore" | "erase" | "cloud" | "disconnect"

export const itemActions: readonly ItemAction[] = ["open", "tab", "preview", "download", "share", "star", "rename", "move",
  "copy", "trash", "forget", "restore", "erase", "cloud", "disconnect"]

/** In one's own Drive, where it can be moved. */
export const isOwn = (entry: DriveEntry): boolean => entry.path !== ""

export function canPreview({ kind, name }: DriveEntry): boolean {
  return kind === "file" && !/\.(zip|gz|tar|7z|bin|exe|iso|parquet|npy|npz|pkl|pt|onnx|whl)$/i.test(name)
}

export function entriesFor(view: DriveView, entries: readonly DriveEntry[]): readonly MenuEntry[] {
  const [first] = entries
  if (!first) return []
  if (view === "trash") {
    return [
      { id: "restore", label: t("drive.restore"), icon: "restore" },
      { separator: "s1" },
      { id: "erase", label: t("drive.erase"), icon: "trash", danger: true },
    ]
  }
  if (isInClouds(first.path)) return entriesInCloud(entries)
  const one = entries.length === 1
  const own = entries.every(isOwn)
  const { notebook } = first
  const edits = notebook ? notebook.role === "owner" || notebook.role === "editor" : own
  const items: (MenuEntry | null)[] = [
    one ? { id: "open", label: t(first.kind === "file" ? "drive.preview" : "drive.open"), icon: first.kind === "file" ? "eye" : first.kind } : null,
    one && own && first.kind === "notebook" ? { id: "preview", label: t("drive.preview"), icon: "eye" } : null,
    one && notebook ? { id: "tab", label: t("drive.open_new_tab"), icon: "external" } : null,
    own ? { id: "download", label: t("drive.download"), icon: "download" } : null,
    one && notebook ? { id: "share", label: t(edits ? "drive.share" : "drive.access"), icon: "people" } : null,
    { id: "star", label: t(entries.every(({ starred }) => starred) ? "drive.unstar" : "drive.star"), icon: "star" },
    { separator: "s1" },
    one && edits ? { id: "rename", label: t("drive.rename"), icon: "edit", shortcut: "F2" } : null,
    own ? { id: "move", label: t("drive.move"), icon: "folder" } : null,
    { id: "copy", label: t(own ? "drive.copy" : "drive.copy_to_drive"), icon: "copy" },
    { separator: "s2" },
    own ? { id: "trash", label: t("drive.trash"), icon: "trash", danger: true, shortcut: "⌦" }
      : { id: "forget", label: t("drive.forget"), icon: "close", danger: true },
  ]
  return items.filter((item) => item !== null)
}

/** A cloud has no stars and Trash of ours; a notebook of it opens as a copy in the Drive. */
function entriesInCloud(entries: readonly DriveEntry[]): readonly MenuEntry[] {
  const [first] = entries
  if (!first) return []
  const one = entries.length === 1
  const open: MenuEntry | null = one ? first.kind === "folder"
    ? { id: "open", label: t("drive.open"), icon: "folder" } : { id: "preview", label: t("drive.preview"), icon: "eye" } : null
  const rename: MenuEntry | null = one ? { id: "rename", label: t("drive.rename"), icon: "edit", shortcut: "F2" } : null
  const download: MenuEntry = { id: "download", label: t("drive.download"), icon: "download" }
  const notebooks: MenuEntry | null = entries.every(({ kind, name }) => kind !== "folder" && /\.ipynb$/i.test(name))
    ? { id: "copy", label: t("drive.copy_to_drive"), icon: "copy" } : null
  const items: (MenuEntry | null)[] = entries.every(({ path }) => isCloud(path)) ? [
    open, rename,
    one ? { id: "cloud", label: cloudWords("change"), icon: "settings" } : null,
    { separator: "s1" },
    one ? { id: "disconnect", label: cloudWords("disconnect"), icon: "cloud_off", danger: true, shortcut: "⌦" } : null,
  ] : [
    open, download, notebooks, { separator: "s1" }, rename,
    { id: "move", label: t("drive.move"), icon: "folder" },
    { separator: "s2" },
    { id: "trash", label: cloudWords("erase"), icon: "trash", danger: true, shortcut: "⌦" },
  ]
  return items.filter((item) => item !== null)
}
