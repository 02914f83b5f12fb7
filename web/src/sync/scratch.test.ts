import { describe, expect, it } from "vitest"
import { cellId } from "../wire/ids"
import type { PageMessage } from "../wire/page_message"
import { parseServerText } from "../wire/server_message"
import { Scratch } from "./scratch"

const id = cellId("s")

function scratch(): { readonly it: Scratch; readonly sent: PageMessage[]; readonly hear: (message: object) => void } {
  const sent: PageMessage[] = []
  const it = new Scratch((message) => {
    sent.push(message)
    return true
  })
  return { it, sent, hear: (message) => {
    const told = parseServerText(JSON.stringify({ type: "scratch", ...message }))
    if (told.type === "scratch" || told.type === "scratch_snapshot") it.received(told)
  } }
}

let seq = 0
const record = (type: string, fields: object = {}): object =>
  ({ records: [{ seq: ++seq, time_ms: 1000 + seq, user: "u_1", type, cell: "s", execution: "x", ...fields }] })
const cell = { id: "s", cell_type: "code", source: "1", version: 0, metadata: {}, outputs: [], execution_count: null, dropped_outputs: 0 }

function begin(hear: (message: object) => void): void {
  seq = 0
  hear(record("cell_inserted", { after: null, cell: { ...cell } }))
  hear(record("runs_queued", { lane: "u_1", name: "Ada", runs: [{ cell: "s", execution: "x", source: "1" }] }))
  hear(record("run_started"))
  hear(record("stream_appended", { name: "stdout", text: "hi" }))
}

describe("what a tab runs by itself", () => {
  it("follows the server's records", () => {
    const { it: own, hear } = scratch()
    begin(hear)
    expect(own.cell(id)).toMatchObject({ run: { state: "running" }, outputs: [{ text: "hi" }] })
    hear(record("run_finished", { status: "ok", reason: "", dropped_outputs: 0, cancelled: [] }))
    expect(own.cell(id)).toMatchObject({ run: null, last_run: { status: "ok" } })
  })
  it("is whole again after a lost connection", () => {
    const { it: own, hear } = scratch()
    begin(hear)
    hear({ snapshot: { epoch: "scratch", seq: 9, nbformat_minor: 5, metadata: {}, cells: [cell], queue: [], bin: [], threads: [] } })
    expect(own.cell(id)).toMatchObject({ run: null, outputs: [] })
  })
  it("runs no more where the server has forgotten it, and keeps what it put out", () => {
    const { it: own, hear } = scratch()
    begin(hear)
    hear({ snapshot: null })
    expect(own.cell(id)).toMatchObject({ run: null, outputs: [{ text: "hi" }] })
    begin(hear)
    expect(own.cell(id)).toMatchObject({ run: { state: "running" }, outputs: [{ text: "hi" }] })
  })
  it("says what it wants", () => {
    const { it: own, sent, hear } = scratch()
    own.close(id)
    own.run(id, "1")
    begin(hear)
    own.cancel(id)
    own.close(id)
    expect(sent.map(({ type }) => type)).toEqual(["scratch_run", "scratch_cancel", "scratch_close"])
  })
})
