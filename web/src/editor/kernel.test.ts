import { describe, expect, it } from "vitest"
import { readCompletions, readInspection } from "./kernel"

describe("completions of a kernel", () => {
  it("come with their kinds and signatures", () => {
    const found = readCompletions({
      matches: ["append", "copy"], start: 3, end: 5,
      metadata: { _jupyter_types_experimental: [{ text: "append", type: "function", signature: "(x)" }, 7] },
    }, 10)
    expect(found).toEqual({
      from: 3, to: 5, options: [{ label: "append", type: "function", detail: "(x)" }, { label: "copy" }],
    })
  })

  it.each([
    ["no matches", { matches: [], start: 0, end: 0 }],
    ["a range that is none", { matches: ["x"], start: 4, end: 2 }],
    ["a range beyond the text", { matches: ["x"], start: 0, end: 11 }],
    ["a negative start", { matches: ["x"], start: -1, end: 2 }],
    ["no list", { matches: "x", start: 0, end: 1 }],
  ])("with %s are nothing", (_what, content) => {
    expect(readCompletions(content, 10)).toBeNull()
  })

  it("leave out what is no word", () => {
    expect(readCompletions({ matches: ["x", 1, null, ""], start: 0, end: 0 }, 1)?.options).toEqual([{ label: "x" }])
  })
})

describe("documentation of a kernel", () => {
  it("comes with the colours that tell its titles", () => {
    expect(readInspection({ found: true, data: { "text/plain": "\u001b[0;31mDoc:\u001b[0m x" } })).toBe("\u001b[0;31mDoc:\u001b[0m x")
  })

  it("that is none is nothing", () => {
    expect(readInspection({ found: false, data: { "text/plain": "x" } })).toBeNull()
    expect(readInspection({ found: true, data: {} })).toBeNull()
    expect(readInspection({})).toBeNull()
  })
})
