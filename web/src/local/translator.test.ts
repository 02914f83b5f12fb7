import { describe, expect, it } from "vitest"
import type { JsonObject } from "../wire/json"
import type { KernelMessage } from "./channels"
import { StreamJoiner } from "./stream_joiner"
import { objectIn, textIn, Translator } from "./translator"

const from = (channel: string, type: string, content: JsonObject, parent = "x_1"): KernelMessage => ({
  channel, header: { msg_type: type, msg_id: "k" }, parent: { msg_id: parent }, metadata: {}, content, buffers: [], leftOut: 0,
})

function started(): { readonly translator: Translator; readonly take: (...message: Parameters<typeof from>) => readonly JsonObject[] } {
  const translator = new Translator()
  translator.begin("x_1", "x_1")
  return { translator, take: (...message) => translator.take(from(...message)).map((event) => event.message) }
}

describe("from a kernel's messages to frames", () => {
  it("is done with the reply and idle, in either order", () => {
    for (const first of ["reply", "idle"]) {
      const { take } = started()
      const reply = (): readonly JsonObject[] => take("shell", "execute_reply", { status: "ok", execution_count: 4 })
      const idle = (): readonly JsonObject[] => take("iopub", "status", { execution_state: "idle" })
      const events = first === "reply" ? [...reply(), ...idle()] : [...idle(), ...reply()]
      expect(events).toEqual([
        { type: "count", execution: "x_1", count: 4 }, { type: "done", execution: "x_1", status: "ok", reason: "" },
      ])
    }
  })

  it("keeps what a display needs to be updated", () => {
    const { take } = started()
    const shown = { data: { "text/plain": "a" }, metadata: {}, transient: { display_id: "d" } }
    expect(take("iopub", "display_data", shown)).toEqual([{
      type: "output", execution: "x_1",
      output: { output_type: "display_data", data: { "text/plain": "a" }, metadata: {}, display_id: "d" },
    }])
    expect(take("iopub", "update_display_data", shown)).toEqual([
      { type: "update", display_id: "d", data: { "text/plain": "a" }, metadata: {} },
    ])
  })

  it("an interrupt is told as one", () => {
    const { translator, take } = started()
    translator.noteInterrupt("x_1")
    take("iopub", "error", { ename: "KeyboardInterrupt", evalue: "", traceback: ["a", 7] })
    take("shell", "execute_reply", { status: "error", ename: "KeyboardInterrupt" })
    expect(take("iopub", "status", { execution_state: "idle" })).toEqual([
      { type: "done", execution: "x_1", status: "error", reason: "interrupted" },
    ])
  })

  it("gives the header of an input request once", () => {
    const { translator, take } = started()
    expect(take("stdin", "input_request", { prompt: "Name: ", password: true })).toEqual([
      { type: "input", execution: "x_1", prompt: "Name: ", password: true },
    ])
    expect(translator.takeInput("x_2")).toBeNull()
    expect(translator.takeInput("x_1")).toMatchObject({ msg_type: "input_request" })
    expect(translator.takeInput("x_1")).toBeNull()
  })

  it("what has no parent here belongs to no cell", () => {
    const { take } = started()
    expect(take("iopub", "stream", { name: "stderr", text: "thread" }, "elsewhere")).toEqual([
      { type: "stream", execution: "", name: "stderr", text: "thread" },
    ])
    expect(take("shell", "execute_reply", { status: "ok" }, "elsewhere")).toEqual([])
  })

  it("content of the wrong kind harms nothing", () => {
    const { take } = started()
    expect(take("iopub", "stream", { name: 7, text: [] })).toEqual([])
    expect(take("iopub", "error", { ename: null, traceback: "no list" })).toEqual([
      { type: "output", execution: "x_1", output: { output_type: "error", ename: "", evalue: "", traceback: [] } },
    ])
    expect(take("iopub", "execute_result", { data: "text", execution_count: "1" })).toMatchObject([
      { output: { data: {}, execution_count: null } },
    ])
  })

  it("settles what lost its other half", () => {
    const { translator, take } = started()
    take("shell", "execute_reply", { status: "ok" })
    expect(translator.halfDone("x_1")).toBe(true)
    expect(translator.settle("x_1")).toEqual([{ message: { type: "done", execution: "x_1", status: "ok", reason: "" } }])
    expect(translator.settle("x_1")).toEqual([])
  })
})

describe("joining what a cell prints", () => {
  it("waits a moment for more of the same", () => {
    const joiner = new StreamJoiner()
    expect([...joiner.add("x", "stdout", "a", 0), ...joiner.add("x", "stdout", "b", 10), ...joiner.onTime(49)]).toEqual([])
    expect(joiner.due).toBe(50)
    expect(joiner.onTime(50)).toEqual([{ type: "stream", execution: "x", name: "stdout", text: "ab" }])
    expect(joiner.due).toBeNull()
  })

  it("lets nothing overtake", () => {
    const joiner = new StreamJoiner()
    joiner.add("x", "stdout", "a", 0)
    expect(joiner.add("x", "stderr", "b", 1)).toEqual([{ type: "stream", execution: "x", name: "stdout", text: "a" }])
    expect(joiner.flush(2)).toEqual([{ type: "stream", execution: "x", name: "stderr", text: "b" }])
  })

  it("keeps the end of a flood, and counts the rest", () => {
    const joiner = new StreamJoiner()
    const line = `${"漢".repeat(99)}\n`
    const lines = 100_000
    let now = 0
    const frames = Array.from({ length: lines }, () => joiner.add("x", "stdout", line, now += 0.01)).flat()
    frames.push(...joiner.flush(now))
    let text = 0
    let dropped = 0
    for (const frame of frames) {
      text += new TextEncoder().encode(textIn(frame, "text")).length
      dropped += Number(objectIn(frame, "dropped").bytes ?? 0)
    }
    expect(text + dropped).toBe(lines * (99 * 3 + 1))
    expect(dropped).toBeGreaterThan(1_000_000)
    expect(frames.every((frame) => textIn(frame, "text").length <= 65_536 + 100)).toBe(true)
  })
})
