import { describe, expect, it } from "vitest"
import { clientId, cellId } from "../wire/ids"
import { copiedCells, pastedCells } from "./cell_clipboard"
import { newText } from "./cell_text"
import type { Cell } from "./notebook_state"

const cell = (source: string, more: Partial<Cell> = {}): Cell => ({
  id: cellId("a"), cell_type: "code", text: newText(source, 0, clientId("t")), confirmed: 0, metadata: {}, attachments: {},
  execution_count: 1, outputs: [], dropped_outputs: 0, clear_at_next_output: false, run: null, last_run: null, input: null, ...more,
})

describe("cells on the clipboard", () => {
  it("come back as they were, without what belongs to the old place", () => {
    const { text, json } = copiedCells([
      cell("x = 1", { metadata: { cellView: "form", executionInfo: { elapsed: 3 }, outputId: "o" } }),
      cell("# Title", { cell_type: "markdown", attachments: { "a.png": { "image/png": "AAAA" } } }),
    ])
    expect(text).toBe("x = 1\n\n# Title")
    expect(pastedCells(json, "")).toEqual([
      { cell_type: "code", source: "x = 1", metadata: { cellView: "form" }, attachments: {} },
      { cell_type: "markdown", source: "# Title", metadata: {}, attachments: { "a.png": { "image/png": "AAAA" } } },
    ])
  })

  it("are a notebook's own, when that is what was copied", () => {
    const notebook = { cells: [{ cell_type: "markdown", metadata: {}, source: ["# A\n", "b"] }], nbformat: 4 }
    expect(pastedCells("", JSON.stringify(notebook))).toEqual([
      { cell_type: "markdown", source: "# A\nb", metadata: {}, attachments: {} },
    ])
  })

  it("are one code cell when it is text, also text that only looks like cells", () => {
    expect(pastedCells("", "a\r\nb\r\n")).toMatchObject([{ cell_type: "code", source: "a\nb" }])
    for (const text of ['{"cells": 3}', '{"cells": []}', '{"cells": [{"cell_type": "gold"}]}', "{broken"]) {
      expect(pastedCells("{}", text)).toMatchObject([{ cell_type: "code", source: text }])
    }
    expect(pastedCells("", "  \n")).toEqual([])
  })

  it("bring nothing that a cell does not have, whoever wrote them", () => {
    const deep = "[".repeat(5_000) + "]".repeat(5_000)
    const json = JSON.stringify({ cells: [
      { id: "../../x", cell_type: "code", source: "half \ud800 of it\r\n", execution_count: 7, outputs: [{ output_type: "stream", text: "x" }],
        metadata: { trusted: true, tags: ["kept"] } },
      { cell_type: "markdown", source: "", metadata: { deep: "DEEP" }, attachments: { "../a": { many: Array.from({ length: 30_000 }, () => 0) } } },
    ] }).replace("\"DEEP\"", deep)
    expect(pastedCells(json, "")).toEqual([
      { cell_type: "code", source: "half \ufffd of it\n", metadata: { tags: ["kept"] }, attachments: {} },
      { cell_type: "markdown", source: "", metadata: {}, attachments: {} },
    ])
  })

  it("are refused when the server would not take them", () => {
    expect(pastedCells("", "\u0000".repeat(3 << 20))).toBe("too_large")
    expect(pastedCells("", "x".repeat(13 << 20))).toBe("too_large")
    expect(pastedCells("", "x".repeat(33 << 20))).toBe("too_large")
    const cell = { cell_type: "code", source: "x".repeat(9 << 20), metadata: {} }
    expect(pastedCells(JSON.stringify({ cells: [cell, cell, cell] }), "")).toHaveLength(3)
    expect(pastedCells(JSON.stringify({ cells: [cell, cell, cell, cell] }), "")).toBe("too_large")
  })
})
