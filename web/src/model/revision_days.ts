/** A list of things with a time, cut into days of this place. */

export interface Day<T> {
  /** The midnight that it began with. */
  readonly start_ms: number
  readonly items: readonly T[]
}

/** `items` newest first, as the days come out. */
export function byDay<T extends { readonly time_ms: number }>(items: readonly T[]): readonly Day<T>[] {
  const days = new Map<number, T[]>()
  for (const item of items) {
    const start = new Date(item.time_ms).setHours(0, 0, 0, 0)
    const day = days.get(start)
    if (day) day.push(item)
    else days.set(start, [item])
  }
  return [...days].map(([start_ms, found]) => ({ start_ms, items: found }))
}
