/** Finding and replacing in all cells of the notebook: what is looked for, where it is, and at which place one is. */
import { sourceOf } from "../../../model/cell_text"
import { patternOf, replacementAt, spansIn, type Query, type Span } from "../../../model/find"
import type { NotebookState } from "../../../model/notebook_state"
import type { NotebookSession } from "../../../sync/session"
import type { CellId } from "../../../wire/ids"

export interface Match extends Span {
  readonly cell: CellId
}

export interface FindState {
  readonly query: Query
  readonly replacement: string
  /** False: the regular expression is none. */
  readonly valid: boolean
  readonly matches: readonly Match[]
  /** Which of them one is at; -1 for none. */
  readonly at: number
  readonly isOpen: boolean
}

const most = 10_000
const nothing: FindState = {
  query: { text: "", matchCase: false, wholeWord: false, regex: false }, replacement: "", valid: true, matches: [], at: -1,
  isOpen: false,
}

export class NotebookFinding {
  private current = nothing
  private pattern: RegExp | null = null
  private readonly listeners = new Set<() => void>()
  /** The texts that `matches` are of. */
  private searched: NotebookState | null = null

  constructor(private readonly session: NotebookSession, private readonly show: (match: Match) => void) {}

  get view(): FindState {
    return this.current
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly activePattern = (): RegExp | null => this.current.isOpen ? this.pattern : null

  currentIn(cell: CellId): Span | null {
    const match = this.current.isOpen ? this.current.matches[this.current.at] : undefined
    return match?.cell === cell ? match : null
  }

  /** Follows the notebook until what is returned is called. */
  open(): () => void {
    this.set({ isOpen: true })
    this.search()
    let frame = 0
    const stop = this.session.subscribe(() => {
      if (frame !== 0 || this.session.view.state === this.searched) return
      frame = requestAnimationFrame(() => {
        frame = 0
        this.search()
      })
    })
    return () => {
      stop()
      cancelAnimationFrame(frame)
      this.set({ isOpen: false })
    }
  }

  ask(change: Partial<Query>): void {
    const query = { ...this.current.query, ...change }
    const pattern = patternOf(query)
    this.pattern = pattern instanceof RegExp ? pattern : null
    this.searched = null
    this.set({ query, valid: pattern !== "invalid", at: -1 })
    this.search()
  }

  replaceBy(replacement: string): void {
    this.set({ replacement })
  }

  /** To the next place, or the one before; the last is followed by the first. */
  step(by: 1 | -1, from?: CellId): void {
    this.search()
    const { matches, at } = this.current
    if (matches.length === 0) return
    const first = at < 0 && from !== undefined ? this.firstFrom(from) : at < 0 && by < 0 ? -1 : at + by
    const next = (first + matches.length) % matches.length
    this.set({ at: next })
    const match = matches[next]
    if (match) this.show(match)
  }

  /** The first place in this cell or behind it. */
  private firstFrom(cell: CellId): number {
    const order = this.session.view.state?.order ?? []
    const start = order.indexOf(cell)
    const found = this.current.matches.findIndex((match) => order.indexOf(match.cell) >= start)
    return Math.max(0, found)
  }

  /** Replaces the place one is at, and goes to the next. */
  replace(): void {
    const match = this.current.matches[this.current.at]
    if (!match) return this.step(1)
    this.change([match])
    this.search()
    const { matches, at } = this.current
    const next = matches[Math.min(at, matches.length - 1)]
    this.set({ at: matches.length === 0 ? -1 : Math.min(at, matches.length - 1) })
    if (next) this.show(next)
  }

  /** Replaces all; how many there were. */
  replaceAll(): number {
    this.search()
    const { matches } = this.current
    this.change(matches)
    this.set({ at: -1 })
    this.search()
    return matches.length
  }

  private change(matches: readonly Match[]): void {
    const { state, writable } = this.session.view
    const { query, replacement } = this.current
    const { pattern } = this
    if (!state || !writable || !pattern) return
    for (const id of new Set(matches.map(({ cell }) => cell))) {
      const spans = matches.filter(({ cell }) => cell === id)
      const cell = state.cells.get(id)
      if (!cell) continue
      const source = sourceOf(cell.text)
      this.session.change(id, {
        changes: spans.map(({ from, to }) =>
          ({ from, to, insert: replacementAt(source, { from, to }, pattern, replacement, query.regex) })),
        userEvent: "input.replace",
      })
    }
  }

  private search(): void {
    const { state } = this.session.view
    if (!state || state === this.searched) return
    this.searched = state
    const matches: Match[] = []
    const { pattern } = this
    if (pattern) {
      for (const cell of state.order) {
        const text = state.cells.get(cell)?.text
        if (text) matches.push(...spansIn(sourceOf(text), pattern, most - matches.length).map((span) => ({ ...span, cell })))
        if (matches.length >= most) break
      }
    }
    this.set({ matches, at: Math.min(this.current.at, matches.length - 1) })
  }

  private set(change: Partial<FindState>): void {
    this.current = { ...this.current, ...change }
    for (const listener of [...this.listeners]) listener()
  }
}

/** Scrolls to a place and chooses it; the keyboard stays where it is. */
export function showMatch(session: NotebookSession, { cell, from, to }: Match): void {
  const element = document.querySelector(`[data-cell="${CSS.escape(cell)}"]`)
  const select = (): void => session.change(cell, { selection: { anchor: from, head: to }, scrollIntoView: true })
  element?.scrollIntoView({ block: "nearest" })
  select()
  // An editor that comes only now has the selection, but not its place.
  setTimeout(() => {
    if (element?.querySelector(".cm-editor") && session.view.state?.cells.get(cell)?.text.selection.main.from === from) select()
  }, 250)
}
