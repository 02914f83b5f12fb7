/** Files of the runtime that are open in tabs beside the notebook. */
import { keyOf, type Place } from "../../../wire/runtime_files"

export interface OpenFile {
  readonly key: string
  readonly place: Place
  /** Where to begin, from 1; and how often that was wished. */
  readonly line: number | null
  readonly asked: number
}

export interface OpenFilesView {
  readonly tabs: readonly OpenFile[]
  readonly current: string | null
}

export class OpenFiles {
  private now: OpenFilesView = { tabs: [], current: null }
  private readonly listeners = new Set<() => void>()

  get view(): OpenFilesView {
    return this.now
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Opens a file of the runtime beside the notebook, or goes to its tab. For `page.view` too. */
  open(place: Place, line: number | null = null): void {
    const key = keyOf(place)
    const known = this.now.tabs.find((tab) => tab.key === key)
    const tab = { key, place, line, asked: (known?.asked ?? 0) + 1 }
    this.set({
      tabs: known ? this.now.tabs.map((each) => each === known ? tab : each) : [...this.now.tabs, tab], current: key,
    })
  }

  select(key: string): void {
    this.set({ ...this.now, current: key })
  }

  close(key: string): void {
    const at = this.now.tabs.findIndex((tab) => tab.key === key)
    const tabs = this.now.tabs.filter((tab) => tab.key !== key)
    const next = this.now.current === key ? tabs[Math.min(at, tabs.length - 1)]?.key ?? null : this.now.current
    this.set({ tabs, current: next })
  }

  private set(view: OpenFilesView): void {
    this.now = view
    for (const listener of [...this.listeners]) listener()
  }
}
