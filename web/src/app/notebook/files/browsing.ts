/** The tree of a runtime's files as the pane shows it: loaded folder by folder, and again when something changes. */
import {
  emptyTree, openPlaces, withFolder, withListing, type FileTree,
} from "../../../model/file_tree"
import type { RuntimeFilesApi } from "../../../sync/runtime_files"
import { content, keyOf, parentOf, root, type Place } from "../../../wire/runtime_files"
import { errorText } from "../../errors"

const mostWatched = 200
const againMs = 3000

export class Browsing {
  private tree: FileTree = emptyTree
  private readonly listeners = new Set<() => void>()
  private readonly places = new Map<string, Place>()
  private turn = 0
  /** By folder: the latest of the answers about it that has come. */
  private readonly come = new Map<string, number>()
  private watch: ReturnType<RuntimeFilesApi["watch"]> | null = null
  private again = 0
  private shown = 0
  private runtime = ""

  constructor(private readonly api: Pick<RuntimeFilesApi, "list" | "watch">) {}

  get view(): FileTree {
    return this.tree
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Follows the runtime as long as somebody looks; what comes back ends that. */
  look(): () => void {
    this.shown += 1
    if (this.shown === 1) {
      this.follow()
      this.refresh()
    }
    return () => {
      this.shown -= 1
      if (this.shown === 0) this.rest()
    }
  }

  /** Of this runtime from now on: what another one had is forgotten. */
  begin(runtime: string): void {
    if (this.runtime === runtime) return
    this.runtime = runtime
    this.set({ ...emptyTree, hidden: this.tree.hidden })
    this.places.clear()
    this.come.clear()
  }

  refresh(): void {
    for (const place of openPlaces(this.tree)) void this.load(place)
  }

  async load(place: Place): Promise<void> {
    const key = keyOf(place)
    this.places.set(key, place)
    this.set(withFolder(this.tree, key, { state: "loading" }))
    const turn = this.turn += 1
    // Into the tree as it is by then; a later answer may have come first.
    const arrive = (into: (tree: FileTree) => FileTree): void => {
      if (turn < (this.come.get(key) ?? 0)) return
      this.come.set(key, turn)
      this.set(into(this.tree))
    }
    try {
      const listing = await this.api.list(place)
      arrive((tree) => withListing(tree, key, listing))
    } catch (error) {
      arrive((tree) => withFolder(tree, key, { state: "failed", why: errorText(error) }))
    }
  }

  setOpen(keys: ReadonlySet<string>, placeOf: (key: string) => Place | undefined): void {
    const opened = [...keys].filter((key) => !this.tree.open.has(key))
    this.set({ ...this.tree, open: keys })
    for (const key of opened) {
      const place = placeOf(key)
      if (place) void this.load(place)
    }
    this.watchOpen()
  }

  /** Opens the folders above `path`, so that it is seen. */
  async reveal(path: string): Promise<void> {
    const whole = !path.startsWith("/content/") && path !== "/content"
    if (whole) this.setRoot(true)
    const above: string[] = []
    for (let at = parentOf(path); at !== this.tree.root.path && at !== "/"; at = parentOf(at)) above.unshift(at)
    this.set({ ...this.tree, open: new Set([...this.tree.open, ...above]) })
    await Promise.all(above.map((each) => this.load({ path: each, hex: null })))
    this.watchOpen()
  }

  setRoot(whole: boolean): void {
    this.set({ ...this.tree, root: whole ? root : content, open: new Set(whole ? ["/content"] : []) })
    this.refresh()
    this.watchOpen()
  }

  setHidden(hidden: boolean): void {
    this.set({ ...this.tree, hidden })
  }

  /** Folders that a person has just changed, sooner than their change comes round. */
  touched(...folders: readonly string[]): void {
    for (const key of new Set(folders)) {
      const place = this.places.get(key)
      if (place) void this.load(place)
    }
  }

  private follow(): void {
    this.watch = this.api.watch((folders) => this.touched(...folders), () => {
      this.watch = null
      if (this.shown === 0) return
      this.again = window.setTimeout(() => {
        this.follow()
        this.refresh()
      }, againMs)
    })
    this.watchOpen()
  }

  private watchOpen(): void {
    const paths = openPlaces(this.tree).filter(({ hex }) => hex === null).map(({ path }) => path)
    this.watch?.set(paths.slice(0, mostWatched))
  }

  private rest(): void {
    clearTimeout(this.again)
    this.watch?.close()
    this.watch = null
  }

  private set(tree: FileTree): void {
    if (tree === this.tree) return
    this.tree = tree
    for (const listener of [...this.listeners]) listener()
  }
}
