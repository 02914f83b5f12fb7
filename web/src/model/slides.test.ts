import { describe, expect, it } from "vitest"
import { cellId, clientId } from "../wire/ids"
import { newText } from "./cell_text"
import type { Cell, NotebookState } from "./notebook_state"
import { isTitle, slideAt, slidesOf } from "./slides"

const client = clientId("t")

/** Cells by their first letter: `m` is text, `c` is code; what follows is the source. */
function notebook(...cells: string[]): NotebookState {
  const made = cells.map((text, at): Cell => ({
    id: cellId(`${at}`), cell_type: text.startsWith("m") ? "markdown" : "code", text: newText(text.slice(1), 0, client), confirmed: 0,
    metadata: {}, attachments: {}, execution_count: null, outputs: [], dropped_outputs: 0, clear_at_next_output: false, run: null,
    last_run: null, input: null,
  }))
  return {
    epoch: "e", seq: 0, client, nbformat_minor: 5, metadata: {}, order: made.map(({ id }) => id), queue: [], threads: [], bin: [],
    cells: new Map(made.map((cell) => [cell.id, cell])),
  }
}

const shown = (state: NotebookState): string => slidesOf(state).map((slide) => slide.join("+")).join(" ")

describe("slides", () => {
  it("are cells, a text with the code below it, and nothing empty", () => {
    expect(shown(notebook("m# A", "cx", "cy", "mtext", "m# B", "cz", "c ", "m"))).toBe("0+1 2 3 4+5")
    expect(shown(notebook())).toBe("")
  })
  it("begin at the cell, or behind it", () => {
    const state = notebook("m# A", "cx", "c", "cy", "c")
    const slides = slidesOf(state)
    expect(["0", "1", "2", "3", "4", "gone"].map((id) => slideAt(state, slides, cellId(id)))).toEqual([0, 0, 1, 1, 1, 0])
    expect(slideAt(state, slides, null)).toBe(0)
  })
  it("are titles where there is a heading and little more", () => {
    const state = notebook("m# A", "mtext", "m# B", "cx")
    expect(slidesOf(state).map((slide) => isTitle(state, slide))).toEqual([true, false, false])
  })
})
