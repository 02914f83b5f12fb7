/** What the help tab shows: the documentation of one name, until another is asked for. */
import type { Explanation } from "../../../model/code_explanation"
import { rememberedHere, rememberHere } from "../../remembered"
import type { PageTabs } from "../tabs/tabs"

export interface HelpShown {
  readonly name: string
  /** Null while it is asked for. */
  readonly explanation: Explanation | null
}

const helpTab = "help:"
/** More is not kept for a reload. */
const mostKept = 256 * 1024

export class NotebookHelp {
  private current: HelpShown | null = null
  private readonly listeners = new Set<() => void>()
  private readonly storageKey: string

  constructor(notebook: string, private readonly tabs: PageTabs) {
    this.storageKey = `colibri.help.${notebook}`
  }

  get view(): HelpShown | null {
    return this.current
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** The keyboard stays where it is. */
  show(name: string, explanation: Explanation | null): void {
    this.tabs.open({ kind: "help", ref: "" }, "right", true)
    this.set({ name, explanation })
  }

  /** Shows what will be told; nothing told closes it, unless something else is shown by then. */
  async ask(name: string, answer: Promise<Explanation | null>): Promise<boolean> {
    this.show(name, null)
    const waiting = this.current
    const explanation = await answer
    if (this.current !== waiting) return explanation !== null
    if (explanation) this.set({ name, explanation })
    else this.tabs.close(helpTab)
    return explanation !== null
  }

  /** What was shown before the page was loaded anew, as `read` finds it. */
  restore(read: (stored: string | null) => HelpShown | null): void {
    if (this.current === null) this.set(read(rememberedHere(this.storageKey)))
  }

  forget(): void {
    this.set(null)
  }

  private set(next: HelpShown | null): void {
    this.current = next
    const stored = next?.explanation ? JSON.stringify(next) : null
    rememberHere(this.storageKey, stored !== null && stored.length <= mostKept ? stored : null)
    for (const listener of [...this.listeners]) listener()
  }
}
