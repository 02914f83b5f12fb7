/** Files of the runtime that are open in tabs beside the notebook. */
import { keyOf, nameOf, type Place } from "../../../wire/runtime_files"
import type { FileDrafts } from "./file_drafts"
import { keyOf as tabKeyOf, type PageTabs } from "../tabs/tabs"

/** The line to go to, from 1; and how often that was wished. */
export interface LineWish {
  readonly line: number
  readonly asked: number
}

export class OpenFiles {
  private readonly lines = new Map<string, LineWish>()
  private readonly listeners = new Set<() => void>()

  constructor(private readonly tabs: PageTabs) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Opens a file of the runtime beside the notebook, or goes to its tab. For `page.view` too. */
  open(place: Place, line: number | null = null): void {
    const ref = keyOf(place)
    if (line !== null) this.lines.set(ref, { line, asked: (this.lines.get(ref)?.asked ?? 0) + 1 })
    this.tabs.open({ kind: "file", ref, title: nameOf(place.path) }, "right")
    for (const listener of [...this.listeners]) listener()
  }

  lineOf(ref: string): LineWish | null {
    return this.lines.get(ref) ?? null
  }

  /** What stood there is gone, with all that was below it. */
  close(place: Place): void {
    for (const { ref } of this.at(place)) this.tabs.close(tabKeyOf({ kind: "file", ref }), "surely")
  }

  /** What stood there stands at `path` now, with all that was below it: tabs and unsaved text go along. */
  move(place: Place, path: string, drafts: FileDrafts): void {
    for (const { ref, rest } of this.at(place)) {
      drafts.move(ref, path + rest)
      this.tabs.become(tabKeyOf({ kind: "file", ref }), { kind: "file", ref: path + rest, title: nameOf(path + rest) })
    }
  }

  /** The open files at that place and below it; below: those whose path is text. */
  private at(place: Place): readonly { readonly ref: string; readonly rest: string }[] {
    const own = keyOf(place)
    const { right, bottom } = this.tabs.view
    return [...right.tabs, ...bottom.tabs].filter(({ kind, ref }) => kind === "file" && (ref === own || ref.startsWith(`${own}/`)))
      .map(({ ref }) => ({ ref, rest: ref.slice(own.length) }))
  }
}
