/** Files of the runtime that are open in tabs beside the notebook. */
import { keyOf, nameOf, type Place } from "../../../wire/runtime_files"
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

  /** What stood there is gone. */
  close(ref: string): void {
    this.tabs.close(tabKeyOf({ kind: "file", ref }), "surely")
  }
}
