/** A wait that nobody knows exactly, as the range that one can honestly tell. Pure. */
const minute = 60_000
const hour = 60 * minute
const steps = [0, 2 * minute, 5 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 8 * hour, 12 * hour, 24 * hour]

export interface WaitRange {
  /** 0: less than `to_ms`. */
  readonly from_ms: number
  /** Null: longer than `from_ms`. */
  readonly to_ms: number | null
}

/** The range that `wait_ms`, what it takes at the latest, is in. */
export function waitRange(wait_ms: number): WaitRange {
  const at = steps.findIndex((step) => wait_ms < step)
  if (at < 0) return { from_ms: steps.at(-1) ?? 0, to_ms: null }
  return { from_ms: steps[at - 1] ?? 0, to_ms: steps[Math.max(1, at)] ?? null }
}
