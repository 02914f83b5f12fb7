/** A runtime's meters over its time, as graphs draw them: what the server kept, then what comes live. */
import type { Meters } from "../wire/meters"
import type { ResourcePoints } from "../wire/sessions"

export type Column = readonly (number | null)[]

export interface AcceleratorHistory {
  readonly id: string
  readonly title: string
  readonly memory_used: Column
  readonly memory_total: number
  readonly utilization: Column
}

/** All columns have the length of `time_ms`. */
export interface ResourceHistory {
  readonly time_ms: readonly number[]
  readonly memory_used: Column
  readonly memory_limit: number
  readonly disk_used: Column
  readonly disk_total: number
  readonly cpu: Column
  readonly accelerators: readonly AcceleratorHistory[]
}

const mostPoints = 1800

export const noHistory: ResourceHistory = {
  time_ms: [], memory_used: [], memory_limit: 0, disk_used: [], disk_total: 0, cpu: [], accelerators: [],
}

/** The last that was told; 0 when nothing was. */
export function latest(column: Column): number {
  for (let at = column.length - 1; at >= 0; at -= 1) {
    const value = column[at]
    if (value !== null && value !== undefined) return value
  }
  return 0
}

export function historyOf(points: ResourcePoints): ResourceHistory {
  return {
    time_ms: points.time_ms, cpu: points.cpu,
    memory_used: points.memory_used, memory_limit: latest(points.memory_limit),
    disk_used: points.disk_used, disk_total: latest(points.disk_total),
    accelerators: [...points.accelerators].map(([id, each]) => ({
      id, title: id, memory_used: each.memory_used, memory_total: latest(each.memory_total), utilization: each.utilization,
    })),
  }
}

/** The history with meters that came now; earlier ones than it has are left out. */
export function withMeters(history: ResourceHistory, meters: Meters, nowMs: number): ResourceHistory {
  if (nowMs <= (history.time_ms.at(-1) ?? 0)) return history
  const from = Math.max(0, history.time_ms.length + 1 - mostPoints)
  const add = (column: Column, value: number | null): Column => [...column.slice(from), value]
  const blank: Column = history.time_ms.map(() => null)
  const ids = new Set([...history.accelerators, ...meters.accelerators].map(({ id }) => id))
  return {
    time_ms: [...history.time_ms.slice(from), nowMs],
    cpu: add(history.cpu, meters.cpu),
    memory_used: add(history.memory_used, meters.memory_used), memory_limit: meters.memory_limit,
    disk_used: add(history.disk_used, meters.disk_used), disk_total: meters.disk_total,
    accelerators: [...ids].map((id) => {
      const before = history.accelerators.find((each) => each.id === id)
      const now = meters.accelerators.find((each) => each.id === id)
      return {
        id, title: now?.title ?? before?.title ?? id,
        memory_used: add(before?.memory_used ?? blank, now?.memory_used ?? null),
        memory_total: now?.memory_total ?? before?.memory_total ?? 0,
        utilization: add(before?.utilization ?? blank, now?.utilization ?? null),
      }
    }),
  }
}

/** Whether there is anything in a column to draw. */
export const isTold = (column: Column): boolean => column.some((value) => value !== null)
