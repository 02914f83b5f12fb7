/** What the help pane shows: the documentation of one name, until another is asked for. */
import type { Explanation } from "../../../model/code_explanation"

export interface HelpShown {
  readonly name: string
  /** Null while it is asked for. */
  readonly explanation: Explanation | null
}

export class NotebookHelp {
  private current: HelpShown | null = null
  private readonly listeners = new Set<() => void>()

  get view(): HelpShown | null {
    return this.current
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  show(name: string, explanation: Explanation): void {
    this.set({ name, explanation })
  }

  /** Shows what will be told; nothing told closes it, unless something else is shown by then. */
  async ask(name: string, answer: Promise<Explanation | null>): Promise<boolean> {
    const waiting: HelpShown = { name, explanation: null }
    this.set(waiting)
    const explanation = await answer
    if (this.current === waiting) this.set(explanation && { name, explanation })
    return explanation !== null
  }

  readonly close = (): void => this.set(null)

  private set(next: HelpShown | null): void {
    this.current = next
    for (const listener of [...this.listeners]) listener()
  }
}
