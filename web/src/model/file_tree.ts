/** A tree of files as it is shown: which folders are open, what is in each, in which order. Pure. */
import { content, keyOf, placeIn, root, type FileEntry, type Listing, type Place } from "../wire/runtime_files"

export type Folder =
  | { readonly state: "loading" }
  | { readonly state: "there"; readonly entries: readonly FileEntry[]; readonly more: boolean }
  | { readonly state: "failed"; readonly why: string }

export interface FileTree {
  /** Where it begins: /content, or the whole machine. */
  readonly root: Place
  readonly hidden: boolean
  readonly open: ReadonlySet<string>
  /** By key; also of folders that are closed again. */
  readonly folders: ReadonlyMap<string, Folder>
}

/** A line of the tree; `inside` is null for what is no folder. */
export interface FileNode {
  readonly key: string
  readonly place: Place
  readonly entry: FileEntry
  readonly folder: Place
  readonly inside: readonly FileNode[] | null
  readonly loading: boolean
  readonly failed: string | null
  readonly more: boolean
}

export const emptyTree: FileTree = { root: content, hidden: false, open: new Set(), folders: new Map() }

const uploadName = /^\.upload-[A-Za-z0-9]{8,64}$/
const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" })

/** Folders first, then by name as a person counts: "a2" before "a10". */
export function sorted(entries: readonly FileEntry[]): readonly FileEntry[] {
  const rank = ({ type }: FileEntry): number => type === "folder" ? 0 : 1
  return [...entries].sort((a, b) => rank(a) - rank(b) || order.compare(a.name, b.name) || (a.name < b.name ? -1 : 1))
}

export function withListing(tree: FileTree, key: string, listing: Listing): FileTree {
  const entries = sorted(listing.entries.filter(({ name }) => !uploadName.test(name)))
  return { ...tree, folders: new Map(tree.folders).set(key, { state: "there", entries, more: listing.more }) }
}

/** What was known of a folder stays until there is more to tell. */
export function withFolder(tree: FileTree, key: string, folder: Folder): FileTree {
  if (folder.state === "loading" && tree.folders.get(key)?.state === "there") return tree
  return { ...tree, folders: new Map(tree.folders).set(key, folder) }
}

export function shown(tree: FileTree, entry: FileEntry): boolean {
  return tree.hidden || !entry.name.startsWith(".")
}

/** The lines below the root; those of closed folders are left out. */
export function nodesOf(tree: FileTree): readonly FileNode[] {
  const below = (folder: Place): readonly FileNode[] => {
    const known = tree.folders.get(keyOf(folder))
    if (known?.state !== "there") return []
    return known.entries.filter((entry) => shown(tree, entry)).map((entry) => {
      const place = placeIn(folder, entry)
      const key = keyOf(place)
      const own = tree.folders.get(key)
      const isOpen = tree.open.has(key)
      return {
        key, place, entry, folder, inside: entry.type !== "folder" ? null : isOpen ? below(place) : [],
        loading: isOpen && own?.state === "loading", failed: own?.state === "failed" ? own.why : null,
        more: own?.state === "there" && own.more,
      }
    })
  }
  return below(tree.root)
}

/** The folders that are seen, the root first: what happens in them is of interest. */
export function openPlaces(tree: FileTree): readonly Place[] {
  const out: Place[] = [tree.root]
  const walk = (nodes: readonly FileNode[]): void => {
    for (const { key, place, inside } of nodes) {
      if (inside === null || !tree.open.has(key)) continue
      out.push(place)
      walk(inside)
    }
  }
  walk(nodesOf(tree))
  return out
}

/** Whether a folder's entries have this name. */
export function has(tree: FileTree, folder: Place, name: string): boolean {
  const known = tree.folders.get(keyOf(folder))
  return known?.state === "there" && known.entries.some((entry) => entry.name === name)
}

export const isWhole = (tree: FileTree): boolean => tree.root.path === root.path
