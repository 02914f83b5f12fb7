/**
 * What stands in tabs beside the notebook: files, terminals, mirrored and scratch cells, help. There are two panes for them, at
 * the right and at the bottom; a tab goes from one to the other. Kept for the browser's tab, so that a reload finds them. Pure,
 * but for that.
 */

export const sides = ["right", "bottom"] as const
export type Side = (typeof sides)[number]

export interface PageTab {
  /** Names its line in tab_kinds.ts. */
  readonly kind: string
  /** Which one of its kind: a path, a cell … */
  readonly ref: string
  /** Empty: what its kind is called. */
  readonly title: string
}

export interface TabPane {
  readonly tabs: readonly PageTab[]
  /** The key of the one that is seen; null when there is none. */
  readonly shown: string | null
}

export interface TabsState {
  readonly right: TabPane
  readonly bottom: TabPane
  /** The pane that was used last. */
  readonly side: Side
  /** Counts the wishes to give the shown tab of that pane the keyboard. */
  readonly asked: number
  /** The keys of those that hold what is not saved. */
  readonly unsaved: ReadonlySet<string>
}

export const keyOf = ({ kind, ref }: Pick<PageTab, "kind" | "ref">): string => `${kind}:${ref}`
export const otherSide = (side: Side): Side => side === "right" ? "bottom" : "right"

const nothing: TabPane = { tabs: [], shown: null }
export const noTabs: TabsState = { right: nothing, bottom: nothing, side: "right", asked: 0, unsaved: new Set() }

export function sideOf(state: TabsState, key: string): Side | null {
  return sides.find((side) => state[side].tabs.some((tab) => keyOf(tab) === key)) ?? null
}

export function tabOf(state: TabsState, key: string): PageTab | null {
  return sides.flatMap((side) => state[side].tabs).find((tab) => keyOf(tab) === key) ?? null
}

export const tabCount = (state: TabsState): number => state.right.tabs.length + state.bottom.tabs.length

/** The tab that is used now. */
export const currentTab = (state: TabsState): string | null => state[state.side].shown ?? state[otherSide(state.side)].shown

function without({ tabs, shown }: TabPane, key: string): TabPane {
  const at = tabs.findIndex((tab) => keyOf(tab) === key)
  if (at < 0) return { tabs, shown }
  const rest = tabs.filter((_, place) => place !== at)
  const next = rest[Math.min(at, rest.length - 1)]
  return { tabs: rest, shown: shown === key ? next ? keyOf(next) : null : shown }
}

/** Seen; null where there is no such tab. */
export function withShown(state: TabsState, key: string): TabsState {
  const side = sideOf(state, key)
  return side === null ? state : { ...state, [side]: { ...state[side], shown: key }, side }
}

/** At a place of a pane, by default the last, and seen there; one that stands somewhere comes from there. */
export function withTab(state: TabsState, tab: PageTab, side: Side, at?: number): TabsState {
  const key = keyOf(tab)
  const place = at ?? state[side].tabs.length
  // A place behind its own is one less once it is gone from there.
  const own = state[side].tabs.findIndex((other) => keyOf(other) === key)
  const to = own >= 0 && own < place ? place - 1 : place
  const cleared = withoutTab(state, key)
  const { tabs } = cleared[side]
  return { ...cleared, [side]: { tabs: [...tabs.slice(0, to), tab, ...tabs.slice(to)], shown: key }, side }
}

export function withoutTab(state: TabsState, key: string): TabsState {
  const left = { ...state, right: without(state.right, key), bottom: without(state.bottom, key) }
  return left[left.side].tabs.length === 0 ? { ...left, side: otherSide(left.side) } : left
}

export function withTitle(state: TabsState, key: string, title: string): TabsState {
  const side = sideOf(state, key)
  if (side === null || tabOf(state, key)?.title === title) return state
  const tabs = state[side].tabs.map((tab) => keyOf(tab) === key ? { ...tab, title } : tab)
  return { ...state, [side]: { ...state[side], tabs } }
}

/** In its place, another: what stands in it has another name now. */
export function withOther(state: TabsState, key: string, other: PageTab): TabsState {
  const to = keyOf(other)
  const cleared = key === to ? state : withoutTab(state, to)
  const side = sideOf(cleared, key)
  if (side === null) return state
  const { tabs, shown } = cleared[side]
  const unsaved = new Set([...cleared.unsaved].map((each) => each === key ? to : each))
  const pane = { tabs: tabs.map((tab) => keyOf(tab) === key ? other : tab), shown: shown === key ? to : shown }
  return { ...cleared, unsaved, [side]: pane }
}

/** The next of all tabs, or the one before: through both panes, and round. */
export function stepped(state: TabsState, by: 1 | -1): TabsState {
  const keys = sides.flatMap((side) => state[side].tabs.map(keyOf))
  const at = keys.indexOf(currentTab(state) ?? "")
  const next = keys[(at + by + keys.length) % keys.length]
  return next === undefined ? state : withShown(state, next)
}

/** What stands in a browser's storage; what does not fit is left out, as are kinds that `knows` does not. */
export function parseTabs(stored: string | null, knows: (kind: string) => boolean): TabsState {
  try {
    const value: unknown = JSON.parse(stored ?? "null")
    if (typeof value !== "object" || value === null) return noTabs
    let state = noTabs
    for (const side of sides) {
      const pane: unknown = side in value ? Reflect.get(value, side) : null
      if (typeof pane !== "object" || pane === null || !("tabs" in pane) || !Array.isArray(pane.tabs)) continue
      for (const tab of pane.tabs.slice(0, 50).flatMap(parseTab)) if (knows(tab.kind)) state = withTab(state, tab, side)
      if ("shown" in pane && typeof pane.shown === "string" && sideOf(state, pane.shown) === side) state = withShown(state, pane.shown)
    }
    return state
  } catch {
    return noTabs
  }
}

function parseTab(value: unknown): readonly PageTab[] {
  if (typeof value !== "object" || value === null || !("kind" in value && "ref" in value && "title" in value)) return []
  const { kind, ref, title } = value
  return typeof kind === "string" && typeof ref === "string" && typeof title === "string" ? [{ kind, ref, title }] : []
}

interface Keep {
  readonly load: () => string | null
  readonly save: (text: string) => void
}

/** The tabs of one page. */
export class PageTabs {
  private current: TabsState
  private readonly listeners = new Set<() => void>()
  private readonly keepers = new Map<string, () => boolean>()

  constructor(private readonly keep: Keep, knows: (kind: string) => boolean) {
    this.current = parseTabs(keep.load(), knows)
  }

  get view(): TabsState {
    return this.current
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Shows the tab, in `side` when it is new. `quietly`: the keyboard stays where it is. */
  open(tab: Omit<PageTab, "title"> & { readonly title?: string }, side: Side, quietly = false): void {
    const key = keyOf(tab)
    const known = tabOf(this.current, key)
    const next = known ? withShown(this.current, key) : withTab(this.current, { title: "", ...tab }, side)
    this.set(quietly ? next : { ...next, asked: next.asked + 1 })
  }

  has(kind: string, ref = ""): boolean {
    return sideOf(this.current, keyOf({ kind, ref })) !== null
  }

  show(key: string): void {
    this.set(withShown(this.current, key))
  }

  /** The keyboard or the pointer is in that pane. */
  use(side: Side): void {
    if (this.current.side !== side) this.set({ ...this.current, side })
  }

  /** Whether it is closed: what stands in it may ask first, unless it is `surely` to go. */
  close(key: string, how?: "surely"): boolean {
    if (how === undefined && this.keepers.get(key)?.()) return false
    this.mark(key, false)
    this.set(withoutTab(this.current, key))
    return true
  }

  /** Before the tab closes `keeps` is asked; true: it stays for now. What comes back ends that. */
  guard(key: string, keeps: () => boolean): () => void {
    this.keepers.set(key, keeps)
    return () => {
      if (this.keepers.get(key) === keeps) this.keepers.delete(key)
    }
  }

  /** Whether it holds what is not saved. */
  mark(key: string, unsaved: boolean): void {
    if (this.current.unsaved.has(key) === unsaved) return
    const rest = [...this.current.unsaved].filter((other) => other !== key)
    this.set({ ...this.current, unsaved: new Set(unsaved ? [...rest, key] : rest) })
  }

  entitle(key: string, title: string): void {
    this.set(withTitle(this.current, key, title))
  }

  become(key: string, other: PageTab): void {
    this.set(withOther(this.current, key, other))
  }

  step(by: 1 | -1): void {
    const next = stepped(this.current, by)
    this.set({ ...next, asked: next.asked + 1 })
  }

  /** To the other pane. */
  moveOver(key: string): void {
    const side = sideOf(this.current, key)
    if (side !== null) this.place(key, otherSide(side))
  }

  place(key: string, side: Side, at?: number): void {
    const tab = tabOf(this.current, key)
    if (!tab) return
    const next = withTab(this.current, tab, side, at)
    this.set({ ...next, asked: next.asked + 1 })
  }

  private set(next: TabsState): void {
    if (next === this.current) return
    this.current = next
    this.keep.save(JSON.stringify({ right: next.right, bottom: next.bottom }))
    for (const listener of [...this.listeners]) listener()
  }
}
