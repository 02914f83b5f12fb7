/** Which of a row of things are chosen, and which one the keys act on, by their places. Pure. */
export interface Selection {
  readonly chosen: ReadonlySet<number>
  /** From where a range is chosen. */
  readonly anchor: number
  /** The one with the focus. */
  readonly active: number
}

export const noSelection: Selection = { chosen: new Set(), anchor: 0, active: 0 }

/** How a click or key chooses: `toggle` with Ctrl, `extend` with Shift. */
export interface ChooseBy {
  readonly toggle?: boolean
  readonly extend?: boolean
}

export function choose(now: Selection, index: number, by: ChooseBy = {}): Selection {
  if (by.extend) {
    const chosen = new Set(by.toggle ? now.chosen : [])
    for (let i = Math.min(now.anchor, index); i <= Math.max(now.anchor, index); i += 1) chosen.add(i)
    return { chosen, anchor: now.anchor, active: index }
  }
  if (!by.toggle) return { chosen: new Set([index]), anchor: index, active: index }
  const chosen = new Set(now.chosen)
  if (!chosen.delete(index)) chosen.add(index)
  return { chosen, anchor: index, active: index }
}

export function chooseAll(now: Selection, count: number): Selection {
  return { ...now, chosen: new Set(Array.from({ length: count }, (_, index) => index)) }
}

/** The place that a key leads to, or null for one that leads nowhere. */
export function placeByKey(key: string, active: number, count: number, columns: number, rowsOnScreen: number): number | null {
  const to = {
    ArrowDown: active + columns, ArrowUp: active - columns, ArrowRight: columns > 1 ? active + 1 : null,
    ArrowLeft: columns > 1 ? active - 1 : null, Home: 0, End: count - 1,
    PageDown: active + columns * rowsOnScreen, PageUp: active - columns * rowsOnScreen,
  }[key] ?? null
  return to === null || count === 0 ? null : Math.max(0, Math.min(count - 1, to))
}
