import { describe, expect, it } from "vitest"
import { parseSnapshot } from "../wire/cell"
import { cellId, clientId } from "../wire/ids"
import { asObject, parseJson, WireError, type Json } from "../wire/json"
import { parseRecord } from "../wire/record"
import { apply } from "./apply"
import { sourceOf, syncedVersion, unconfirmed } from "./cell_text"
import { fromSnapshot, languageOf, runningCell, withText, type Cell, type NotebookState } from "./notebook_state"

const me = clientId("t_me")

function cellJson(id: string, source: string, more: object = {}): object {
  return {
    id, cell_type: "code", source, version: 0, metadata: {}, execution_count: null, outputs: [],
    dropped_outputs: 0, ...more,
  }
}

function start(...cells: readonly object[]): NotebookState {
  const json = parseJson(JSON.stringify({
    epoch: "e", seq: 0, nbformat_minor: 5, metadata: {}, queue: [],
    cells: cells.length > 0 ? cells : [cellJson("a", "1"), cellJson("b", "2"), cellJson("c", "3")],
  }))
  return fromSnapshot(parseSnapshot(asObject(json, "snapshot")), me)
}

/** The state after these records, numbered and parsed as they come from the wire. */
function after(state: NotebookState, ...records: readonly object[]): NotebookState {
  return records.reduce((next: NotebookState, record) => {
    const json: Json = parseJson(JSON.stringify({ seq: next.seq + 1, time_ms: 1000 + next.seq, ...record }))
    return apply(next, parseRecord(json))
  }, state)
}

function cell(state: NotebookState, id: string): Cell {
  const found = state.cells.get(cellId(id))
  if (!found) throw new Error(`no cell ${id}`)
  return found
}

const run = (id: string): object => ({ cell: id, execution: `x_${id}` })
const queued = (...ids: string[]): object => ({ type: "runs_queued", runs: ids.map(run) })
const started = (id: string): object => ({ type: "run_started", ...run(id) })
const stream = (text: string, more: object = {}): object =>
  ({ type: "stream_appended", ...run("a"), name: "stdout", text, ...more })

describe("structure", () => {
  it("inserts at the front and behind a cell", () => {
    const state = after(start(),
      { type: "cell_inserted", after: null, cell: cellJson("x", "") },
      { type: "cell_inserted", after: "b", cell: cellJson("y", "") })
    expect(state.order).toEqual(["x", "a", "b", "y", "c"])
    expect(state.cells.size).toBe(5)
  })

  it("moves up, down and to the front", () => {
    expect(after(start(), { type: "cell_moved", cell: "a", after: "b" }).order).toEqual(["b", "a", "c"])
    expect(after(start(), { type: "cell_moved", cell: "c", after: "a" }).order).toEqual(["a", "c", "b"])
    expect(after(start(), { type: "cell_moved", cell: "c", after: null }).order).toEqual(["c", "a", "b"])
  })

  it("deletes, out of the queue too", () => {
    const state = after(start(), queued("a", "b"), { type: "cell_deleted", cell: "b" })
    expect(state.order).toEqual(["a", "c"])
    expect(state.queue).toEqual(["a"])
    expect(state.cells.has(cellId("b"))).toBe(false)
  })

  it("converts, and drops what only code has", () => {
    const state = after(start(), queued("a"), started("a"), stream("out"),
      { type: "cell_type_changed", cell: "a", cell_type: "markdown" })
    expect(cell(state, "a")).toMatchObject({ cell_type: "markdown", outputs: [], run: null })
    expect(state.queue).toEqual([])
    expect(sourceOf(cell(state, "a").text)).toBe("1")
  })

  it("keeps metadata", () => {
    const state = after(start(),
      { type: "cell_metadata_changed", cell: "a", metadata: { k: 1 } },
      { type: "notebook_metadata_changed", metadata: { kernelspec: { language: "R" } } })
    expect(cell(state, "a").metadata).toEqual({ k: 1 })
    expect(languageOf(state)).toBe("r")
  })

  it("shrugs at a cell that is gone", () => {
    const records = [
      { type: "cell_deleted", cell: "z" }, { type: "cell_moved", cell: "z", after: null },
      { type: "cell_metadata_changed", cell: "z", metadata: {} }, started("z"), queued("z"),
      { type: "attachments_changed", cell: "z", attachments: {} },
      { type: "cell_split", cell: "z", version: 3, changes: [1], inserted: cellJson("n", "") },
      { type: "cells_merged", cell: "z", version: 3, changes: [1], merged: ["a"], starts: [1], name: "" },
      { type: "text_changed", cell: "z", version: 9, updates: [] },
      { type: "input_requested", ...run("z"), prompt: "", password: false },
    ]
    const state = after(start(), ...records)
    expect(state).toEqual({ ...start(), seq: records.length, cells: state.cells })
  })

  it("refuses a record that does not follow", () => {
    expect(() => after(start(), { seq: 5, type: "cell_deleted", cell: "a" })).toThrow(WireError)
    expect(() => after(start(), { seq: 0, type: "cell_deleted", cell: "a" })).toThrow(WireError)
  })
})

describe("the bin", () => {
  const gone = (id: string): object => ({ type: "cell_deleted", cell: id, user: "u_1", name: "Ada" })

  it("lists what was deleted, and by whom", () => {
    const state = after(start(cellJson("a", "1"), cellJson("b", "\nx = 1\ny")), gone("b"))
    expect(state.bin).toEqual([{
      id: "b", cell_type: "code", first_line: "x = 1", after: "a", outputs: 0,
      by: { user: "u_1", name: "Ada" }, time_ms: 1000,
    }])
  })

  it("gives a cell back", () => {
    const state = after(start(), gone("b"), { type: "cell_inserted", after: "c", cell: cellJson("b", "2") })
    expect(state.order).toEqual(["a", "c", "b"])
    expect(state.bin).toEqual([])
  })

  it("lets the oldest go", () => {
    const many = Array.from({ length: 101 }, (_, i) => cellJson(`n${i}`, ""))
    const state = after(start(...many), ...many.map((_, i) => gone(`n${i}`)))
    expect(state.bin).toHaveLength(100)
    expect(state.bin[0]?.id).toBe("n1")
  })

  it("comes with a snapshot", () => {
    const listed = {
      id: "z", cell_type: "markdown", first_line: "# T", after: null, outputs: 2, user: "u", name: "N", time_ms: 5,
    }
    const json = parseJson(JSON.stringify({
      epoch: "e", seq: 0, nbformat_minor: 5, metadata: {}, queue: [], cells: [], bin: [listed],
    }))
    expect(fromSnapshot(parseSnapshot(asObject(json, "snapshot")), me).bin)
      .toMatchObject([{ id: "z", by: { name: "N" } }])
  })
})

describe("split and merge", () => {
  const split = { type: "cell_split", cell: "a", version: 0, changes: [1, [2]], inserted: cellJson("n", "2") }

  it("puts the second part into a cell of its own", () => {
    const state = after(start(cellJson("a", "1\n2"), cellJson("b", "")), split)
    expect(state.order).toEqual(["a", "n", "b"])
    expect(sourceOf(cell(state, "a").text)).toBe("1")
    expect(syncedVersion(cell(state, "a").text)).toBe(1)
    expect(sourceOf(cell(state, "n").text)).toBe("2")
  })

  it("keeps what is typed here meanwhile", () => {
    const before = start(cellJson("a", "1\n2"))
    const typed = cell(before, "a").text.update({ changes: { from: 0, insert: "# " } }).state
    const state = after(withText(before, cellId("a"), typed), split)
    expect(sourceOf(cell(state, "a").text)).toBe("# 1")
    expect(unconfirmed(cell(state, "a").text)).toHaveLength(1)
  })

  it("merges into the first and keeps the others in the bin", () => {
    const state = after(start(), {
      type: "cells_merged", cell: "a", version: 0, changes: [1, [0, "", "2", "3"]], merged: ["b", "c"], starts: [2, 4],
      name: "Ada", attachments: { "i.png": {} },
    })
    expect(state.order).toEqual(["a"])
    expect(sourceOf(cell(state, "a").text)).toBe("1\n2\n3")
    expect(cell(state, "a").attachments).toEqual({ "i.png": {} })
    expect(state.bin.map((gone) => [gone.id, gone.after])).toEqual([["b", "a"], ["c", "a"]])
  })
})

describe("text", () => {
  const change = (version: number, client: string, ...changes: Json[]): object =>
    ({ type: "text_changed", cell: "a", version, updates: changes.map((c) => ({ client, changes: c })) })

  it("follows others' changes", () => {
    const state = after(start(), change(0, "t_other", [1, [0, "", "x"]], [3, [0, "y"]]))
    expect(sourceOf(cell(state, "a").text)).toBe("1\nxy")
    expect(syncedVersion(cell(state, "a").text)).toBe(2)
    expect(cell(state, "a").confirmed).toBe(0)
  })

  it("merges them with what is unconfirmed here", () => {
    const before = start()
    const typed = cell(before, "a").text.update({ changes: { from: 1, insert: "mine" } }).state
    const state = after(withText(before, cellId("a"), typed), change(0, "t_other", [[0, "theirs"], 1]))
    expect(sourceOf(cell(state, "a").text)).toBe("theirs1mine")
    expect(unconfirmed(cell(state, "a").text)).toHaveLength(1)
  })

  it("confirms our own", () => {
    const before = start()
    const typed = cell(before, "a").text.update({ changes: { from: 1, insert: "!" } }).state
    const state = after(withText(before, cellId("a"), typed), change(0, "t_me", [1, [0, "!"]]))
    expect(sourceOf(cell(state, "a").text)).toBe("1!")
    expect(unconfirmed(cell(state, "a").text)).toEqual([])
    expect(cell(state, "a").confirmed).toBe(1)
  })

  it("keeps a carriage return and counts lines by \\n only", () => {
    const state = after(start(cellJson("a", "x\r\ny")), change(0, "t_other", [4, [0, "\r!"]]))
    expect(sourceOf(cell(state, "a").text)).toBe("x\r\ny\r!")
    expect(cell(state, "a").text.doc.lines).toBe(2)
  })

  it.each([
    ["a gap in the versions", change(3, "t_o", [1])],
    ["a length that does not fit", change(0, "t_o", [5, [0, "x"]])],
    ["no change set", change(0, "t_o", [-1, "x"])],
  ])("refuses %s", (_what, record) => {
    expect(() => after(start(), record)).toThrow(WireError)
  })
})

describe("runs", () => {
  it("queue, start, count and finish", () => {
    let state = after(start(), queued("a", "b"))
    expect(state.queue).toEqual(["a", "b"])
    expect(runningCell(state, "")).toBeNull()
    expect(cell(state, "a").run).toMatchObject({ state: "queued", queued_ms: 1000 })
    state = after(state, started("a"), { type: "execution_counted", ...run("a"), count: 7 })
    expect(runningCell(state, "")?.id).toBe("a")
    expect(cell(state, "a")).toMatchObject({ execution_count: 7, run: { state: "running", started_ms: 1001 } })
    state = after(state, { type: "run_finished", ...run("a"), status: "ok", reason: "", dropped_outputs: 3, cancelled: [] })
    expect(cell(state, "a")).toMatchObject({
      run: null, dropped_outputs: 3,
      last_run: { status: "ok", started_ms: 1001, finished_ms: 1003 },
    })
    expect(state.queue).toEqual(["b"])
  })

  it("clear old outputs when they start, not when they queue", () => {
    const before = after(start(), queued("a"), started("a"), stream("old"),
      { type: "run_finished", ...run("a"), status: "ok", reason: "", dropped_outputs: 0, cancelled: [] },
      { type: "runs_queued", runs: [{ cell: "a", execution: "x2" }] })
    expect(cell(before, "a").outputs).toHaveLength(1)
    const state = after(before, { type: "run_started", cell: "a", execution: "x2" })
    expect(cell(state, "a")).toMatchObject({ outputs: [], last_run: null })
  })

  it("take those with them that will not run", () => {
    const state = after(start(), queued("a", "b", "c"), started("a"),
      { type: "run_finished", ...run("a"), status: "error", reason: "", dropped_outputs: 0, cancelled: ["b", "c"] })
    expect(state.queue).toEqual([])
    expect(cell(state, "b").run).toBeNull()
    expect(cell(state, "a").last_run?.status).toBe("error")
  })

  it("can be taken out of the queue, but not when they run", () => {
    const state = after(start(), queued("a", "b"), started("a"), { type: "runs_cancelled", cells: ["a", "b"] })
    expect(state.queue).toEqual(["a"])
    expect(cell(state, "a").run?.state).toBe("running")
  })

  it("of another execution change nothing", () => {
    const state = after(start(), queued("a"), { type: "run_started", cell: "a", execution: "other" },
      { type: "run_finished", cell: "a", execution: "other", status: "ok", reason: "", dropped_outputs: 0, cancelled: [] })
    expect(cell(state, "a").run?.state).toBe("queued")
  })

  it("end with a lost kernel, which says why", () => {
    const state = after(start(), queued("a", "b"), started("a"),
      { type: "input_requested", ...run("a"), prompt: "?", password: false },
      { type: "kernel_lost", reason: "out_of_memory", detail: "", cancelled: ["b"] })
    expect(cell(state, "a")).toMatchObject({ run: null, input: null, last_run: { status: "aborted", reason: "out_of_memory" } })
    expect(state.queue).toEqual([])
  })
})

describe("outputs", () => {
  const running = (): NotebookState => after(start(), queued("a"), started("a"))
  const output = (members: object): object => ({ type: "output_appended", ...run("a"), output: members })
  const display = (id: string, text: string): object => output({
    output_type: "display_data", data: { "text/plain": text }, metadata: {}, display_id: id,
  })

  it("join streams of one name", () => {
    const state = after(running(), stream("a\n"), stream("b"), stream("!", { name: "stderr" }), stream("c"))
    expect(cell(state, "a").outputs).toMatchObject([
      { name: "stdout", text: "a\nb" }, { name: "stderr", text: "!" }, { name: "stdout", text: "c" },
    ])
  })

  it("keep head and tail of a stream that was cut", () => {
    const cut = (lines: number, keep: number): object => ({ cut: { lines, bytes: lines * 2, keep } })
    const state = after(running(), stream("head"), stream("1234", cut(0, 4)), stream("56", cut(1, 3)))
    expect(cell(state, "a").outputs).toMatchObject([
      { text: "head", tail: "456", cut: { lines: 1, bytes: 2 } },
    ])
    expect(cell(after(state, stream("", cut(2, 0))), "a").outputs).toMatchObject([{ tail: "" }])
  })

  it("begin a stream with its tail when the head is full at once", () => {
    const state = after(running(), stream("late", { cut: { lines: 5, bytes: 50, keep: 2 } }))
    expect(cell(state, "a").outputs).toMatchObject([{ text: "", tail: "te" }])
  })

  it("go at once, or at the next one", () => {
    const clear = (wait: boolean): object => ({ type: "output_cleared", ...run("a"), wait })
    expect(cell(after(running(), stream("x"), clear(false)), "a").outputs).toEqual([])
    const waiting = after(running(), stream("x"), clear(true))
    expect(cell(waiting, "a").outputs).toHaveLength(1)
    expect(cell(after(waiting, stream("y")), "a").outputs).toMatchObject([{ text: "y" }])
    expect(cell(after(waiting, display("d", "z")), "a").outputs).toHaveLength(1)
  })

  it("are cleared by hand with their count", () => {
    const state = after(running(), stream("x"), { type: "execution_counted", ...run("a"), count: 2 },
      { type: "outputs_cleared", cells: ["a"] })
    expect(cell(state, "a")).toMatchObject({ outputs: [], execution_count: null })
  })

  it("are replaced, and come back", () => {
    const outputs = [{ output_type: "stream", name: "stdout", text: "old" }]
    const state = after(running(), stream("x"), {
      type: "outputs_replaced", cells: [{ cell: "a", outputs, execution_count: 4, dropped_outputs: 1 }],
    })
    expect(cell(state, "a")).toMatchObject({
      outputs: [{ text: "old" }], execution_count: 4, dropped_outputs: 1,
    })
  })

  it("know who made them", () => {
    const state = after(start(), { ...queued("a"), user: "u_1", name: "Ada" }, started("a"),
      { type: "run_finished", ...run("a"), status: "ok", reason: "", dropped_outputs: 0, cancelled: [] })
    expect(cell(state, "a").last_run?.by).toEqual({ user: "u_1", name: "Ada" })
  })

  it("are updated wherever their display id stands", () => {
    const state = after(running(), display("d", "old"), display("e", "other"), {
      type: "display_updated", display_id: "d", data: { "text/plain": "new" }, metadata: { m: 1 }, blobs: {}, lane: "",
    })
    expect(cell(state, "a").outputs).toMatchObject([
      { data: { "text/plain": "new" }, metadata: { m: 1 } }, { data: { "text/plain": "other" } },
    ])
  })

  it("take in the echo of an answered input", () => {
    const asked = after(running(), { type: "input_requested", ...run("a"), prompt: "Name: ", password: false })
    expect(cell(asked, "a").input).toMatchObject({ prompt: "Name: ", password: false })
    const state = after(asked, { type: "input_answered", ...run("a"), echo: "Name: Ann\n" })
    expect(cell(state, "a")).toMatchObject({ input: null, outputs: [{ text: "Name: Ann\n" }] })
  })

  it("leave untouched cells the same objects", () => {
    const before = running()
    const state = after(before, stream("x"))
    expect(cell(state, "b")).toBe(cell(before, "b"))
  })
})
