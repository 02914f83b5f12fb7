import { describe, expect, it } from "vitest"
import type { Meters } from "../wire/meters"
import { historyOf, isTold, noHistory, withMeters } from "./resource_history"

const meters = (memory: number, more: Partial<Meters> = {}): Meters =>
  ({ memory_used: memory, memory_limit: 100, disk_used: 5, disk_total: 50, cpu: 1, accelerators: [], notice: null, drives: [], ...more })

const gpu = (utilization: number | null): Meters["accelerators"][number] =>
  ({ id: "GPU-1", title: "T4", memory_used: 4, memory_total: 16, utilization, shared_with: 0 })

describe("the history of meters", () => {
  it("goes on from what the server kept", () => {
    const kept = historyOf({
      time_ms: [1, 2], memory_used: [10, 20], memory_limit: [90, 100], disk_used: [1, 1], disk_total: [50, 50], cpu: [0, 1],
      accelerators: new Map([["GPU-1", { memory_used: [null, 4], memory_total: [null, 16], utilization: [null, null] }]]),
    })
    expect(kept.memory_limit).toBe(100)
    const now = withMeters(kept, meters(30, { accelerators: [gpu(null)] }), 3)
    expect(now.time_ms).toEqual([1, 2, 3])
    expect(now.memory_used).toEqual([10, 20, 30])
    expect(now.accelerators).toEqual([
      { id: "GPU-1", title: "T4", memory_used: [null, 4, 4], memory_total: 16, utilization: [null, null, null] },
    ])
    expect(isTold(now.accelerators[0]?.utilization ?? [])).toBe(false)
  })

  it("takes no meters twice", () => {
    const once = withMeters(noHistory, meters(1), 10)
    expect(withMeters(once, meters(1), 10)).toBe(once)
  })

  it("has a gap where an accelerator was not there yet or is gone", () => {
    const before = withMeters(noHistory, meters(1), 10)
    const there = withMeters(before, meters(1, { accelerators: [gpu(50)] }), 20)
    const gone = withMeters(there, meters(1), 30)
    expect(gone.accelerators[0]?.utilization).toEqual([null, 50, null])
  })

  it("keeps a fixed number of points", () => {
    let history = noHistory
    for (let at = 1; at <= 2000; at += 1) history = withMeters(history, meters(at), at)
    expect(history.time_ms.length).toBe(1800)
    expect(history.memory_used.at(-1)).toBe(2000)
    expect(history.memory_used.length).toBe(history.time_ms.length)
  })
})
