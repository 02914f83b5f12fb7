/**
 * Which sections are collapsed in this tab. As the notebook's metadata has it at first; only a command of the person
 * writes it there, as in Colab.
 */
import { hiddenBy, outlineOf, sectionFrom } from "../../model/outline"
import type { NotebookState } from "../../model/notebook_state"
import type { NotebookSession } from "../../sync/session"
import { cellId, type CellId } from "../../wire/ids"
import { isObject, member, type JsonObject } from "../../wire/json"

export interface SectionsState {
  readonly collapsed: ReadonlySet<CellId>
  readonly hidden: ReadonlySet<CellId>
  /** How many cells each collapsed section hides. */
  readonly counts: ReadonlyMap<CellId, number>
}

const none: SectionsState = { collapsed: new Set(), hidden: new Set(), counts: new Map() }

function savedIn(metadata: JsonObject): readonly CellId[] {
  const colab = member(metadata, "colab")
  const saved = isObject(colab) ? member(colab, "collapsed_sections") : undefined
  return Array.isArray(saved) ? saved.filter((id) => typeof id === "string").map(cellId) : []
}

/** The notebook's metadata with these collapsed; all else in it stays. */
export function withCollapsed(metadata: JsonObject, collapsed: readonly CellId[]): JsonObject {
  const colab = member(metadata, "colab")
  return { ...metadata, colab: { ...(isObject(colab) ? colab : {}), collapsed_sections: [...collapsed] } }
}

const sameSet = (one: ReadonlySet<CellId>, other: ReadonlySet<CellId>): boolean =>
  one.size === other.size && [...one].every((id) => other.has(id))

export class NotebookSections {
  private current = none
  private seen: NotebookState | null = null
  private readonly listeners = new Set<() => void>()

  constructor(private readonly session: NotebookSession) {
    session.subscribe(() => this.follow())
    this.follow()
  }

  readonly view = (): SectionsState => this.current

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly isHidden = (cell: CellId): boolean => this.current.hidden.has(cell)

  toggle(cell: CellId): void {
    const collapsed = new Set(this.current.collapsed)
    if (!collapsed.delete(cell)) collapsed.add(cell)
    this.set(collapsed)
  }

  collapseAll(): void {
    const { state } = this.session.view
    if (state) this.set(new Set(outlineOf(state).map(({ cell }) => cell)))
  }

  expandAll(): void {
    this.set(new Set())
  }

  /** Opens what hides a cell. */
  reveal(cell: CellId): void {
    const { state } = this.session.view
    if (!state || !this.isHidden(cell)) return
    this.set(new Set([...this.current.collapsed].filter((head) => {
      const [, ...rest] = sectionFrom(state, head) ?? []
      return !rest.includes(cell)
    })))
  }

  /** Into the file: whoever opens it next sees it so. */
  save(): void {
    const { state, writable } = this.session.view
    if (!state || !writable) return
    const collapsed = state.order.filter((id) => this.current.collapsed.has(id))
    this.session.wish({ type: "set_notebook_metadata", metadata: withCollapsed(state.metadata, collapsed) })
  }

  private follow(): void {
    const { state } = this.session.view
    if (!state || state === this.seen) return
    const isFirst = this.seen === null
    this.seen = state
    if (isFirst) this.set(new Set(savedIn(state.metadata)))
    else if (this.current.collapsed.size > 0) this.set(this.current.collapsed)
  }

  private set(collapsed: ReadonlySet<CellId>): void {
    const { state } = this.session.view
    const next = state && collapsed.size > 0 ? { collapsed, ...hiddenBy(state, collapsed) } : { ...none, collapsed }
    const { current } = this
    if (sameSet(current.collapsed, collapsed) && sameSet(current.hidden, next.hidden)) return
    this.current = next
    for (const listener of [...this.listeners]) listener()
  }
}
