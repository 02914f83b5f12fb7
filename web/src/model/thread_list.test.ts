import { describe, expect, it } from "vitest"
import { parseSnapshot } from "../wire/cell"
import { cellId, clientId } from "../wire/ids"
import { asObject, parseJson } from "../wire/json"
import { fromSnapshot, type NotebookState } from "./notebook_state"
import { listed, openCounts } from "./thread_list"

const thread = (id: string, cell: string, from: number | null, resolved = false): object => ({
  id, cell, quote: "", anchor: from === null ? null : { from, to: from + 1 },
  comments: [{ id: `${id}1`, user: "u", name: "U", text: "x", seq: 1 }],
  ...(resolved ? { resolved: { user: "u", name: "U", time_ms: 1 } } : {}),
})

function notebook(threads: readonly object[]): NotebookState {
  const cell = (id: string): object => ({
    id, cell_type: "code", source: "abcdef", version: 0, metadata: {}, execution_count: null, outputs: [],
  })
  const snapshot = {
    epoch: "e", seq: 1, nbformat_minor: 5, metadata: {}, cells: [cell("a"), cell("b")], queue: [], threads,
    bin: [{ id: "x", cell_type: "code", after: null, first_line: "" }],
    accepted: {},
  }
  return fromSnapshot(parseSnapshot(asObject(parseJson(JSON.stringify(snapshot)), "snapshot")), clientId("t"))
}

describe("the list of threads", () => {
  const state = notebook([
    thread("gone", "nowhere", 0), thread("b3", "b", 3), thread("b", "b", null), thread("x", "x", null),
    thread("a2", "a", 2), thread("done", "a", 0, true), thread("b1", "b", 1),
  ])
  const ids = (...of: Parameters<typeof listed>): readonly string[] => listed(...of).map(({ thread: { id } }) => id)

  it("goes by cell and place; what stands nowhere comes last", () => {
    expect(ids(state, "open")).toEqual(["a2", "b", "b1", "b3", "gone", "x"])
    expect(listed(state, "open").map(({ standing }) => standing))
      .toEqual(["cell", "cell", "cell", "cell", "gone", "bin"])
  })

  it("has those that the filter lets through, and the one that is wanted", () => {
    expect(ids(state, "resolved")).toEqual(["done"])
    expect(ids(state, "all")).toHaveLength(7)
    expect(ids(state, "resolved", "b")).toEqual(["done", "b"])
  })

  it("counts the open ones of a cell", () => {
    expect(openCounts(state.threads).get(cellId("a"))).toBe(1)
    expect(openCounts(state.threads).get(cellId("b"))).toBe(3)
  })
})
