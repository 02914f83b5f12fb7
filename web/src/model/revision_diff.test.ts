import { describe, expect, it } from "vitest"
import { parseRevisionContent, type RevisionContent } from "../wire/history"
import type { Json } from "../wire/json"
import { byDay } from "./revision_days"
import { canonical, compareRevisions, foldSame, type CellDiff } from "./revision_diff"

type Cell = Readonly<Record<string, Json>>

function content(cells: readonly Cell[], more: Readonly<Record<string, Json>> = {}): RevisionContent {
  return parseRevisionContent({
    revision: { number: 1, time_ms: 0, kind: "named", name: "", pinned: true, authors: [], cells: cells.length },
    metadata: {}, with_outputs: true,
    cells: cells.map((cell) => ({ cell_type: "code", source: "", metadata: {}, attachments: "", outputs: "", ...cell })),
    ...more,
  })
}

const brief = ({ id, fate, moved }: CellDiff): string => `${id} ${fate}${moved ? " moved" : ""}`

describe("compareRevisions", () => {
  it("finds nothing between the same", () => {
    const one = content([{ id: "a", source: "1" }, { id: "b" }])
    const { cells, metadata } = compareRevisions(one, one)
    expect(cells.map(brief)).toEqual(["a same", "b same"])
    expect(metadata).toBe(false)
  })

  it("puts deleted cells where they were", () => {
    const before = content([{ id: "x" }, { id: "a", source: "1" }, { id: "y", source: "y" }, { id: "b", source: "2" }])
    const after = content([{ id: "a", source: "1!" }, { id: "new", source: "n" }, { id: "b", source: "2" }])
    expect(compareRevisions(before, after).cells.map(brief))
      .toEqual(["deleted x deleted", "a changed", "deleted y deleted", "new added", "b same"])
  })

  it("calls as few cells moved as it can", () => {
    const ids = (order: string): RevisionContent => content(Array.from(order, (id) => ({ id, source: id })))
    const { cells } = compareRevisions(ids("abcde"), ids("ebcda"))
    expect(cells.filter(({ moved }) => moved).map(({ id }) => id).sort()).toEqual(["a", "e"])
    expect(compareRevisions(ids("abcde"), ids("bcdea")).cells.filter(({ moved }) => moved).map(brief))
      .toEqual(["a changed moved"])
  })

  it("tells what of a cell has changed", () => {
    const before = content([{ id: "a", source: "1", outputs: "x" }, { id: "b", metadata: { p: 1, q: 2 } }])
    const after = content([
      { id: "a", source: "1", outputs: "y", cell_type: "markdown" }, { id: "b", metadata: { q: 2, p: 1 }, attachments: "h" },
    ])
    const [a, b] = compareRevisions(before, after).cells
    expect(a).toMatchObject({ fate: "changed", text: false, type: true, outputs: "changed", metadata: false })
    expect(b).toMatchObject({ fate: "changed", metadata: false, attachments: true, outputs: "same" })
  })

  it("says nothing of outputs that were not kept", () => {
    const after = content([{ id: "a", outputs: "x" }])
    const running = content([{ id: "a", running: true }])
    const withoutAny = content([{ id: "a" }], { with_outputs: false })
    for (const before of [running, withoutAny]) {
      expect(compareRevisions(before, after).cells[0]).toMatchObject({ fate: "same", outputs: "unknown" })
    }
  })

  it("knows a cell that got another id by what it says", () => {
    const before = content([{ id: "a", source: "same words" }, { id: "b", source: "" }])
    const after = content([{ id: "z", source: "same words" }, { id: "y", source: "" }])
    expect(compareRevisions(before, after).cells.map(brief))
      .toEqual(["z same", "deleted b deleted", "y added"])
  })

  it("sees the notebook's own metadata", () => {
    const before = content([], { metadata: { a: 1, b: [2] } })
    expect(compareRevisions(before, content([], { metadata: { b: [2], a: 1 } })).metadata).toBe(false)
    expect(compareRevisions(before, content([], { metadata: { b: [3], a: 1 } })).metadata).toBe(true)
  })
})

describe("foldSame", () => {
  it("folds neighbours that are the same into one", () => {
    const ids = (order: string): RevisionContent => content(Array.from(order, (id) => ({ id, source: id })))
    const { cells } = compareRevisions(ids("abcd"), ids("abxcd"))
    expect(foldSame(cells).map((part) => part.kind === "same" ? part.cells.map(({ id }) => id).join("") : part.cell.id))
      .toEqual(["ab", "x", "cd"])
  })
})

describe("canonical", () => {
  it("sorts members, at any depth", () => {
    expect(canonical({ b: [{ d: 1, c: null }], a: "x" })).toBe('{"a":"x","b":[{"c":null,"d":1}]}')
  })
})

describe("byDay", () => {
  it("cuts at midnight of this place", () => {
    const at = (day: number, hour: number): { time_ms: number } => ({ time_ms: new Date(2026, 4, day, hour).getTime() })
    const days = byDay([at(3, 9), at(3, 0), at(2, 23)])
    expect(days.map(({ items }) => items.length)).toEqual([2, 1])
    expect(days[0]?.start_ms).toBe(new Date(2026, 4, 3).getTime())
  })
})
